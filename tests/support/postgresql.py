"""A real PostgreSQL server for the tests: in a temporary folder, on loopback, gone afterwards."""

import importlib.util
import os
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store import Store
from bot.store.engine.database import make_database
from bot.store.engine.migrate import migrate
from bot.store.engine.postgresql import PostgreSQL
from bot.store.tables import metadata, revisions

PROGRAMS = Path("/usr/lib/postgresql")
OPTIONS = (
    "-c fsync=off -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=40 -c wal_recycle=off"
)
OWNER = "postgres"
"""Who runs the server if we are root, whom it refuses."""


def missing() -> str | None:
    """Return why no server can run here; None if one can."""
    if importlib.util.find_spec("asyncpg") is None:
        return "asyncpg is not installed"
    if not list(PROGRAMS.glob("*/bin/initdb")):
        return f"no PostgreSQL server on this machine: there is no {PROGRAMS}/*/bin/initdb"
    if os.geteuid() == 0 and not shutil.which("runuser"):
        return "PostgreSQL does not run as root, and there is no runuser"
    return None


@dataclass
class Server:
    """A server that listens on ``port``, with its data in ``folder``."""

    folder: Path
    port: int
    _numbers: Iterator[int] = field(default_factory=count)
    _returned: list[str] = field(default_factory=list)

    def start(self) -> None:
        """Start the server, and return when it accepts connections."""
        self._run("pg_ctl", "start", "-w", "-D", self._data, "-l", self._log, "-o", f"{OPTIONS} -c port={self.port}")

    def stop(self) -> None:
        """Stop the server as if the power had gone."""
        self._run("pg_ctl", "stop", "-w", "-m", "immediate", "-D", self._data)

    def new_database(self) -> str:
        """Return the address of an empty schema of a new user, which is created faster than a database."""
        name = f"charley_{next(self._numbers)}"
        self.execute(f"CREATE ROLE {name} LOGIN", f"CREATE SCHEMA AUTHORIZATION {name}")
        return f"postgresql+asyncpg://{name}@127.0.0.1:{self.port}/postgres"

    @asynccontextmanager
    async def lent_store(self) -> AsyncIterator[Store]:
        """Open a store with empty tables. They are emptied and lent again afterwards, as to create them takes long."""
        if self._returned:
            url = self._returned.pop()
        else:
            await migrate(url := self.new_database())
        store = Store(make_database(url))
        try:
            yield store
            # Not after a failure, which may have broken the tables, nor on a machine that is too busy to empty them.
            with suppress(DBAPIError, TimeoutError):
                async with beside(store).begin() as connection:
                    tables = metadata.tables.keys() - {revisions.name}
                    await connection.exec_driver_sql(f"TRUNCATE {', '.join(tables)} RESTART IDENTITY")
                self._returned.append(url)
        finally:
            await store._close()

    def execute(self, *statements: str) -> None:
        """Execute statements as the superuser."""
        commands = [word for statement in statements for word in ("-c", statement)]
        self._run("psql", "-q", *self._superuser, *commands, "postgres")

    def contains(self, data: bytes) -> bool:
        """Return whether these bytes are in a file of the server: its tables, its write-ahead log, and its own log.

        What is old in the write-ahead log is deleted before, as it is after some hours in any case.
        """
        self.execute("SELECT pg_switch_wal()", "CHECKPOINT")
        folders = [self.folder / "data" / name for name in ("base", "global", "pg_wal")]
        files = [file for folder in folders for file in folder.rglob("*") if file.is_file()]
        return any(data in file.read_bytes() for file in [*files, Path(self._log)])

    @contextmanager
    def read_only(self, url: str) -> Iterator[None]:
        """Let the server refuse every write to a database that ``new_database`` has made, until the end of the block."""
        owner = make_url(url).username
        end_sessions = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{owner}'"
        self.execute(f"ALTER ROLE {owner} SET default_transaction_read_only = on", end_sessions)
        try:
            yield
        finally:
            self.execute(f"ALTER ROLE {owner} RESET default_transaction_read_only", end_sessions)

    def dump(self, url: str, path: Path) -> None:
        """Copy a database that ``new_database`` has made, by pg_dump, without the keys of the diaries."""
        address = make_url(url)
        schema = ("--schema", str(address.username), "--format", "custom", "--exclude-table-data", "*.diary_key")
        self._run("pg_dump", *self._superuser, *schema, "--file", self._moved_in(path), "postgres")
        shutil.move(self._moved_in(path), path)

    def restore(self, url: str, path: Path) -> None:
        """Put a copy back, by pg_restore."""
        shutil.copy(path, self._moved_in(path))
        self._run(
            "pg_restore", *self._superuser, "--clean", "--if-exists", "--dbname", "postgres", self._moved_in(path)
        )

    def restore_elsewhere(self, url: str, path: Path) -> str:
        """Put a copy into a new database, by pg_restore. Return the address of that."""
        name = f"copy_{next(self._numbers)}"
        shutil.copy(path, self._moved_in(path))
        self._run("createdb", *self._superuser, name)
        self._run("pg_restore", *self._superuser, "--dbname", name, self._moved_in(path))
        return make_url(url).set(database=name).render_as_string(hide_password=False)

    def _moved_in(self, path: Path) -> str:
        """Return a path in our own folder, where the user who runs the server may write."""
        return str(self.folder / path.name)

    @property
    def _superuser(self) -> tuple[str, ...]:
        return "-h", "127.0.0.1", "-p", str(self.port), "-U", "charley"

    def create(self) -> None:
        """Create the folder of data."""
        self._run("initdb", "-D", self._data, "-U", "charley", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")

    @property
    def _data(self) -> str:
        return str(self.folder / "data")

    @property
    def _log(self) -> str:
        return str(self.folder / "log")

    def _run(self, program: str, *arguments: str) -> None:
        path = max(PROGRAMS.glob(f"*/bin/{program}"))
        user = ["runuser", "-u", OWNER, "--"] if os.geteuid() == 0 else []
        command = [*user, str(path), *arguments]
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, cwd=self.folder)


@contextmanager
def serve() -> Iterator[Server]:
    """Run a server during the block."""
    with TemporaryDirectory(prefix="charley-postgresql-") as name:
        folder = Path(name)
        if os.geteuid() == 0:
            shutil.chown(folder, OWNER)
        server = Server(folder, _free_port())
        server.create()
        server.start()
        try:
            yield server
        finally:
            server.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def beside(store: Store) -> AsyncEngine:
    """Return the store's engine, for connections next to those of the store."""
    assert isinstance(store.database, PostgreSQL)
    return store.database.asyncio_engine
