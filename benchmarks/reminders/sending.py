"""Reminders a second: Charley's whole way, beside clients that only send."""

import sys
from collections.abc import Mapping
from typing import Any

from benchmarks.reminders.processes import CHARLEY, PEERS, running
from benchmarks.reminders.rush import Rush
from simulator import Simulator

IN_FLIGHT = 128
FEWER, MANY = (8, 16, 32, 64, 128), 256
"""In flight, for the client of which more makes less: one of the fewer is its best."""
PEOPLE = 1_000
CLIENTS = {"ptb": PEERS, "aiogram": PEERS, "ptb-aiohttp": CHARLEY, "charley": CHARLEY, "aiohttp": CHARLEY}
NAMES = {
    "charley": f"Charley, its sender alone, without limits, {IN_FLIGHT} in flight",
    "ptb-aiohttp": "python-telegram-bot over aiohttp and uvloop",
    "aiogram": "aiogram",
    "aiohttp": "aiohttp and uvloop, a bare loop",
}


async def measure(seconds: float, round_trip: float) -> dict[str, dict[str, Any]]:
    """What each client reports, by its name."""
    seen = {name: await _client(client, IN_FLIGHT, seconds, round_trip) for client, name in NAMES.items()}
    tried = {number: await _client("ptb", number, seconds / 4, round_trip) for number in FEWER}
    best = max(tried, key=lambda number: float(tried[number]["rate"]))
    for what, number in (("at its best", best), ("many", MANY)):
        name = f"python-telegram-bot, default client, {what}: {number} in flight"
        seen[name] = await _client("ptb", number, seconds, round_trip)
    return seen


async def _client(client: str, in_flight: int, seconds: float, round_trip: float) -> dict[str, Any]:
    print(f"sending: {client}, {in_flight} in flight ...", file=sys.stderr, flush=True)
    simulator = Simulator(checks=False, keep=1, round_trip=round_trip, brake=0.0)
    for _ in range(PEOPLE):
        simulator.add_person(started=True)
    command = [CLIENTS[client], "-m", "benchmarks.peers.senders", client, str(in_flight), str(seconds), str(PEOPLE)]
    async with simulator.serve(), running(*command, TELEGRAM_API_URL=simulator.url) as side:
        return await side.report()


def table(whole: Mapping[str, tuple[Rush, int]], clients: Mapping[str, Mapping[str, Any]]) -> str:
    """In Markdown; the lateness is in times of what the rate allows, N/R."""
    lines = ["| | messages/s | of one core | CPU each | p99 late, of N/R |", "|---|---:|---:|---:|---:|"]
    for name, (rush, rate) in whole.items():
        late = f"{rush.late / (rush.people / rate):.3f}" if rate <= rush.people else "-"
        each = rush.share / rush.rate * 1e3
        lines.append(f"| {name} | {rush.rate:,.0f} | {rush.share:.0%} | {each:.2f} ms | {late} |")
    for name, found in clients.items():
        lines.append(f"| {name} | {found['rate']:,.0f} | {found['share']:.0%} | {found['cpu_ms']:.2f} ms | - |")
    return "\n".join(lines)
