"""Where `python -m simulator` listens: the settings CHAT_PORT, CHAT_HOST and CHAT_BEYOND_LOOPBACK."""

import os
from contextlib import AsyncExitStack

from simulator.server import Simulator

LAST_PORT = 65535


class AddressError(Exception):
    """The address in the settings cannot be used. The text names the setting and says what to do."""


async def listen(simulator: Simulator, stack: AsyncExitStack) -> None:
    """Serve the simulator until `stack` is left, at the address in the settings.

    Raises:
        AddressError: if a setting is wrong or the port cannot be used.
    """
    port = os.environ.get("CHAT_PORT") or "8080"
    if not (port.isdecimal() and int(port) <= LAST_PORT):
        raise AddressError("CHAT_PORT: must be a number from 0 to 65535; 0 takes any free port")
    host = os.environ.get("CHAT_HOST") or "127.0.0.1"
    is_allowed = os.environ.get("CHAT_BEYOND_LOOPBACK") == "yes"
    try:
        await stack.enter_async_context(simulator.serve(host, int(port), beyond_loopback=is_allowed))
    except ValueError as error:
        raise AddressError(f"CHAT_HOST: {error}; CHAT_BEYOND_LOOPBACK=yes allows it") from None
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else error
        where = f"cannot listen on {host}, port {port} ({reason})"
        raise AddressError(f"CHAT_PORT: {where}; try another port, such as CHAT_PORT=8081") from None
