"""What is known of how updates come in."""

from bot.updates.intake_status import IntakeStatus


def test_a_process_that_takes_no_updates_has_no_trouble_with_them() -> None:
    assert set(vars(IntakeStatus()).values()) == {None, ""}
