"""URLs of PostgreSQL servers as hosting services write them, and as people mistype them."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from bot.errors import StoreError
from bot.store import Store
from bot.store.engine.address import connect_arguments
from tests.support.postgresql import Server


def refusal(url: str) -> str:
    with pytest.raises(StoreError) as caught:
        connect_arguments(url)
    line = str(caught.value)
    assert line.startswith("DATABASE_URL: ")
    assert len(line.splitlines()) == 1
    return line


@pytest.mark.parametrize(
    ("url", "arguments"),
    [
        ("postgresql://a:b@host/name", {"dsn": "postgresql://a:b@host/name"}),
        ("postgresql+asyncpg://a:b@host:5432/name", {"dsn": "postgresql://a:b@host:5432/name"}),
        ("postgresql://host", {"dsn": "postgresql://host"}),
        ("postgresql://a@[::1]:5433/name", {"dsn": "postgresql://a@[::1]:5433/name"}),
        ("postgresql://a:b@one:1,two:2/name", {"dsn": "postgresql://a:b@one:1,two:2/name"}),
        ("postgresql://a@%2Frun%2Fpostgresql/name", {"dsn": "postgresql://a@%2Frun%2Fpostgresql/name"}),
        ("postgresql:///name?host=/run/x&user=a@b", {"dsn": "postgresql:///name?host=%2Frun%2Fx&user=a%40b"}),
        ("postgresql://h/n?sslmode=require", {"dsn": "postgresql://h/n?sslmode=require"}),
        (
            "postgresql://h/n?application_name=c+h&options=-cx%3D1",
            {"dsn": "postgresql://h/n?application_name=c+h&options=-cx%3D1"},
        ),
        ("postgresql://h/n?connect_timeout=10", {"dsn": "postgresql://h/n", "timeout": 10.0}),
        ("postgresql://h/n?connect_timeout=1", {"dsn": "postgresql://h/n", "timeout": 2.0}),
        ("postgresql://h/n?connect_timeout=0", {"dsn": "postgresql://h/n"}),
        ("postgresql://h/n?connect_timeout=", {"dsn": "postgresql://h/n"}),
        ("postgresql://h/n?channel_binding=prefer", {"dsn": "postgresql://h/n"}),
        ("postgresql://h/n?channel_binding=require", {"dsn": "postgresql://h/n?sslmode=require"}),
        ("postgresql://h/n?sslmode=prefer&channel_binding=require", {"dsn": "postgresql://h/n?sslmode=require"}),
        ("postgresql://h/n?sslmode=verify-ca&channel_binding=require", {"dsn": "postgresql://h/n?sslmode=verify-ca"}),
        (
            "postgresql://h/n?sslmode=verify-full&sslrootcert=system",
            {"dsn": "postgresql://h/n?sslmode=verify-full", "ssl": True},
        ),
        ("postgresql://h/n?keepalives=1&keepalives_idle=30&gssencmode=disable", {"dsn": "postgresql://h/n"}),
    ],
)
def test_f81_a_url_is_read_as_postgresqls_own_clients_read_it(url: str, arguments: dict[str, Any]) -> None:
    assert connect_arguments(url) == arguments


@pytest.mark.parametrize("password", ["p%2Fw%40", "p/w%40"])
def test_a_password_is_escaped_for_the_driver(password: str) -> None:
    assert connect_arguments(f"postgresql://anna:{password}@h/n")["dsn"] == "postgresql://anna:p%2Fw%40@h/n"


def test_a_password_may_have_signs_that_separate_the_parts_of_a_url() -> None:
    assert connect_arguments("postgresql://anna:a?b#c:d$e@h/n")["dsn"] == "postgresql://anna:a%3Fb%23c%3Ad%24e@h/n"


@pytest.mark.parametrize("given", ["anna:pa@55word@host/name", "anna:p/a@55@word@host", "an/na:55word@host/name"])
def test_an_at_sign_in_a_password_is_reported_with_the_way_to_write_it(given: str) -> None:
    """The driver would take part of the password for the host, and ask name servers for it."""
    assert "%40" in refusal(f"postgresql://{given}")
    assert "55" not in refusal(f"postgresql://{given}")


@pytest.mark.parametrize(
    ("parameter", "named"),
    [
        ("sslmode=pa55word", "sslmode must be disable, allow, prefer, require, verify-ca or verify-full"),
        ("sslmode", "sslmode must be"),
        ("channel_binding=yes", "channel_binding must be disable, prefer or require"),
        ("connect_timeout=pa55word", "connect_timeout must be a whole number"),
        ("sslrootcert=/pa55word", "sslrootcert must be the path of a file that this process (uid"),
        ("pgbouncer=true", "the parameter pgbouncer is not one"),
        ("schema=public", "the parameter schema is not one"),
        ("PA55word!=1", "the parameter ... is not one"),
        ("port=pa55word", "a port must be a number"),
    ],
)
def test_a_wrong_parameter_is_named_and_its_value_is_not_shown(parameter: str, named: str) -> None:
    line = refusal(f"postgresql://anna:pa55word@h/n?{parameter}")
    assert named in line
    assert "55" not in line


@pytest.mark.parametrize("hosts", ["host:port", "one:1,two:x", "host:123456"])
def test_a_port_is_a_number(hosts: str) -> None:
    assert "a port must be a number" in refusal(f"postgresql://anna:pa55word@{hosts}/n")


@pytest.mark.parametrize("hosts", ["[::1", "::1]", "[[::1]]"])
def test_an_ipv6_address_stands_in_brackets(hosts: str) -> None:
    assert "like [::1]" in refusal(f"postgresql://anna:pa55word@{hosts}/n")


def test_a_certificate_that_can_be_read_is_used(tmp_path: Path) -> None:
    (tmp_path / "root.crt").touch()
    assert "root.crt" in connect_arguments(f"postgresql://h/n?sslrootcert={tmp_path}/root.crt")["dsn"]


async def test_the_parameters_reach_the_server(server: Server) -> None:
    def settings(connection: Connection) -> list[object]:
        names = "application_name", "work_mem"
        return [connection.exec_driver_sql(f"SHOW {name}").scalar() for name in names]

    url = f"{server.new_database()}?application_name=leg&options=-c%20work_mem%3D7MB&connect_timeout=9&sslmode=prefer"
    async with Store.open(url) as store:
        assert await store.read(settings) == ["leg", "7MB"]


@pytest.mark.parametrize("parameter", ["sslmode=require", "channel_binding=require"])
async def test_tls_that_is_required_is_not_done_without(parameter: str, server: Server) -> None:
    with pytest.raises(StoreError, match="^DATABASE_URL: the database cannot be used .*SSL"):
        async with Store.open(f"{server.new_database()}?{parameter}"):
            pytest.fail("the server of the tests has no TLS")
