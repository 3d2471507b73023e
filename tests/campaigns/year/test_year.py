"""A week of fifty people. ``python -m tests.campaigns.year`` simulates a year of a thousand."""

import pytest

from tests.campaigns.year.living import live

PEOPLE, DAYS = 50, 7


@pytest.mark.campaign
async def test_in_a_simulated_week_everybody_gets_the_right_reminders_and_the_same_seed_the_same_messages() -> None:
    week, again = await live("1", PEOPLE, DAYS), await live("1", PEOPLE, DAYS)
    assert week.faults == ()
    assert week.ends["sent"] > PEOPLE * (DAYS - 3) * 3
    assert week.crashes > 0
    assert {end.partition(":")[0] for end in week.ends} >= {"sent", "presumed", "cancelled"}
    assert again == week, "the same seed gives the same messages, byte by byte"
