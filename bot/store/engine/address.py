"""Turn the URL of a PostgreSQL server, as hosting services write it, into arguments for asyncpg.

Such URLs are made for libpq, PostgreSQL's own client library. asyncpg reads most of their parameters, and sends the
others to the server as settings. SQLAlchemy would pass all of them as arguments to a function that does not take them.
"""

import os
import re
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode

from bot.errors import StoreError

SERVER_URL = re.compile(
    r"[\w+]+://((?P<user>[^:/@]*)(:(?P<password>[^@]*))?@)?(?P<hosts>[^/?@]*)(/(?P<database>[^?@]*))?(\?(?P<query>.*))?"
)
FILES = ("sslrootcert", "sslcert", "sslkey", "sslcrl", "passfile")
READ_BY_ASYNCPG = (
    *("host", "port", "dbname", "user", "password", "service", "krbsrvname", "gsslib", "target_session_attrs"),
    *("sslmode", "sslpassword", "sslnegotiation", "ssl_min_protocol_version", "ssl_max_protocol_version", *FILES),
)
SENT_TO_THE_SERVER = ("application_name", "options")
WITHOUT_EFFECT = (
    *("keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout"),
    *("client_encoding", "fallback_application_name", "gssencmode", "sslcompression", "sslsni"),
)
"""Parameters that tune other clients. They are dropped, because a connection works as well without them."""
SSL_MODES_WITH_TLS = ("require", "verify-ca", "verify-full")
SSL_MODES = ("disable", "allow", "prefer", *SSL_MODES_WITH_TLS)
BINDING_MODES = ("disable", "prefer", "require")
SHORTEST_CONNECT_SECONDS = 2.0
"""The least ``connect_timeout``. libpq raises a shorter one to this, too."""
ESCAPES = "in a password, write @ as %40, / as %2F and : as %3A"


def connect_arguments(url: str) -> dict[str, Any]:
    """Return the arguments of ``asyncpg.connect`` for the server at this URL.

    Raises ``StoreError`` with a line that names the wrong parameter, but not its value, which may be a secret.
    """
    match = SERVER_URL.fullmatch(url)
    if not match:
        raise _wrong(f"must be like postgresql://user:password@host/name; {ESCAPES}")
    parameters = dict(parse_qsl(match["query"] or "", keep_blank_values=True))
    arguments = _from_parameters(parameters)
    ports = re.findall(r":([^:,\]]*)(?:,|$)", match["hosts"]) + parameters.get("port", "").split(",")
    if not all(re.fullmatch(r"\d{0,5}", port) for port in ports):
        raise _wrong(f"a port must be a number; {ESCAPES}")
    if not re.fullmatch(r"([^\[\]]|\[[^\[\]]*\])*", match["hosts"]):
        raise _wrong("an IPv6 address stands in brackets, like [::1]")
    user, password = (quote(unquote(match[part] or ""), safe="") for part in ("user", "password"))
    login = f"{user}:{password}@" if password else f"{user}@" if user else ""
    # Characters that asyncpg would misread are escaped here, even if the operator has not escaped them.
    database = quote(unquote(match["database"] or ""), safe="")
    arguments["dsn"] = f"postgresql://{login}{match['hosts']}/{database}?{urlencode(parameters)}".rstrip("?/")
    return arguments


def _from_parameters(parameters: dict[str, str]) -> dict[str, Any]:
    """Remove the parameters that asyncpg cannot read from ``parameters``; return arguments that mean the same."""
    for name in parameters:
        if name not in (*READ_BY_ASYNCPG, *SENT_TO_THE_SERVER, *WITHOUT_EFFECT, "connect_timeout", "channel_binding"):
            shown = name if re.fullmatch("[a-z_]{1,30}", name) else "..."  # the "name" may be a part of a password
            raise _wrong(f"the parameter {shown} is not one that PostgreSQL's clients know; remove it")
    for name in WITHOUT_EFFECT:
        parameters.pop(name, None)
    _check_choice(parameters, "sslmode", SSL_MODES)
    _check_choice(parameters, "channel_binding", BINDING_MODES)
    arguments: dict[str, Any] = {}
    if (seconds := parameters.pop("connect_timeout", "0")) and not seconds.isdecimal():
        raise _wrong("connect_timeout must be a whole number of seconds")
    if int(seconds or 0):
        arguments["timeout"] = max(float(seconds), SHORTEST_CONNECT_SECONDS)
    # asyncpg has no channel binding. Channel binding needs TLS, so an operator who requires it gets at least TLS.
    if parameters.pop("channel_binding", "") == "require" and parameters.get("sslmode") not in SSL_MODES_WITH_TLS:
        parameters["sslmode"] = "require"
    if parameters.get("sslrootcert") == "system":  # trust the authorities that the machine trusts
        del parameters["sslrootcert"]
        arguments["ssl"] = True
    for name in FILES:
        if name in parameters and not os.access(parameters[name], os.R_OK):
            raise _wrong(f"{name} must be the path of a file that this process (uid {os.geteuid()}) may read")
    return arguments


def _check_choice(parameters: dict[str, str], name: str, choices: tuple[str, ...]) -> None:
    if name in parameters and parameters[name] not in choices:
        raise _wrong(f"{name} must be {', '.join(choices[:-1])} or {choices[-1]}")


def _wrong(what: str) -> StoreError:
    return StoreError(f"DATABASE_URL: {what}")
