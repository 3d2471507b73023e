"""Send a million updates, each up to three times, to a process that is killed again and again. Is anything lost or doubled?

``python -m tests.campaigns.soak`` sends a million and prints a line for each run of the process. The test suite sends
fewer.
"""
