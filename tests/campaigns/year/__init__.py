"""Simulate a year of many people and one bot: every reminder must be one that the person wants, and none may be missing.

``python -m tests.campaigns.year`` simulates a year in some minutes. The test suite simulates four days.
"""
