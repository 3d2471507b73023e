"""Telegram on loopback: a stand-in that speaks the Bot API over HTTP, for demos and tests.

It knows nothing of the bot: the bot reaches it through its address, as it would reach Telegram. It refuses what
Telegram refuses, in Telegram's words; it can be told to fail in any way a network can; and it keeps the one true
list of what people received.

    simulator = Simulator(clock=SkippableClock())
    async with simulator.serve():
        anna = simulator.add_person("Anna")
        simulator.phone.say(anna, "/start")
        ...  # start a bot with the API address simulator.url
        await simulator.state.judge.until(lambda judge: judge.texts(anna.id))

What is not like Telegram: pictures are not scaled, addresses of pictures are not fetched, pinning makes no service
message, Markdown is refused, and methods that the bot does not need are "method not found".
"""

from simulator.bot_api.flood_control import Limits
from simulator.clock import Clock, SkippableClock, utc_now
from simulator.faults import Fault, Faults, Request
from simulator.server import TOKEN, Simulator
from simulator.state.judge import Delivery, Judge
from simulator.state.people import Chat, Message, Person

__all__ = [
    "TOKEN",
    "Chat",
    "Clock",
    "Delivery",
    "Fault",
    "Faults",
    "Judge",
    "Limits",
    "Message",
    "Person",
    "Request",
    "Simulator",
    "SkippableClock",
    "utc_now",
]
