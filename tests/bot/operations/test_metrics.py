"""The metrics: Prometheus's own parser finds the counts and the state of health."""

import re
from dataclasses import replace

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.operations.health import Health, Role
from bot.operations.metrics import COUNTERS, exposition

WELL = Health(Role.ACTIVE, True, 4.5, None, 0.0, 7, "")
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
    """Return every value by its name and labels."""
    text = exposition(happened, health, 0.25).decode()
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return {f"{sample.name} {' '.join(sample.labels.values())}".strip(): sample.value for sample in samples}


def test_counts_have_their_labels() -> None:
    values = read()
    assert {name: value for name, value in values.items() if "total" in name and value} == {
        "charley_updates_total done": 5.0,
        "charley_updates_total dead": 1.0,
        "charley_requests_total sendMessage sent": 9.0,
        "charley_limited_total": 2.0,
        "charley_webhook_calls_total 403": 4.0,
        "charley_reminders_total missed": 3.0,
    }


def test_the_state_of_health_is_a_metric() -> None:
    values = read()
    assert {name: value for name, value in values.items() if "total" not in name} == {
        "charley_active": 1.0,
        "charley_database_up": 1.0,
        "charley_database_writable": 1.0,
        "charley_last_fetch_seconds": 4.5,
        "charley_oldest_due_seconds": 0.0,
        "charley_inbox_open": 7.0,
        "charley_event_loop_lag_seconds": 0.25,
    }


def test_the_age_of_an_unset_webhook_is_a_metric_only_with_a_webhook() -> None:
    assert read(Health(Role.ACTIVE, True, None, 12.5, 0.0, 7))["charley_webhook_unset_seconds"] == 12.5
    assert "charley_webhook_unset_seconds" not in read()


def test_a_database_that_stores_nothing_is_up_and_not_writable() -> None:
    values = read(replace(WELL, write_error="database or disk is full"))
    assert (values["charley_database_up"], values["charley_database_writable"]) == (1.0, 0.0)


def test_an_unknown_age_is_left_out() -> None:
    known = {name for name in read(Health(Role.STANDBY, database=False), {}) if "total" not in name}
    assert known == {"charley_active", "charley_database_up", "charley_event_loop_lag_seconds"}
    assert read(Health(Role.STANDBY, database=False))["charley_database_up"] == 0.0


@pytest.mark.parametrize(("number", "is_shown"), [(1, False), (9, False), (10, True)])
def test_few_pages_and_copies_are_not_shown(number: int, is_shown: bool) -> None:
    sent: dict[tuple[str, ...], int] = {
        ("requests", "sendDocument", "sent"): number,
        ("requests", "sendMessage", "sent"): number,
    }
    shown = read(happened=sent)
    assert shown["charley_requests_total sendMessage sent"] == number
    assert ("charley_requests_total sendDocument sent" in shown) is is_shown


def test_no_metric_is_about_the_diaries() -> None:
    assert not [name for name in read() if re.search("diar|cramp|evening|trial", name)]


@pytest.mark.parametrize("labels", [labels for _, labels in COUNTERS.values()])
def test_no_label_is_a_persons(labels: list[str]) -> None:
    assert set(labels) <= {"outcome", "method", "verdict", "end", "status"}
