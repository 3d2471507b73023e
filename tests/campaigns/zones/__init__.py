"""Every zone, every clock change, every quarter of an hour: the next occurrence beside a clock that is watched.

``python -m tests.campaigns.zones`` checks all of it, some minutes long; the suite checks a sample.
"""
