"""What is known of how updates come in."""

from bot.updates.intake import Intake


def test_a_process_that_takes_no_updates_has_no_trouble_with_them() -> None:
    assert set(vars(Intake()).values()) == {None, ""}
