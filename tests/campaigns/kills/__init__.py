"""A process that is killed while it delivers, over and over: what is lost, and what comes twice.

``python -m tests.campaigns.kills`` kills ten thousand times and prints a table; the suite kills some hundred times.
"""
