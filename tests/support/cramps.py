"""Cramps for tests: some by hand, and any that a person could enter."""

from datetime import datetime, timedelta, timezone

from hypothesis import strategies as st

from bot.store.cramps import LONGEST_NOTE, Cramp, Helped, Lasted, Muscle, Side, Situation
from bot.store.vault import Vault, new_key

NIGHT = datetime(2026, 11, 1, 2, 12, tzinfo=timezone.utc)
VAULT = Vault((new_key(),))
BAD = Cramp(
    at=NIGHT,
    zone="Europe/Stockholm",
    side=Side.LEFT,
    muscle=Muscle.CALF,
    lasted=Lasted.TO_5,
    pain=6,
    situation=Situation.ASLEEP,
    helped=Helped.STRETCH,
    woke=True,
    note="after a long walk",
)
"""A cramp of which everything is known."""

HOSTILE_NOTES = (
    "<b>bold</b> &amp; <script>alert(1)</script>",
    '#set page(fill: red) #import "x" *strong* _em_ $x$ `raw` @ref <label> \\ // comment',
    "\u202eright to left\u202c \u2066isolated\u2069",
    "NUL \x00 and bell \x07",
    "🦵🏽 ache 👩‍⚕️ 🇸🇪",
    '=HYPERLINK("http://example.org")',
    'line\nbreak\r\nand\ttab, "quotes"; semicolons',
    "half a character \ud83e",
    "x" * LONGEST_NOTE,
    "{name} %s %(x)s {0}",
)
"""Notes that could break a message, a page, a table or a file, if anything took them for more than text."""


def cramps() -> st.SearchStrategy[Cramp]:
    """Return any cramp that a person could enter."""
    moments = st.integers(0, 60 * 24 * 730).map(lambda minutes: NIGHT - timedelta(minutes=minutes))
    notes = st.sampled_from(HOSTILE_NOTES) | st.text(st.characters(exclude_categories=()), min_size=1, max_size=60)
    return st.builds(
        Cramp,
        at=moments,
        zone=st.none() | st.sampled_from(["Europe/Stockholm", "America/New_York"]),
        side=st.none() | st.sampled_from(Side),
        muscle=st.none() | st.sampled_from(Muscle),
        lasted=st.none() | st.sampled_from(Lasted),
        pain=st.none() | st.integers(0, 10),
        situation=st.none() | st.sampled_from(Situation),
        helped=st.none() | st.sampled_from(Helped),
        woke=st.none() | st.booleans(),
        note=st.none() | notes,
    )
