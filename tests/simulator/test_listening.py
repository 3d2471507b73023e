import socket
from contextlib import AsyncExitStack

import pytest

from simulator import Simulator
from simulator.listening import AddressError, listen


@pytest.mark.parametrize(
    ("setting", "value", "complaint"),
    [
        ("CHAT_PORT", "http", "CHAT_PORT: must be a number"),
        ("CHAT_PORT", "65536", "CHAT_PORT: must be a number"),
        ("CHAT_PORT", "taken", "CHAT_PORT: cannot listen on 127.0.0.1, port "),
        ("CHAT_HOST", "0.0.0.0", "CHAT_HOST: 0.0.0.0 can be reached from outside"),
    ],
)
async def test_an_address_that_cannot_be_used_is_named(
    setting: str, value: str, complaint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        monkeypatch.setenv("CHAT_PORT", "0")
        monkeypatch.setenv(setting, str(listener.getsockname()[1]) if value == "taken" else value)
        async with AsyncExitStack() as stack:
            with pytest.raises(AddressError, match=f"^{complaint}"):
                await listen(Simulator(), stack)
