"""Logging: one line an event on standard error, and no secret in any of them."""

import logging
import logging.config
import time
from collections.abc import Callable

LIBRARIES = ("telegram", "sqlalchemy", "asyncio", "alembic", "aiohttp")


class Redacting(logging.Formatter):
    """Replaces every secret by three dots, also within tracebacks and other libraries' messages."""

    def __init__(self, *secrets: str) -> None:
        super().__init__("%(asctime)sZ %(levelname)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%S")
        self.converter = time.gmtime
        self._secrets = [secret for secret in secrets if secret]

    def format(self, record: logging.LogRecord) -> str:
        """The finished line, redacted as a whole."""
        line = super().format(record)
        for secret in self._secrets:
            line = line.replace(secret, "...")
        return line


QUIET_SECONDS = 5.0
"""How long nothing must have failed before trouble counts as over."""


class Trouble:
    """What goes wrong again and again: one line when it begins, and one, ``end``, when it is over."""

    def __init__(self, log: logging.Logger, end: str, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._log = log
        self._end = end
        self._monotonic = monotonic
        self._last: float | None = None

    def met(self, what: str) -> None:
        """It went wrong: ``what`` is the line, if it is the first time."""
        if self._last is None:
            self._log.warning("%s", what)
        self._last = self._monotonic()

    def over(self) -> None:
        """It went well: over, if that is not only in between."""
        if self._last is not None and self._monotonic() - self._last >= QUIET_SECONDS:
            self._last = None
            self._log.info("%s", self._end)


def configure(level: str, *secrets: str) -> None:
    """Log at ``level``; libraries that would print whole updates or addresses only from warnings on."""
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"line": {"()": lambda: Redacting(*secrets)}},
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
            "root": {"level": level, "handlers": ["stderr"]},
            "loggers": {
                **{name: {"level": "WARNING"} for name in LIBRARIES},
                "apscheduler": {"level": "ERROR"},  # a tick that is left out comes a second later
            },
        }
    )
