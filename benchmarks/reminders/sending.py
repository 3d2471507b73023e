"""Reminders a second: Charley's whole way, beside clients that only send, each at its best."""

import gc
import sys
from collections.abc import Mapping
from typing import Any

from benchmarks.reminders.processes import CHARLEY, PEERS, running
from benchmarks.reminders.rush import Rush
from simulator import Simulator

MANY = 256
"""In flight, for two of them beside their best."""
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
"""In flight; of the default client of python-telegram-bot more make less."""


async def measure(seconds: float, round_trip: float) -> dict[str, dict[str, Any]]:
    """What each client reports, by its name."""
    seen = {}
    for client, name in NAMES.items():
        tried = {number: await _client(client, number, seconds / 4, round_trip) for number in TRIED[client]}
        best = max(tried, key=lambda number: float(tried[number]["rate"]))
        seen[f"{name}, at its best: {best} in flight"] = await _client(client, best, seconds, round_trip)
    for client in ("charley", "ptb"):
        seen[f"{NAMES[client]}: {MANY} in flight"] = await _client(client, MANY, seconds, round_trip)
    return seen


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
    """In Markdown; the lateness is in times of what the rate allows, N/R, the time of a request without that."""
    head = "| | messages/s | of one core | CPU each | p99 of a request | p99 late, of N/R |"
    lines = [head, "|---|---:|---:|---:|---:|---:|"]
    for name, (rush, rate) in whole.items():
        late = f"{rush.late / (rush.people / rate):.3f}" if rate <= rush.people else "-"
        each = rush.share / rush.rate * 1e3
        lines.append(f"| {name} | {rush.rate:,.0f} | {rush.share:.0%} | {each:.2f} ms | - | {late} |")
    for name, found in clients.items():
        each, p99 = f"{found['cpu_ms']:.2f} ms", f"{found['p99_ms']:,.0f} ms"
        lines.append(f"| {name} | {found['rate']:,.0f} | {found['share']:.0%} | {each} | {p99} | - |")
    return "\n".join(lines)
