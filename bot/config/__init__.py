"""The settings. pydantic-settings reads and checks them. Our own sources do what it has no option for."""

import ipaddress
import re
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import urlsplit
from urllib.request import proxy_bypass_environment  # type: ignore[attr-defined]  # typeshed does not know it

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from bot.config.sources import DotEnv, Environment, SecretFiles, has_token
from bot.errors import SettingsError

ROOT = Path(__file__).parents[2]
"""The folder with ``content.yaml`` and ``assets/``."""
TELEGRAM = "https://api.telegram.org"
FREE_PER_SECOND = 30
"""Messages per second that one bot may send in all chats together for free (core.telegram.org/bots/faq)."""
PAID_PER_SECOND = 1000
"""Messages per second with paid broadcasts (``allow_paid_broadcast`` in the Bot API)."""
WEBHOOK_PORTS = (443, 80, 88, 8443)
"""The ports that Telegram calls. A Bot API server of your own (``--local``) calls any port."""
DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}
"""SQLAlchemy's scheme for each scheme that operators write; hosting services often say ``postgres``.

What follows a plus sign, as in ``postgresql+psycopg``, names a driver, and ours is always the same."""

TOKEN_FORMAT = re.compile(r"\d{3,}:[A-Za-z0-9_-]{20,}")
PLACEHOLDER_TOKEN = f"000:{'-' * 35}"
"""Has the format of a token but belongs to no bot."""
SQLITE_FILE = re.compile(r"/(?!.*:memory:)([^?\0]+)")
"""What follows ``sqlite://``: a slash, and the path of the file."""
WEBHOOK_SECRET_FORMAT = re.compile(r"[A-Za-z0-9_-]{32,256}")

ERROR_TEXTS = {"missing": "is not set", "int_parsing": "must be a whole number", "bool_parsing": "must be yes or no"}
"""Shorter texts for pydantic's types of errors."""

QUOTES = frozenset("\"'“”‘’")

SettingsT = TypeVar("SettingsT", bound="LocalSettings")


