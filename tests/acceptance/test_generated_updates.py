"""Random updates of every type: the bot survives, each update ends as done or dead, and nobody else gets a message."""

import asyncio
import inspect
import json
import os
import sys
import tempfile
import types
import typing
from collections import Counter, abc
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import telegram
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.support.conversation import Json
from tests.support.generated_updates import Aftermath, Field, Types, feed, of_documentation, own_chats, updates
from tests.support.generated_updates import telegram as standing_telegram

pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")
PEOPLE = range(1_000_001, 1_000_041)
"""The ids that the simulator gives to the first people."""
PLAIN = {int: "Integer", str: "String", bool: "Boolean", float: "Float", datetime: "Integer", timedelta: "Integer"}
NAMES = {"from_user": "from"}
BATCH, BATCHES = 40, 8


# Types of python-telegram-bot


def of_library() -> Types:
    """Return every type that can be in an update, as python-telegram-bot knows it."""
    known: dict[str, Sequence[Field]] = {}
    waiting = ["Update"]
    while waiting:
        name = waiting.pop()
        if name not in known:
            known[name] = _fields(getattr(telegram, name))
            kinds = (kind.rpartition(" of ")[2] for field in known[name] for kind in field.kinds)
            waiting += [kind for kind in kinds if kind not in PLAIN.values()]
    return known


def _fields(of: type) -> list[Field]:
    """Return the fields of a type and of its subtypes."""
    fields: dict[str, Field] = {}
    for cls in (*of.__subclasses__(), of):
        names = {**vars(telegram), **vars(abc), **vars(sys.modules[cls.__module__])}
        hints = typing.get_type_hints(cls.__init__, names)  # type: ignore[misc]  # of the class, not of an instance
        for name, parameter in inspect.signature(cls).parameters.items():
            if kinds := tuple(dict.fromkeys(_kinds(hints[name]))):
                required = parameter.default is parameter.empty
                fields[name] = Field(NAMES.get(name, name), kinds, required)
    return list(fields.values())


def _kinds(hint: Any) -> Iterator[str]:
    if hint in PLAIN:
        yield PLAIN[hint]
    elif isinstance(hint, type) and issubclass(hint, telegram.TelegramObject):
        yield hint.__name__
    elif typing.get_origin(hint) in {typing.Union, types.UnionType}:
        for member in typing.get_args(hint):
            yield from _kinds(member)
    elif isinstance(typing.get_origin(hint), type) and issubclass(typing.get_origin(hint), Sequence):
        yield from (f"Array of {kind}" for kind in _kinds(typing.get_args(hint)[0]))


# The property


async def _feed_new_bot(batch: Sequence[Json]) -> Aftermath:
    async with standing_telegram() as simulator:
        people = [simulator.add_person(started=True).id for _ in PEOPLE]
        assert people == list(PEOPLE)
        with tempfile.TemporaryDirectory() as folder:
            return await feed(simulator, Path(folder), batch)


def check(described: Types) -> None:
    """Feed bots with batches of updates. All kinds of outcomes must occur: dead and ignored updates alone prove little."""
    ends: Counter[str] = Counter()

    @settings(
        max_examples=BATCHES,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(updates(described, PEOPLE), min_size=BATCH, max_size=BATCH))
    def holds(batch: list[Json]) -> None:
        aftermath = asyncio.run(_feed_new_bot(batch))
        assert set(aftermath.states) <= {"done", "dead"}
        allowed = set().union(*map(own_chats, batch))
        assert {chat for _, chat in aftermath.requests} <= allowed
        ends.update(aftermath.states)
        ends.update(method for method, _ in aftermath.requests)

    holds()
    assert min(ends[end] for end in ("done", "dead", "sendphoto", "sendmessage")) > 0


def test_updates_of_every_type_that_the_library_knows() -> None:
    check(of_library())


def test_updates_of_every_type_that_is_documented() -> None:
    path = os.environ.get("BOT_API_SPEC")
    if not path:
        pytest.skip("BOT_API_SPEC names no JSON description of the Bot API")
    check(of_documentation(json.loads(Path(path).read_text(encoding="utf-8"))["types"]))
