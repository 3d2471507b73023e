"""All that is stored about a person, as files."""

import json
import os
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import delete

from bot.app import Services
from bot.content import Edition
from bot.content.telegram_html import visible
from bot.diary.spreadsheet import to_csv
from bot.store.cramps import Cramp, from_dict
from bot.store.tables import diary_key
from handlers.export import Words, to_json
from simulator import Fault
from tests.support.conversation import Conversation, words
from tests.support.cramps import BAD, HOSTILE_NOTES, NIGHT
from tests.support.cramps import cramps as any_cramp
from tests.support.diaries import agree, entries_of
from tests.support.files import content_of

EXAMPLES = int(os.environ.get("CHARLEY_EXAMPLES", "20"))


@hypothesis_settings(max_examples=EXAMPLES, deadline=None)
@given(st.lists(any_cramp(), max_size=20))
def test_what_is_exported_can_be_imported_and_is_equal(diary: Sequence[Cramp]) -> None:
    assert [from_dict(cramp) for cramp in json.loads(to_json({}, list(diary)))["cramps"]] == list(diary)


@pytest.mark.parametrize("command", ["/export", "/exportera"])
async def test_everything_comes_as_json_and_the_diary_as_csv(
    anna: Conversation, edition: Edition, services: Services, command: str
) -> None:
    diary = [BAD, *(Cramp(NIGHT, note=note) for note in HOSTILE_NOTES)]
    await agree(services, anna, *diary)
    everything, table = await anna.say(command, answers=2)
    said = edition.words(Words)
    assert [words(everything), words(table)] == [visible(said.everything), visible(said.diary)]
    exported = json.loads(content_of(anna, everything))
    stored = await entries_of(services, anna)
    assert [from_dict(cramp) for cramp in exported["cramps"]] == stored
    assert sorted(stored, key=str) == sorted(diary, key=str)
    assert exported["person"][0]["zone"] == "Europe/Stockholm"
    assert exported["diary"][0]["consented_to"] == "2026-11"
    assert content_of(anna, table) == to_csv(stored)


async def test_without_a_diary_there_is_no_table(bo: Conversation, services: Services) -> None:
    await agree(services, bo)
    everything = await bo.ask("/export")
    assert everything["document"]["file_name"] == f"charley-{services.clock().date()}.json"


async def test_with_a_lost_key_the_rest_is_sent(bo: Conversation, services: Services) -> None:
    await agree(services, bo, BAD)
    await services.store.write(lambda connection: connection.execute(delete(diary_key)))
    everything, closed = await bo.say("/export", answers=2)
    exported = json.loads(content_of(bo, everything))
    assert exported["person"][0]["zone"] == "Europe/Stockholm"
    assert "cramps" not in exported, "an empty list would say that nothing is logged"
    assert words(closed).startswith("I can't open your diary right now.")


async def test_who_is_not_known_gets_no_file(bo: Conversation, services: Services) -> None:
    assert words(await bo.ask("/export")) == services.content["en"].words(Words).nothing


async def test_a_file_that_telegram_refuses_is_told(bo: Conversation, services: Services) -> None:
    await agree(services, bo, BAD)
    bo.simulator.faults.add(Fault(methods={"sendDocument"}, status=400))
    assert words(await bo.ask("/export")) == services.content["en"].words(Words).failed


async def test_a_group_gets_a_link_only(there: Conversation, services: Services) -> None:
    await agree(services, there, BAD)
    answer = await there.ask("/export")
    assert "document" not in answer
    assert "url" in answer["reply_markup"]["inline_keyboard"][0][0]
