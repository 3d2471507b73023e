"""The systemd unit: systemd accepts it, it may do little, and it fits the settings and the exit statuses of the bot."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.__main__ import STOP_SECONDS
from bot.config import ROOT, Settings
from bot.errors import LeaseLostError, SettingsError, StoreError

UNIT = (ROOT / "charley.service").read_text(encoding="utf-8")
MOST_EXPOSED = 20
"""Tenths on the scale of ``systemd-analyze security``: 0 is safe, and up to 49 counts as good."""
needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")


def values(name: str) -> list[str]:
    """Return the values of an option, which may stand there several times."""
    return re.findall(rf"^{name}=(.*)$", UNIT, re.MULTILINE)


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit on a machine where the bot is installed."""
    path = tmp_path / "charley.service"
    path.write_text(UNIT.replace("/opt/charley/.venv/bin/python", sys.executable), encoding="utf-8")
    return path


@needs_systemd
def test_systemd_accepts_it(unit: Path) -> None:
    checked = subprocess.run(["systemd-analyze", "verify", unit], check=False, capture_output=True, text=True)
    assert (checked.returncode, checked.stderr) == (0, "")


@needs_systemd
def test_it_may_do_little(unit: Path) -> None:
    check = ["systemd-analyze", "security", "--offline=true", "--no-pager", f"--threshold={MOST_EXPOSED}", str(unit)]
    assert subprocess.run(check, check=False, capture_output=True).returncode == 0


def test_it_sets_only_settings_and_holds_no_secret() -> None:
    names = {value.partition("=")[0] for value in values("Environment")} - {"PYTHONDONTWRITEBYTECODE"}
    assert names == {"DATABASE_URL", "TELEGRAM_BOT_TOKEN_FILE"}
    assert {name.removesuffix("_FILE").lower() for name in names} <= Settings.model_fields.keys()


def test_it_starts_the_bot_again_unless_a_setting_is_wrong() -> None:
    assert (values("Restart"), values("RestartPreventExitStatus")) == (["always"], [str(SettingsError.status)])
    assert SettingsError.status not in {StoreError.status, LeaseLostError.status}


def test_it_waits_longer_than_the_bot_takes_to_stop() -> None:
    assert [int(seconds) > STOP_SECONDS for seconds in values("TimeoutStopSec")] == [True]
