"""The command about how many people one bot can remind."""

from pathlib import Path

from tests.support.command_line import run


def test_capacity_needs_no_setting_at_all(tree: Path) -> None:
    ended = run(tree, "capacity", "--people", "10000", "--times", "09:00,12:00", "--zones", "UTC,Europe/Stockholm")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith("10,000 people x 2 reminders a day = 20,000 reminders a day\n")
