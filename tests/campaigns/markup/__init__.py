"""Compare how the simulator and TDLib read texts: markup, entities that bots send, and what is detected.

``python -m tests.campaigns.markup`` compares eighty thousand texts. ``tests/simulator/markup/test_tdlib.py`` compares some
thousand, and those in ``chosen_texts.yaml``.
"""
