"""What Prometheus reads: its own parser finds what was counted, and how the bot is."""

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.health import Health
from bot.metrics import COUNTED, exposition

WELL = Health(4.5, True, 0.0, 7)
HAPPENED = {
    ("updates", "done"): 5,
    ("updates", "dead"): 1,
    ("requests", "sendMessage", "sent"): 9,
    ("limited",): 2,
    ("webhook_calls", "403"): 4,
    ("reminders", "missed"): 3,
    ("weather", "fine"): 8,
}


def read(health: Health = WELL, happened: dict[tuple[str, ...], int] = HAPPENED) -> dict[str, float]:
    """Every value by its name and labels."""
    text = exposition(happened, health, 0.25).decode()
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return {f"{each.name} {' '.join(each.labels.values())}".strip(): each.value for each in samples}


def test_counts_have_their_labels() -> None:
    values = read()
    assert {name: value for name, value in values.items() if "total" in name} == {
        "charley_updates_total done": 5.0,
        "charley_updates_total dead": 1.0,
        "charley_requests_total sendMessage sent": 9.0,
        "charley_limited_total": 2.0,
        "charley_webhook_calls_total 403": 4.0,
        "charley_reminders_total missed": 3.0,
    }


def test_how_the_bot_is() -> None:
    values = read()
    assert {name: value for name, value in values.items() if "total" not in name} == {
        "charley_database_up": 1.0,
        "charley_last_fetch_seconds": 4.5,
        "charley_oldest_due_seconds": 0.0,
        "charley_inbox_open": 7.0,
        "charley_event_loop_lag_seconds": 0.25,
    }


def test_for_how_long_the_webhook_is_not_set_is_told_where_there_is_one() -> None:
    assert read(Health(None, True, 0.0, 7, 12.5))["charley_webhook_unset_seconds"] == 12.5
    assert "charley_webhook_unset_seconds" not in read()


def test_what_nobody_knows_is_left_out() -> None:
    assert set(read(Health(None, database=False), {})) == {"charley_database_up", "charley_event_loop_lag_seconds"}
    assert read(Health(None, database=False))["charley_database_up"] == 0.0


@pytest.mark.parametrize("labels", [labels for _, labels in COUNTED.values()])
def test_no_label_is_a_persons(labels: list[str]) -> None:
    assert set(labels) <= {"outcome", "method", "verdict", "end", "status"}
