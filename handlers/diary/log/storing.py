"""What the screens and the texts of logging have in common: store an entry, and show what comes next."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date, datetime, timezone
from functools import partial
from typing import Any

from bot.app import BotContext, Services
from bot.diary import entry
from bot.diary.sentence import PastCramp
from bot.messages.sender import Draft
from bot.store import Connection, cramps, people
from bot.store.cramps import Cramp, Lasted, Muscle, SealedCramps
from bot.store.people import Effect
from bot.timetable import latest_shown
from handlers.diary import consent
from handlers.diary.log.screens import Words, choice, full, question, start, summary, warnings_for

NEW = "cramp_new"
"""The awaited text: a new entry."""
_CODED = ("side", "muscle", "lasted", "pain", "woke")
"""The fields that a sentence can tell, in the order in which the data of a button has them."""
Screen = Callable[[Cramp, list[str]], Draft]
"""Draws an entry below its safety notes."""


async def read_all(context: BotContext, since: date | None = None) -> list[Cramp]:
    """Return the entries of the person, the oldest first: all, or without those of months before ``since``."""
    sealed = await context.services.store.read(partial(cramps.read, chat_id=context.sender_id, since=since))
    return await opened(context.services, sealed) if sealed else []


async def opened(services: Services, sealed: SealedCramps) -> list[Cramp]:
    """Return the entries of a diary, the oldest first, without holding up anybody else. Raises ``SealError``."""
    return await asyncio.to_thread(sealed.open, services.vault)


async def read_one(context: BotContext, number: int) -> Cramp | None:
    """Return one entry of the person to change it; None if it is gone. Raises ``consent.DiaryClosed``."""
    await consent.has_open(context)
    get = partial(cramps.get, chat_id=context.sender_id, vault=context.services.vault, number=number)
    return await context.services.store.read(get)


async def log(context: BotContext, cramp: Cramp) -> None:
    """Store a new entry, and ask the first question about it."""
    await answer_logged(context, await context.change(_and_await_nothing(adding(context, cramp))), cramp)


async def answer_logged(context: BotContext, stored: Cramp | None, cramp: Cramp) -> None:
    """Ask the first question about a new entry, or say why there is none. ``stored`` is the entry, if there is one."""
    stored = stored or await read_logged(context)  # an earlier try of the same update may have stored it
    if stored:
        await ask_next(context, stored)
    elif not await consent.has_open(context, encode(cramp)):
        await context.reply(consent.introduction(context.edition, encode(cramp)))
    elif await context.services.store.read(partial(cramps.is_full, chat_id=context.sender_id)):
        await context.reply(full(context.edition))
    else:  # the entry was undone, or the cramp lies in the future
        await context.reply(start(context.edition, context.person))


def adding(context: BotContext, cramp: Cramp) -> Effect[Cramp | None]:
    """Return the effect that stores a new entry for the message that was written or pressed."""
    now, vault = context.services.clock(), context.services.vault
    return partial(cramps.add, vault=vault, cramp=cramp, message_id=_message_id(context), now=now)


async def read_logged(context: BotContext) -> Cramp | None:
    """Return the entry that was logged from the message that was written or pressed."""
    vault, message_id = context.services.vault, _message_id(context)
    get = partial(cramps.of_message, chat_id=context.sender_id, vault=vault, message_id=message_id)
    return await context.services.store.read(get)


def _message_id(context: BotContext) -> int:
    message = context.event.effective_message
    return message.message_id if message else -context.attempt.update.id


async def log_past_cramp(context: BotContext, past_cramp: PastCramp, written_at: datetime | None = None) -> None:
    """Log what a text tells, or ask which of some moments it means.

    Without an open diary, the moment is asked for all the same, so that the entry can wait for the consent in a button.
    """
    zone = context.person.zone
    moments = past_cramp.instants(written_at or context.services.clock(), zone)
    if len(moments) == 1:
        await log(context, Cramp(moments[0], zone, **past_cramp.fields))
    elif zone and moments:
        data = f"log:at:{{minutes}}:{encode_fields(past_cramp.fields)}"
        await context.reply(choice(context.edition, moments, zone, data))
    else:
        has_diary = await consent.has_open(context)
        draft = start(context.edition, context.person) if has_diary else consent.introduction(context.edition)
        # As a reply to the sentence, so that it can be read again once the time zone is known. Until then it is not
        # stored.
        await context.reply(draft, as_reply=True)


async def change(context: BotContext, number: int, **values: Any) -> Cramp | None:
    """Change an entry, and return it."""
    now, vault = context.services.clock(), context.services.vault
    work = partial(cramps.change, vault=vault, number=number, now=now, **values)
    # If an earlier try of the same update made the change, it is not made again.
    return await context.change(_and_await_nothing(work)) or await read_one(context, number)


def _and_await_nothing(work: Effect[Cramp | None]) -> Effect[Cramp | None]:
    """Return the effect that does ``work`` and stops awaiting a text, because an update can have only one effect."""

    def effect(connection: Connection, chat_id: int) -> Cramp | None:
        people.set_awaiting(connection, chat_id, None)
        return work(connection, chat_id)

    return effect


async def change_and_show(context: BotContext, number: int, **values: Any) -> None:
    """Change an entry, and show it."""
    await show(context, await change(context, number, **values))


async def ask_next(context: BotContext, cramp: Cramp | None, after: str = "") -> None:
    """Ask for the next field that is still unknown. After the last one, show the entry."""
    field = entry.next_question(cramp, after) if cramp else None
    if field is None:
        await show(context, cramp)
        return
    may_wait = context.person.is_in_quiet_hours(context.services.clock())
    draw = partial(question, context.edition, field=field, zone=context.person.zone, may_wait=may_wait)
    await reply(context, cramp, lambda known, warnings: draw(cramp=known, warnings=warnings))


async def show(context: BotContext, cramp: Cramp | None) -> None:
    """Show an entry with all that can be changed."""
    await reply(context, cramp, lambda known, warnings: summary(context.edition, known, warnings, context.person.zone))


async def reply(context: BotContext, cramp: Cramp | None, draw: Screen) -> None:
    """Show an entry with the safety notes that it calls for, or say that it is gone."""
    if cramp is None:
        await context.reply(Draft(context.edition.words(Words).gone))
        return
    growing = False
    if cramp.muscle is Muscle.CALF and cramp.lasted not in {None, Lasted.UNDER_1}:
        now = context.services.clock()
        recent = await read_all(context, since=(now - entry.GROWING_WITHIN).date())
        growing = entry.is_growing(recent, context.person.zone, now)
    await context.reply(draw(cramp, warnings_for(context.edition, cramp, growing=growing)))


def wall_clock(context: BotContext, at: datetime | None = None) -> datetime:
    """Return the latest time (naive) that the person's clock has shown until now, or until ``at`` (UTC)."""
    return latest_shown(at or context.services.clock(), context.person.zone or "UTC")


