"""Reminders a second: the whole of Charley, compared with clients that only send, each with its best setting."""

import gc
import sys
from collections.abc import Mapping
from typing import Any

from benchmarks.reminders.processes import CHARLEY, PEERS, running
from benchmarks.reminders.rush import Rush
from simulator import Simulator

MANY = 256
"""Requests in flight. Two of the clients are measured with this number too."""
PEOPLE = 1_000
NAMES = {
    "charley": "Charley, its sender alone, without limits",
    "ptb-aiohttp": "python-telegram-bot over aiohttp and uvloop",
    "aiogram": "aiogram",
    "aiohttp": "aiohttp and uvloop, a bare loop",
    "ptb": "python-telegram-bot, default client",
}
PYTHONS = dict.fromkeys(NAMES, CHARLEY) | {"ptb": PEERS, "aiogram": PEERS}
TRIED = dict.fromkeys(NAMES, (128, 256, 512)) | {"ptb": (8, 16, 32, 64, 128)}
"""Requests in flight that are tried. python-telegram-bot's default client gets slower with more."""


async def measure(seconds: float, round_trip: float) -> dict[str, dict[str, Any]]:
    """Return what each client reports, by its name."""
    results = {}
    for client, name in NAMES.items():
        trials = {number: await _client(client, number, seconds / 4, round_trip) for number in TRIED[client]}
        best = max(trials, key=lambda number: float(trials[number]["rate"]))
        results[f"{name}, at its best: {best} in flight"] = await _client(client, best, seconds, round_trip)
    for client in ("charley", "ptb"):
        results[f"{NAMES[client]}: {MANY} in flight"] = await _client(client, MANY, seconds, round_trip)
    return results


async def _client(client: str, in_flight: int, seconds: float, round_trip: float) -> dict[str, Any]:
    print(f"sending: {client}, {in_flight} in flight ...", file=sys.stderr, flush=True)
    simulator = Simulator(checks=False, keep=1, round_trip=round_trip, brake=0.0)
    for _ in range(PEOPLE):
        simulator.add_person(started=True)
    gc.collect()
    command = [PYTHONS[client], "-m", "benchmarks.peers.senders", client, str(in_flight), str(seconds), str(PEOPLE)]
    async with simulator.serve(), running(*command, TELEGRAM_API_URL=simulator.url) as side:
        return await side.report()


def table(whole: Mapping[str, tuple[Rush, int]], clients: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the table in Markdown. The lateness is a multiple of N/R, the time that the rate needs for all of them."""
    head = "| | messages/s | of one core | CPU per message | p99 of a request | p99 late, of N/R |"
    lines = [head, "|---|---:|---:|---:|---:|---:|"]
    for name, (rush, rate) in whole.items():
        late = f"{rush.late / (rush.people / rate):.3f}" if rate <= rush.people else "-"
        cpu_ms = rush.share / rush.rate * 1e3
        lines.append(f"| {name} | {rush.rate:,.0f} | {rush.share:.0%} | {cpu_ms:.2f} ms | - | {late} |")
    for name, result in clients.items():
        cells = f"{result['rate']:,.0f} | {result['share']:.0%} | {result['cpu_ms']:.2f} ms"
        lines.append(f"| {name} | {cells} | {result['p99_ms']:,.0f} ms | - |")
    return "\n".join(lines)