class LocalSettings(BaseSettings):
    """The settings that concern this machine only. Each field is a setting, named by the field in capitals.

    ``make settings`` writes the docstrings of the fields into the table of README.md.
    """

    model_config = SettingsConfigDict(
        frozen=True,
        validate_default=True,  # the default of DATABASE_URL needs its driver, too
        env_ignore_empty=True,
        defer_build=True,  # a command uses one of the two classes
        hide_input_in_errors=True,  # a value may be a secret
    )

    database_url: SecretStr = SecretStr("sqlite:///data/charley.db")
    """``sqlite:///path/to/file.db`` or ``postgresql://user:password@host/name``, with parameters like
    ``?sslmode=require``"""

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    """``DEBUG``, ``INFO``, ``WARNING`` or ``ERROR``"""

    content_dir: Path = ROOT
    """folder with ``content.yaml`` and ``assets/``"""

    data_key_file: Path | None = None
    """path of the file with the master key of the cramp diaries
    ([operations.md](docs/operations.md#the-keys-of-the-diaries)); by default next to the SQLite file, where the first
    start makes it; required with PostgreSQL"""
    # ``bot.store.key_file`` reads and checks the file.

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Return the sources, the strongest first: ours stand in for those of pydantic-settings."""
        return init_settings, SecretFiles(settings_cls), Environment(settings_cls), DotEnv(settings_cls)

    @field_validator("database_url")
    @classmethod
    def _database(cls, url: SecretStr) -> SecretStr:
        scheme, separator, address = url.get_secret_value().partition("://")
        driver = DRIVERS.get(scheme.partition("+")[0])
        # In SQLite's :memory:, each connection would have a database of its own, and parameters could take away what
        # the bot relies on. PostgreSQL's parameters are for the store to read.
        is_odd = driver == "sqlite" and not SQLITE_FILE.fullmatch(address)
        if not (separator and address.strip("/") and driver) or is_odd:
            raise ValueError(
                "not a valid URL; it must be like sqlite:///data/charley.db or postgresql://user:password@host/name"
            )
        return SecretStr(f"{driver}://{address}")

    @property
    def database_file(self) -> Path | None:
        """The SQLite file; None with PostgreSQL."""
        scheme, _, path = self.database_url.get_secret_value().partition(":///")
        return Path(path) if scheme == "sqlite" else None

    @field_validator("log_level", mode="before")
    @classmethod
    def _level(cls, level: Any) -> Any:
        return level.upper() if isinstance(level, str) else level


class Settings(LocalSettings):
    """All settings. README.md lists them."""

    # A check sees only the values of the fields above its own, so the order of the fields matters.
    telegram_bot_token: SecretStr
    """the bot's token from @BotFather; without it ``make run`` opens the local chat"""

    telegram_api_url: str = TELEGRAM
    """base URL of the Bot API server"""

    https_proxy: SecretStr = SecretStr("")  # it may hold a password
    """HTTP proxy on the way to Telegram, like ``http://user:password@proxy:3128``; SOCKS is not supported"""

    http_proxy: SecretStr = SecretStr("")
    """the same, if ``TELEGRAM_API_URL`` is ``http://``"""

    no_proxy: str = ""
    """host names that are reached without the proxy, separated by commas"""

    webhook_url: str = ""
    """public https URL that Telegram calls; without it the bot polls"""

    webhook_secret: SecretStr = SecretStr("")
    """32 to 256 letters, digits, ``_`` or ``-``; proves that a call comes from Telegram; required with
    ``WEBHOOK_URL``"""

    host: str = "127.0.0.1"
    """address of the health and metrics pages, and of the webhook behind its proxy"""

    port: int = Field(default=8443, ge=0, le=65535)
    """port of the same pages, and of the webhook"""

    paid_broadcasts: bool = False
    """``yes`` allows more than 30 messages per second; Telegram then charges for them"""

    messages_per_second: int = Field(default=FREE_PER_SECOND, ge=1)
    """upper limit for all messages together: 1 to 30, or up to 1000 with paid broadcasts"""

    operator_ids: Annotated[frozenset[int], NoDecode] = frozenset()  # else it would have to be JSON
    """Telegram user ids that may use ``/status``, separated by commas"""

    @field_validator("telegram_bot_token")
    @classmethod
    def _token(cls, token: SecretStr) -> SecretStr:
        if not TOKEN_FORMAT.fullmatch(token.get_secret_value()):
            raise ValueError("must look like 123456:ABC-DEF..., as @BotFather shows it")
        return token

    @field_validator("telegram_api_url")
    @classmethod
    def _api(cls, url: str) -> str:
        if not (re.fullmatch(r"https?://[^\s/?#]+[^\s?#]*", url) and names_server(url)):
            raise ValueError(f"must be the base URL of a Bot API server, like {TELEGRAM}")
        return url.rstrip("/")

    @field_validator("https_proxy", "http_proxy")
    @classmethod
    def _proxy(cls, proxy: SecretStr) -> SecretStr:
        url = proxy.get_secret_value()
        if url and "://" not in url:
            url = f"http://{url}"
        if url and not (re.fullmatch(r"https?://([^\s/@]*@)?[^\s/@?#]+/?", url) and names_server(url)):
            raise ValueError(
                "must be like http://proxy:3128 or http://user:password@proxy:3128; SOCKS is not supported"
            )
        return SecretStr(url)

    @field_validator("webhook_url")
    @classmethod
    def _webhook(cls, url: str, info: ValidationInfo) -> str:
        try:
            parts = urlsplit(url)
            port = parts.port or 443
        except ValueError:  # not shown: its text contains parts of the URL
            raise ValueError("not a valid URL; a port must be a number up to 65535") from None
        is_safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname))
        if url and not (parts.hostname and is_safe):
            raise ValueError("must be the https:// URL at which Telegram reaches this bot")
        if re.search(r"[\s{}]", url):  # aiohttp would take braces in the path for a variable
            raise ValueError("must not contain a space, { or }")
        if port not in WEBHOOK_PORTS and info.data.get("telegram_api_url") == TELEGRAM:
            raise ValueError(f"Telegram calls no ports other than {', '.join(map(str, WEBHOOK_PORTS))}")
        return url

    @field_validator("webhook_secret")
    @classmethod
    def _webhook_secret(cls, secret: SecretStr, info: ValidationInfo) -> SecretStr:
        value = secret.get_secret_value()
        if (value or info.data.get("webhook_url")) and not WEBHOOK_SECRET_FORMAT.fullmatch(value):
            raise ValueError("must be 32 to 256 characters out of A-Z, a-z, 0-9, _ and -, and a secret")
        return secret

    @field_validator("host")
    @classmethod
    def _host(cls, host: str) -> str:
        if re.fullmatch(r"[\d.]+|.*[:\s].*", host):  # no host name looks like this
            try:
                ipaddress.ip_address(host)
            except ValueError:
                raise ValueError(
                    "must be an IP address of this machine, like 127.0.0.1 or 0.0.0.0, or its name"
                ) from None
        return host

    @field_validator("messages_per_second")
    @classmethod
    def _rate(cls, rate: int, info: ValidationInfo) -> int:
        if rate > FREE_PER_SECOND and not info.data.get("paid_broadcasts"):
            raise ValueError(
                f"{FREE_PER_SECOND + 1} to {PAID_PER_SECOND} require PAID_BROADCASTS=yes; Telegram then takes "
                f"0.1 Stars from the bot's balance for each message above {FREE_PER_SECOND} in a second"
            )
        if rate > PAID_PER_SECOND:
            raise ValueError(f"must be at most {PAID_PER_SECOND}, as Telegram accepts no more")
        return rate

    @field_validator("port")
    @classmethod
    def _port(cls, port: int, info: ValidationInfo) -> int:
        if info.data.get("webhook_url") and not port:
            raise ValueError("must not be 0 with WEBHOOK_URL, because the webhook's calls arrive at this port")
        return port

    @field_validator("operator_ids", mode="before")
    @classmethod
    def _operators(cls, ids: Any) -> Any:
        if isinstance(ids, str):
            ids = [number for number in re.split(r"[,\s]+", ids) if number]
            if not all(number.isdecimal() for number in ids):
                raise ValueError("must be Telegram user ids, like 123456,234567")
        return ids

    @property
    def webhook_path(self) -> str:
        """The path at which the webhook's calls arrive."""
        return urlsplit(self.webhook_url).path or "/"

    @property
    def secret(self) -> str:
        """The secret that Telegram sends with each call of the webhook."""
        return self.webhook_secret.get_secret_value()

    @property
    def summary(self) -> str:
        """The database, and how updates come in: one line for the log of a start. It contains no secret."""
        database = f"SQLite {self.database_file}" if self.database_file else "PostgreSQL"
        return f"{database}, {'webhook' if self.webhook_url else 'long polling'}"

    @property
    def proxy(self) -> str | None:
        """The URL of the HTTP proxy on the way to Telegram, with its password; None if there is no proxy."""
        server = urlsplit(self.telegram_api_url)
        if is_loopback(server.hostname) or proxy_bypass_environment(server.netloc, {"no": self.no_proxy}):
            return None
        proxy = self.https_proxy if server.scheme == "https" else self.http_proxy
        return proxy.get_secret_value() or None

    @property
    def secrets(self) -> tuple[str, ...]:
        """The token, the secret of the webhook and the passwords of the proxies. The log replaces them.

        The password of the database is not among them: nothing logs it, and it is often an ordinary word.
        """
        passwords = (urlsplit(proxy.get_secret_value()).password for proxy in (self.https_proxy, self.http_proxy))
        return (self.telegram_bot_token.get_secret_value(), self.secret, *(word for word in passwords if word))

    @property
    def bot_url(self) -> str:
        """The base URL of the bot's methods, ``<base>/bot<token>``. It contains the token, so it is never logged."""
        return f"{self.telegram_api_url}/bot{self.telegram_bot_token.get_secret_value()}"


