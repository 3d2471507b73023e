"""Logging: one line per event on standard error, without secrets.

Each line has an ``action``: ``extra={"action": "clock_jumped"}``. It stays the same when the wording of the line
changes. Tests look for the action.
"""

import logging
import logging.config
import time
import traceback
from collections.abc import Callable

LIBRARIES = ("telegram", "sqlalchemy", "asyncio", "alembic", "aiohttp")
QUIET_SECONDS = 5.0
"""A failure counts as over when nothing has failed for this long. Otherwise "failing" and "working" could alternate."""


class RedactingFormatter(logging.Formatter):
    """Replace every secret by three dots, even in tracebacks and in lines of libraries."""

    def __init__(self, *secrets: str) -> None:
        super().__init__("%(asctime)sZ %(levelname)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%S")
        self.converter = time.gmtime
        self._secrets = [secret for secret in secrets if secret]

    def format(self, record: logging.LogRecord) -> str:
        """Return the line without secrets. They are replaced last, because arguments and tracebacks may have them."""
        line = super().format(record)
        for secret in self._secrets:
            line = line.replace(secret, "...")
        return line


def place(error: BaseException) -> str:
    """Return what an error is and where it was raised, like ``KeyError in bot.app, line 7``, without its text."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    if not frames:
        return type(error).__name__
    line = traceback.extract_tb(error.__traceback__)[-1].lineno
    return f"{type(error).__name__} in {frames[-1].f_globals.get('__name__')}, line {line}"


class Outage:
    """Log one line when something begins to fail, and one when it works again, however often it fails in between.

    Args:
        log: the logger of the module that notices.
        action: the action of the first line; the last line has the same with ``_over`` behind it.
        recovery: the text of the last line.
        monotonic: a clock in seconds that nobody can set.
    """

    def __init__(
        self, log: logging.Logger, action: str, recovery: str, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._log = log
        self._action = action
        self._recovery = recovery
        self._monotonic = monotonic
        self._last_failure: float | None = None

    def failed(self, line: str) -> None:
        """Note a failure; ``line`` is logged if it is the first one."""
        if self._last_failure is None:
            self._log.warning("%s", line, extra={"action": self._action})
        self._last_failure = self._monotonic()

    def succeeded(self) -> None:
        """Note a success; the outage is over if the last failure is long enough ago."""
        if self._last_failure is not None and self._monotonic() - self._last_failure >= QUIET_SECONDS:
            self._last_failure = None
            self._log.info("%s", self._recovery, extra={"action": f"{self._action}_over"})


def configure(level: str, *secrets: str) -> None:
    """Log lines of ``level`` and above. Libraries that would log whole updates or URLs log only warnings and errors."""
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"line": {"()": lambda: RedactingFormatter(*secrets)}},
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
            "root": {"level": level, "handlers": ["stderr"]},
            "loggers": {
                **{name: {"level": "WARNING"} for name in LIBRARIES},
                "apscheduler": {"level": "ERROR"},  # it warns of each skipped tick; the next is a second later
            },
        }
    )
