"""Four days of twenty people. ``python -m tests.campaigns.year`` simulates a year of a thousand."""

import pytest

from tests.campaigns.year.living import live

SEED, PEOPLE, DAYS = "5", 20, 4


@pytest.mark.campaign
async def test_everybody_gets_the_right_reminders_and_the_same_seed_the_same_messages() -> None:
    report, again = await live(SEED, PEOPLE, DAYS), await live(SEED, PEOPLE, DAYS)
    assert report.faults == ()
    assert report.ends["sent"] > PEOPLE * DAYS
    assert report.crashes > 0
    assert {end.partition(":")[0] for end in report.ends} >= {"sent", "presumed", "cancelled"}
    assert again == report, "the same seed gives the same messages, byte by byte"
