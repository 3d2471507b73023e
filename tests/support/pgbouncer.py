"""A real PgBouncer in front of the PostgreSQL server of the tests, on loopback, gone afterwards."""

import asyncio
import os
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import make_url

from tests.support.postgresql import OWNER
from tests.support.running_bot import free_port
from tests.support.waiting import until

PROGRAM = Path("/usr/sbin/pgbouncer")
SETTINGS = """\
[databases]
* = host=127.0.0.1 port={server_port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = trust
auth_file = {folder}/users
pool_mode = {mode}
"""


@asynccontextmanager
async def pooled(url: str, mode: str) -> AsyncIterator[str]:
    """Run a PgBouncer with its default settings in this pool mode; return the URL that leads through it."""
    direct, port = make_url(url), free_port()
    with TemporaryDirectory(prefix="charley-pgbouncer-") as name:
        folder = Path(name)
        (folder / "users").write_text(f'"{direct.username}" ""\n')
        (folder / "settings").write_text(SETTINGS.format(server_port=direct.port, port=port, folder=folder, mode=mode))
        user = ["runuser", "-u", OWNER, "--"] if os.geteuid() == 0 else []
        if user:
            shutil.chown(folder, OWNER)
        command = [*user, str(PROGRAM), "--quiet", str(folder / "settings")]
        process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.DEVNULL)
        try:
            await until(lambda: _answers(port), every=0.01)
            yield direct.set(port=port).render_as_string(hide_password=False)
        finally:
            process.terminate()
            await process.wait()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
