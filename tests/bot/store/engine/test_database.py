"""A database's errors are logged in one line without a secret."""

import pytest

from bot.errors import StoreError
from bot.store import Store
from bot.store.engine.database import error_text


@pytest.mark.parametrize(
    "address",
    [
        "postgresql+asyncpg://anna:pa55word@127.0.0.1:1/name",
        "postgresql+asyncpg://anna:pa55word@127.0.0.1:port/name",
        "postgresql+asyncpg://anna:pa55word@host.invalid/name",
    ],
)
async def test_an_unreachable_server_is_logged_without_the_password(address: str) -> None:
    pytest.importorskip("asyncpg", reason="asyncpg is not installed")
    with pytest.raises(StoreError) as caught:
        async with Store.open(address):
            pytest.fail("it must not be opened")
    assert str(caught.value).startswith("DATABASE_URL: ")
    assert "pa55word" not in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("error", [TimeoutError(), OSError(), ValueError("first\nsecond")])
def test_every_error_has_a_reason_of_one_line(error: Exception) -> None:
    assert len(error_text(error).splitlines()) == 1
