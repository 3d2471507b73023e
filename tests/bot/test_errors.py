"""What an operator has to put right ends the process with a status that scripts can tell apart."""

import pytest

from bot.errors import ContentError, OperatorError, SettingsError, StoreError


@pytest.mark.parametrize(("error", "status"), [(SettingsError, 2), (ContentError, 2), (StoreError, 3)])
def test_each_kind_has_its_status(error: type[OperatorError], status: int) -> None:
    assert issubclass(error, OperatorError)
    assert error.status == status
    assert str(error("NAME: what is wrong")) == "NAME: what is wrong"


def test_none_of_them_looks_like_success() -> None:
    assert OperatorError.status > 0
