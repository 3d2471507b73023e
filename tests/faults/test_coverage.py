"""Every fault of sending and receiving has its test."""

import ast

import pytest

from bot.config import ROOT
from tests.support.fault_coverage import FAULTS, MUST_HAVE, faults_of, table


@pytest.mark.parametrize(("name", "numbers"), [
    ("tests/faults/test_sending.py::test_f01_the_steps_keep_the_pause_too", {1}),
    ("tests/acceptance/test_odd_updates.py::test_f35_f36_updates_that_are_not_for_the_bot", {35, 36}),
    ("tests/faults/test_send_table.py::test_the_outcome_is_the_one_in_the_table[F12 cut in the answer-tip]", {12}),
    ("tests/bot/test_x.py::test_of_f12_nothing", set()),
    ("tests/bot/test_x.py::test_x[f12 F12]", set()),
], ids=["one", "two", "a case", "none", "nor here"])  # fmt: skip
def test_the_name_of_a_test_has_the_numbers_of_its_faults(name: str, numbers: set[int]) -> None:
    assert faults_of(name) == numbers


def test_the_table_names_the_faults_without_a_test() -> None:
    lines = table(["::test_f01_a", "::test_f01_f72_b"], ["::test_f02_c", "::test_d"])
    assert lines[0].split() == ["F1", "2", "F2", "0!", "F72", "1"]
    assert lines[1] == "without a test: F3-F71, F73-F99"
    assert len(lines) == 2
    assert len(FAULTS) == 99


def test_every_fault_of_sending_and_receiving_has_a_test() -> None:
    functions = [
        node.name
        for file in (ROOT / "tests").rglob("test_*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    named = {number for name in functions for number in faults_of(name)}
    assert {number: FAULTS[number - 1] for number in MUST_HAVE if number not in named} == {}
