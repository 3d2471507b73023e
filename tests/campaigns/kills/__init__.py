"""Kill a process again and again while it delivers reminders: what is lost, and what arrives twice?

``python -m tests.campaigns.kills`` kills ten thousand times and prints a table. tests/scheduler/test_delivery_kills.py
kills a hundred times.
"""
