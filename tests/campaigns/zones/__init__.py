"""For every zone, clock change and quarter of an hour, compare the next occurrence with a simulated wall clock.

``python -m tests.campaigns.zones`` checks all zones in some minutes. The test suite checks a sample.
"""
