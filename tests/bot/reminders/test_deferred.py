"""What a topic puts off is drawn when it is due, repeated as often as it says, and then deleted."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from bot.app import Services
from bot.messages.sender import Destination, Draft
from bot.reminders.deferred import DueMessage
from bot.store import deferred
from bot.store.claiming import ClaimedRow
from bot.store.tables import outbox
from scheduler.delivery import Delivery
from simulator import Simulator
from tests.support.assembled_bot import assembled_bot

STEP = timedelta(seconds=5)


async def countdown(services: Services, row: ClaimedRow) -> DueMessage | None:
    number = int(row.data or 0) - int(services.clock().timestamp())
    return DueMessage(Draft(f"{number} to go"), repeat_after=STEP if number else None) if number >= 0 else None


async def test_a_deferred_edit_may_repeat_on_the_same_message(simulator: Simulator, tmp_path: Path) -> None:
    anna = simulator.add_person("Anna", started=True)
    async with assembled_bot(simulator, tmp_path) as (services, _):
        sent = await services.sender.send(Destination(anna.id), Draft("Ready"))
        end = int(services.clock().timestamp()) + 15
        message = (anna.id, sent.message_id or 0, False)
        await services.store.write(
            lambda connection: deferred.edit(
                connection, deferred.Edit("countdown", message, services.clock(), str(end))
            )
        )
        delivery = Delivery(
            services, services.sender.push, services.sender._gateway.reserve, {"countdown": countdown}, 1
        )
        for _ in range(5):
            await delivery.tick()
            simulator.clock.skip(STEP)
        shown = [sent.message["text"] for sent in simulator.judge.received(anna.id, edits=True)]
        assert shown == ["Ready", "15 to go", "10 to go", "5 to go", "0 to go"]
        assert simulator.judge.counts[anna.id] == 1, "nothing new is sent"
        assert (await services.store.read(lambda connection: connection.execute(select(outbox)).all())) == []


async def test_a_deferred_message_with_nothing_to_say_is_not_sent(simulator: Simulator, tmp_path: Path) -> None:
    anna = simulator.add_person("Anna", started=True)
    async with assembled_bot(simulator, tmp_path) as (services, _):
        await services.store.write(lambda connection: deferred.send(connection, "countdown", anna.id, services.clock()))
        delivery = Delivery(
            services, services.sender.push, services.sender._gateway.reserve, {"countdown": countdown}, 1
        )
        await delivery.tick()
        assert simulator.judge.texts(anna.id) == []
        (row,) = await services.store.read(lambda connection: connection.execute(select(outbox)).all())
        assert row.state == "cancelled"
