"""No secret reaches the log, whichever way it takes."""

import logging
import sys
from collections.abc import Iterator

import pytest

from bot import log
from tests.support.actions import actions

TOKEN = "1234567890:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
LIBRARIES = ("telegram", "apscheduler", "sqlalchemy", "asyncio", "alembic", "aiohttp")


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    """Restore logging, which a test changes for the whole process."""
    loggers = [logging.getLogger(), *map(logging.getLogger, LIBRARIES)]
    before = [(logger, logger.level, logger.handlers[:]) for logger in loggers]
    yield
    for logger, level, handlers in before:
        logger.setLevel(level)
        logger.handlers[:] = handlers


def test_a_secret_in_a_message_is_replaced(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure("INFO", TOKEN)
    logging.getLogger("bot.test").warning("POST /bot%s/getMe failed", TOKEN)
    line = capsys.readouterr().err
    assert TOKEN not in line
    assert line.endswith("WARNING bot.test: POST /bot.../getMe failed\n")


def test_a_secret_in_a_traceback_is_replaced(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure("INFO", TOKEN)
    try:
        raise ValueError(f"the token {TOKEN} was refused")
    except ValueError as error:
        try:
            raise RuntimeError(TOKEN) from error
        except RuntimeError:
            logging.getLogger("bot.test").exception("it failed")
    written = capsys.readouterr().err
    assert TOKEN not in written
    assert "ValueError: the token ... was refused" in written
    assert "RuntimeError: ..." in written


def test_a_secret_in_a_stack_is_replaced(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure("INFO", "the_secret_marker")
    logging.getLogger("bot.test").error("here", stack_info=bool("the_secret_marker"))
    assert "the_secret_marker" not in capsys.readouterr().err


def test_every_secret_is_replaced_and_an_empty_one_does_no_harm(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure("INFO", "", TOKEN, "pa55word")
    logging.getLogger("bot.test").info("%s and pa55word", TOKEN)
    assert capsys.readouterr().err.endswith("INFO bot.test: ... and ...\n")


def test_times_are_utc() -> None:
    record = logging.LogRecord("bot", logging.INFO, "", 0, "text", (), None)
    record.created = 0
    assert log.RedactingFormatter().format(record) == "1970-01-01T00:00:00Z INFO bot: text"


def test_the_level_is_the_one_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure("WARNING")
    logging.getLogger("bot.test").info("too quiet")
    logging.getLogger("bot.test").warning("loud enough")
    written = capsys.readouterr().err
    assert "too quiet" not in written
    assert "loud enough" in written


@pytest.mark.parametrize("library", LIBRARIES)
def test_libraries_that_print_whole_updates_are_kept_quiet(library: str, capsys: pytest.CaptureFixture[str]) -> None:
    log.configure("DEBUG")
    logging.getLogger(f"{library}.part").info("an update with a name in it")
    logging.getLogger(f"{library}.part").error("trouble")
    logging.getLogger("bot.test").debug("ours")
    written = capsys.readouterr().err
    assert "a name in it" not in written
    assert "trouble" in written
    assert "ours" in written


def test_the_log_goes_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure("INFO")
    logging.getLogger("bot.test").error("here")
    assert capsys.readouterr().out == ""
    assert sys.stderr is not sys.stdout


def test_an_outage_is_logged_when_it_begins_and_when_nothing_has_failed_for_a_while(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    now = [100.0]
    outage = log.Outage(logging.getLogger("bot.test"), "cable_unplugged", "The cable is plugged in", lambda: now[0])
    outage.succeeded()
    for second in range(20):
        now[0] = 100.0 + second
        outage.failed(f"failure {second}")
        outage.succeeded()
    now[0] += log.QUIET_SECONDS - 0.1
    outage.succeeded()
    assert caplog.messages == ["failure 0"]
    now[0] += 0.1
    outage.succeeded()
    outage.succeeded()
    outage.failed("once more")
    assert caplog.messages == ["failure 0", "The cable is plugged in", "once more"]
    assert actions(caplog) == ["cable_unplugged", "cable_unplugged_over", "cable_unplugged"]