def names_server(url: str) -> bool:
    """Return whether a URL has a host, and whether its port, if it has one, is a number up to 65535."""
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def is_loopback(host: str | None) -> bool:
    """Return whether a host name is one of this machine only."""
    return host in {"127.0.0.1", "::1", "localhost"}


def read(kind: type[SettingsT], **values: Any) -> SettingsT:
    """Return the settings from all sources; ``values`` are stronger than any source. Raises ``SettingsError``."""
    return _build_or_report(lambda: kind(**values))


def make(kind: type[SettingsT], **values: Any) -> SettingsT:
    """Return settings made of ``values`` and defaults, without reading any source. Raises ``SettingsError``."""
    only_values = InitSettingsSource(kind, init_kwargs=values)
    return _build_or_report(lambda: kind(_build_sources=((only_values,), values)))


def read_without_token() -> Settings:
    """Return the settings from all sources, with a placeholder if no token is set. Raises ``SettingsError``."""
    return read(Settings) if has_token() else read(Settings, telegram_bot_token=PLACEHOLDER_TOKEN)


def _hint(value: Any) -> str:
    """Return what to remove from a refused value: quotes, a comment or spaces. Other readers of ``.env`` drop them."""
    text = value.get_secret_value() if isinstance(value, SecretStr) else value
    if not isinstance(text, str):
        return ""
    if {text[:1], text[-1:]} & QUOTES:
        return "; remove the quotes around it"
    if re.search(r"\s#", text):
        return "; remove the comment behind it"
    return "; remove the spaces around it" if text != text.strip() else ""


def _build_or_report(build: Callable[[], SettingsT]) -> SettingsT:
    """Return the settings that ``build`` builds, or raise a ``SettingsError`` with a line for each wrong one."""
    try:
        return build()
    except ValidationError as error:
        lines = []
        for problem in error.errors():
            text = problem["msg"].removeprefix("Value error, ").replace("Input should be", "must be")
            text = ERROR_TEXTS.get(problem["type"], text) + _hint(problem["input"])
            lines.append(f"{str(problem['loc'][0]).upper()}: {text}")
        raise SettingsError("\n".join(lines)) from None  # a traceback would show the values
