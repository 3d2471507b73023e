"""A million updates, each sent up to three times, and a process that is killed over and over: what is lost or doubled.

``python -m tests.campaigns.soak`` sends the million and prints a line for each life; the suite sends a twentieth.
"""
