"""The metrics in Prometheus' text format: event counts since the start, and the present health. Numbers only."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.operations.health import Health, Role

COUNTERS = {
    "updates": ("Updates handled, by how they ended.", ["outcome"]),
    "requests": ("Requests to Telegram, by how they ended.", ["method", "verdict"]),
    "limited": ("Requests that Telegram refused because too much was sent (429).", []),
    "webhook_calls": ("Calls of the webhook, by the status of the answer.", ["status"]),
    "webhook_detours": ("Telegram's calls that came to another path than that of WEBHOOK_URL.", []),
    "webhook_losses": ("Times that Telegram no longer knew the webhook, and it was set again.", []),
    "conflicts": ("Polls that Telegram ended because another process polled.", []),
    "reminders": ("Reminders that ended, by how they ended.", ["end"]),
    "fallbacks": ("Texts that the bot did not understand.", []),
    "write_errors": ("Writes to the database that failed because it was unavailable.", []),
    "updates_unstored": ("Updates that could not be stored when they came; Telegram sends them again.", []),
}
"""The counters: name, help text, labels."""
PERSONAL_METHOD, FEW = "sendDocument", 10
"""Only pages for a doctor and exports of a person's data are sent by this method. Fewer than ten are not shown, because
they could reveal something about one person."""
ZERO_AT_START: dict[str, list[tuple[str, ...]]] = {
    "updates": [("done",), ("dead",)],
    "limited": [()],
    "fallbacks": [()],
    "write_errors": [()],
    "updates_unstored": [()],
    "webhook_calls": [("200",), ("403",), ("413",), ("429",), ("503",)],
    "webhook_detours": [()],
    "webhook_losses": [()],
    "conflicts": [()],
    "reminders": [("sent",), ("presumed",), ("missed",), ("dead",), ("cancelled",)],
}
"""Label values shown as 0 before the first event; otherwise an alert on an increase would miss that event."""

GAUGES: dict[str, tuple[str, Callable[[Health], float | None]]] = {
    "active": (
        "Whether this process is the active one (1) or stands by (0).",
        lambda health: float(health.role is Role.ACTIVE),
    ),
    "database_up": ("Whether the database answers.", lambda health: float(health.database)),
    "database_writable": (
        "Whether the database stores what is written.",
        lambda health: None if health.write_error is None else float(not health.write_error),
    ),
    "last_fetch_seconds": ("Seconds since updates were last fetched.", lambda health: health.fetch_age),
    "webhook_unset_seconds": (
        "Seconds for which Telegram has not known where to call.",
        lambda health: health.unset_age,
    ),
    "webhook_undelivered_seconds": (
        "Seconds for which Telegram's calls have failed while updates wait.",
        lambda health: health.undelivered_age,
    ),
    "conflict_seconds": ("Seconds for which another process has kept polling.", lambda health: health.conflict_age),
    "oldest_due_seconds": ("Seconds that the oldest reminder that is due has waited.", lambda health: health.due_age),
    "clock_difference_seconds": (
        "Seconds by which the machine's clock is fast; negative if it is slow.",
        lambda health: health.clock_difference,
    ),
    "inbox_open": ("Updates that are not handled yet.", lambda health: health.inbox_open),
}
"""The gauges of the health: name, help text, and the value, which is None if there is none."""


def exposition(happened: Mapping[tuple[str, ...], int], health: Health, lag: float) -> bytes:
    """Return all metrics as text. ``happened`` has event counts, ``lag`` the event loop's longest stall in seconds."""
    registry = CollectorRegistry()
    registry.register(_HealthCollector(happened, health, lag))
    return generate_latest(registry)


@dataclass(frozen=True, eq=False)
class _HealthCollector(Collector):
    happened: Mapping[tuple[str, ...], int]
    health: Health
    lag: float

    def collect(self) -> Iterable[Metric]:
        for name, (help_text, labels) in COUNTERS.items():
            family = CounterMetricFamily(f"charley_{name}", help_text, labels=labels)
            counted = dict.fromkeys(ZERO_AT_START.get(name, []), 0)
            for (counter, *values), times in self.happened.items():
                if counter == name and not (PERSONAL_METHOD in values and times < FEW):
                    counted[tuple(values)] = times
            for labelled, times in sorted(counted.items()):
                family.add_metric(labelled, times)
            yield family
        for name, (help_text, value_of) in GAUGES.items():
            if (value := value_of(self.health)) is not None:
                yield GaugeMetricFamily(f"charley_{name}", help_text, value)
        help_text = "The event loop's longest stall, in seconds, since the metrics were last read."
        yield GaugeMetricFamily("charley_event_loop_lag_seconds", help_text, self.lag)
