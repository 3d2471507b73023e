"""The program by itself, as it is installed."""

import shutil
from pathlib import Path

from bot.config import ROOT


def copy_program(folder: Path) -> Path:
    """Copy the program, without anything that lies about where it is developed, such as settings. Returns ``folder``."""
    ignored = shutil.ignore_patterns("*.pyc.*", "*.svg")  # what Python has compiled is kept, unless it is being written
    for name in ("bot", "handlers", "scheduler", "assets"):
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    for file in ROOT.glob("content*.yaml"):
        shutil.copy(file, folder)
    return folder
