"""What has happened since the process started, in numbers only: of no person, no chat and no text.

Whoever does something counts it here, for a quarter of a microsecond; ``bot.operations.metrics`` shows it.
"""

from collections import Counter

happened: Counter[tuple[str, ...]] = Counter()
"""How often: by what it was, and then by its labels."""


def count(what: str, *labels: str, times: int = 1) -> None:
    """Count what has happened. The labels are few and fixed: never a person's number, never a text."""
    happened[what, *labels] += times
