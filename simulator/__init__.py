"""A stand-in for Telegram on this machine, for the local chat and the tests. It speaks the Bot API over HTTP.

It knows nothing of the bot: the bot reaches it at its address, as it would reach Telegram. It refuses what Telegram
refuses, in Telegram's words. It can be told to fail in any way a network can. It keeps the only complete list of what
people received.

    simulator = Simulator(clock=SkippableClock())
    async with simulator.serve():
        anna = simulator.add_person("Anna")
        simulator.phone.say(anna, "/start")
        ...  # start a bot with the API address simulator.url
        await simulator.judge.until(lambda judge: judge.texts(anna.id))

It differs from Telegram in six ways: pictures are not scaled, a file that is given by a URL becomes a grey pixel,
pinning creates no service message, phone numbers in texts are detected by a rule of our own, people have no profile
pictures, and a method of Telegram that is not built is "Not Implemented" (501).
"""

from simulator.bot_api.flood_control import Limits
from simulator.clock import Clock, SkippableClock, utc_now
from simulator.faults import Fault, Faults, Request
from simulator.server import TOKEN, Simulator
from simulator.state.chats import Chat, Message
from simulator.state.judge import Delivery, Judge
from simulator.state.people import Person

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
