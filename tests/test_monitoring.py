"""The alert rules, the dashboard and the tables of docs/operations.md name what there is, and all of it."""

import ast
import json
import re
import shutil
import subprocess
from functools import cache
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from ruamel.yaml import YAML

from bot.config import ROOT
from bot.operations.health import Health, Role
from bot.operations.metrics import ZERO_AT_START, exposition
from tests.support.house_numbers import sources

OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
ALERTS = ROOT / "monitoring" / "alerts.yaml"
DASHBOARD = json.loads((ROOT / "monitoring" / "dashboard.json").read_text(encoding="utf-8"))
EVERYTHING = Health(Role.ACTIVE, True, 0.0, 0.0, 0.0, 0, "", 0.0, 0.0, "", 0.0)
"""A health in which every value applies."""
REQUEST: dict[tuple[str, ...], int] = {("requests", "sendMessage", "sent"): 1}
"""No request is counted before the first one."""


@cache
def samples() -> dict[str, list[dict[str, str]]]:
    """Return the labels of every metric that /metrics can show."""
    families = text_string_to_metric_families(exposition(REQUEST, EVERYTHING, 0.0).decode())
    found: dict[str, list[dict[str, str]]] = {}
    for sample in (sample for family in families for sample in family.samples):
        found.setdefault(sample.name, []).append(sample.labels)
    return found


def metrics_in(text: str) -> set[str]:
    return set(re.findall(r"\bcharley_\w+", text))


def rules() -> list[dict[str, Any]]:
    (group,) = YAML(typ="safe").load(ALERTS)["groups"]
    return list(group["rules"])


def test_the_health_here_has_every_value() -> None:
    assert None not in vars(EVERYTHING).values()


def test_every_metric_is_in_the_table_and_on_the_dashboard() -> None:
    table = OPERATIONS.partition("### Metrics")[2].partition("###")[0]
    assert metrics_in(table) == samples().keys()
    assert metrics_in(json.dumps(DASHBOARD)) == samples().keys()


def test_every_alert_is_about_metrics_that_exist_before_the_first_event() -> None:
    for rule in rules():
        assert metrics_in(rule["expr"]) <= samples().keys(), rule["alert"]
        for label, values in re.findall(r'(\w+)=~?"([^"]+)"', rule["expr"]):
            counter = next(iter(metrics_in(rule["expr"]))).removeprefix("charley_").removesuffix("_total")
            shown = {value for labels in ZERO_AT_START.get(counter, []) for value in labels}
            assert label == "job" or set(values.split("|")) <= shown, rule["alert"]


def test_every_problem_of_health_has_an_alert() -> None:
    gauges = {name for name in samples() if not name.endswith("_total")} - {"charley_inbox_open"}
    assert gauges <= {name for rule in rules() for name in metrics_in(rule["expr"])}


@pytest.mark.skipif(shutil.which("promtool") is None, reason="Debian's package prometheus is not installed")
def test_prometheus_accepts_the_rules() -> None:
    subprocess.run(["promtool", "check", "rules", str(ALERTS)], check=True, capture_output=True)


# The log


def nodes() -> list[ast.AST]:
    return [
        node for folder in ("bot", "handlers", "scheduler") for source in sources(ROOT, folder) for node in source.nodes
    ]


def beginnings() -> list[str]:
    """Return how the lines in the table of the log begin."""
    table = OPERATIONS.partition("## What the log says")[2].partition("\n## ")[0]
    return re.findall(r"^\| ([A-Z][^|]+?) \|", table, re.MULTILINE)


def logged() -> set[str]:
    """Return how each line begins whose text stands in the call that logs it, up to what varies."""
    calls = [node for node in nodes() if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    own = [call for call in calls if call.args and ast.unparse(call.func).split(".")[0] in {"log", "logger"}]
    texts = [call.args[0].value for call in own if isinstance(call.args[0], ast.Constant)]
    return {str(text).partition("%")[0].strip() for text in texts} - {""}


def test_every_line_of_the_log_is_in_the_table() -> None:
    assert len(logged()) > 20
    shown = tuple(beginnings())
    assert [
        line
        for line in sorted(logged())
        if not (line.startswith(shown) or any(begin.startswith(line) for begin in shown))
    ] == []


def test_the_table_has_no_line_that_is_never_logged() -> None:
    texts = {str(node.value) for node in nodes() if isinstance(node, ast.Constant)}
    starts = tuple(
        str(node.values[0].value)
        for node in nodes()
        if isinstance(node, ast.JoinedStr)
        and isinstance(node.values[0], ast.Constant)
        and len(str(node.values[0].value)) > 5
    )
    shown = [begin for begin in beginnings() if not begin.startswith("TELEGRAM_BOT_TOKEN_FILE")]  # one of several names
    assert len(shown) > 30
    assert [
        begin for begin in shown if not (begin.startswith(starts) or any(text.startswith(begin) for text in texts))
    ] == []
