"""What Prometheus is shown: what has happened since the start, and how the bot is now. Numbers only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.operations.health import Health

COUNTED = {
    "updates": ("Updates handled, by how they ended.", ["outcome"]),
    "requests": ("Requests to Telegram, by how they ended.", ["method", "verdict"]),
    "limited": ("Requests that Telegram refused because too much was sent (429).", []),
    "webhook_calls": ("Calls of the webhook, by the status of the answer.", ["status"]),
    "reminders": ("Reminders that ended, by their end.", ["end"]),
}
"""What is counted, what that means, and its labels."""
KNOWN: dict[str, list[tuple[str, ...]]] = {
    "updates": [("done",), ("dead",)],
    "limited": [()],
    "webhook_calls": [("200",), ("403",), ("413",), ("429",), ("503",)],
    "reminders": [("sent",), ("presumed",), ("missed",), ("dead",), ("cancelled",)],
}
"""What is shown as 0 before it happens, or else nobody who looks for a rise would see the first of it."""


def exposition(happened: Mapping[tuple[str, ...], int], health: Health, lag: float) -> bytes:
    """All of it in Prometheus' text format; ``lag`` is the longest stall of the event loop, in seconds."""
    registry = CollectorRegistry()
    registry.register(_Seen(happened, health, lag))
    return generate_latest(registry)


@dataclass(frozen=True, eq=False)
class _Seen(Collector):
    happened: Mapping[tuple[str, ...], int]
    health: Health
    lag: float

    def collect(self) -> Iterable[Metric]:
        for what, (meaning, labels) in COUNTED.items():
            family = CounterMetricFamily(f"charley_{what}", meaning, labels=labels)
            for values, times in sorted(self._counted(what).items()):
                family.add_metric(values, times)
            yield family
        yield from (GaugeMetricFamily(f"charley_{name}", *shown) for name, shown in self._now() if shown[1] is not None)

    def _counted(self, what: str) -> dict[tuple[str, ...], int]:
        """How often by the values of its labels, also of what has not happened yet."""
        counted = {tuple(values): times for (name, *values), times in self.happened.items() if name == what}
        return dict.fromkeys(KNOWN.get(what, []), 0) | counted

    def _now(self) -> Iterable[tuple[str, tuple[str, float | None]]]:
        """How it is; what nobody knows has no value."""
        health = self.health
        yield "database_up", ("Whether the database answers.", float(health.database))
        yield "last_fetch_seconds", ("How long ago updates were last fetched.", health.fetch_age)
        yield "webhook_unset_seconds", ("For how long Telegram has not known where to call.", health.unset_age)
        yield "oldest_due_seconds", ("For how long what is due has waited.", health.due_age)
        yield "inbox_open", ("Updates that are not handled yet.", health.inbox_open)
        yield "event_loop_lag_seconds", ("The longest stall since this was last asked.", self.lag)