def encode(cramp: Cramp) -> str:
    """Return a cramp that is not logged yet as text for the data of a button: ``"29360000:left-calf-to_5-6-"``."""
    return f"{int(cramp.at.timestamp()) // 60}:{encode_fields(asdict(cramp))}"


def decode(text: str, zone: str | None) -> Cramp:
    """Return the cramp that ``encode`` described. Raises ``ValueError`` for a moment or a value that cannot be one."""
    minutes, _, fields = text.partition(":")
    return Cramp(moment(minutes), zone, **decode_fields(fields))


def moment(minutes: str) -> datetime:
    """Return the moment that the data of a button names, in minutes since 1970."""
    return datetime.fromtimestamp(int(minutes) * 60, timezone.utc)


def encode_fields(fields: Mapping[str, Any]) -> str:
    """Return fields as text: ``"left-calf-to_5-6-"``."""
    return "-".join("" if fields.get(name) is None else str(fields[name]) for name in _CODED)


def decode_fields(text: str) -> dict[str, Any]:
    """Return the fields that ``encode_fields`` described. Raises ``ValueError`` for a value that is none of a field."""
    values = {name: value for name, value in zip(_CODED, text.split("-"), strict=False) if value}
    return {
        name: cramps.KINDS[name](value) if name in cramps.KINDS else value == "True" if name == "woke" else int(value)
        for name, value in values.items()
    }
