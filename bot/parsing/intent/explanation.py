"""Explains in plain English why the bot understands a text as it does, for those who add words or rules."""

from collections.abc import Iterator

from bot.parsing.intent import Rules, Understanding, understand

HIDDEN = frozenset({"filler", "skip", "glue", "first", "familiar", "ask"})
"""Concepts of words that say little."""
CONDITIONS = {
    "near": "near each other",
    "order": "in this order",
    "all": "anywhere",
    "whole": "in all words",
    "unless": "and not",
}
"""How each field of a rule says where its concepts have to be."""


def explain(text: str, rules: Rules) -> Iterator[str]:
    """Yield the lines of an explanation: the meaning, the rule, the concepts of each word, and what is denied."""
    understanding = understand(text, rules)
    yield f"It means: {_meaning(understanding)}."
    if understanding.rule:
        conditions = {how: getattr(understanding.rule, name) for name, how in CONDITIONS.items()}
        rule = [f"{how}: {concepts.replace('|', ' or ')}" for how, concepts in conditions.items() if concepts]
        yield f"The rule: {'; '.join(rule)}."
        yield f"It applies to the words “{understanding.words}”."
    else:
        yield "No rule applies, so the person gets the line on danger and two buttons."
    reading = rules.read(text)
    for token, bits in zip(reading.tokens, reading.at, strict=True):
        if concepts := [name for name in rules.lexicon.names(bits) if name not in HIDDEN]:
            yield f"The word “{token.written}” stands for: {', '.join(concepts)}."
    for denied in dict.fromkeys(understanding.denied):
        name = " ".join(filter(None, (denied.intent, denied.about)))
        yield f"Denied or long ago, so it does not count: {name} (“{denied.words}”)."


def _meaning(understanding: Understanding) -> str:
    times = ", ".join(" or ".join(f"{at:%H:%M}" for at in meant) for meant in understanding.times)
    details = {
        "about": understanding.about,
        "muscle": understanding.muscle,
        "reminder": understanding.kind,
        "times": times,
        "weekdays": ", ".join(map(str, sorted(understanding.weekdays))),
        "not on weekdays": ", ".join(map(str, sorted(understanding.other_days))),
        "days": understanding.days,
        "until": understanding.until,
    }
    said = [f"{name} {value}" for name, value in details.items() if value]
    return f"{understanding.intent} ({'; '.join(said)})" if said else str(understanding.intent)
