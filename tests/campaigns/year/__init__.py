"""A year in the life of many people and one bot: what they are reminded of is what they asked for, every day of it.

``python -m tests.campaigns.year`` lives it, some minutes long; the suite lives a week.
"""
