"""The actions of log lines, by which tests recognise a line whatever its wording is."""

import pytest


def actions(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return the ``action`` of each captured line that has one, in order: ``extra={"action": "clock_jumped"}``."""
    return [record.action for record in caplog.records if hasattr(record, "action")]
