"""A week of some people, in the suite; a year of a thousand: ``python -m tests.campaigns.year``."""

import pytest

from tests.campaigns.year.living import live

PEOPLE, DAYS = 50, 7


@pytest.mark.campaign
async def test_a_week_goes_by_as_everybody_asked_for_it_and_again_in_the_same_way() -> None:
    week, again = await live("1", PEOPLE, DAYS), await live("1", PEOPLE, DAYS)
    assert week.faults == ()
    assert week.ends["sent"] > PEOPLE * (DAYS - 3) * 3
    assert week.crashes > 0
    assert {end.partition(":")[0] for end in week.ends} >= {"sent", "presumed", "cancelled"}
    assert again == week, "the same seed gives the same messages, byte by byte"
