"""The settings: from the environment, from a ``.env`` file, or from one file for each secret.

pydantic-settings reads and checks them. The three sources below add what it has no option for.
"""

import ipaddress
import os
import re
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import urlsplit
from urllib.request import proxy_bypass_environment  # type: ignore[attr-defined]  # typeshed does not know it

from dotenv.parser import Binding, parse_stream
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    InitSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from bot.errors import SettingsError

ROOT = Path(__file__).parent.parent
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
WEBHOOK_SECRET_FORMAT = re.compile(r"[A-Za-z0-9_-]{32,256}")

DOTENV = ".env"
ENCODING = "utf-8-sig"
"""UTF-8 with or without the mark at the beginning that Windows editors write."""
SECRETS = ("telegram_bot_token", "database_url", "webhook_secret")
"""The settings that can stand in files of their own: ``<SETTING>_FILE`` is the path of the file."""
CONTAINER_SECRETS = Path("/run/secrets")
"""Where Docker puts a container's secrets. It makes them readable for every user of the container."""
ERROR_TEXTS = {"missing": "is not set", "int_parsing": "must be a whole number", "bool_parsing": "must be yes or no"}
"""Shorter texts for pydantic's types of errors."""

QUOTES = frozenset("\"'“”‘’")

SettingsT = TypeVar("SettingsT", bound="LocalSettings")


class Environment(EnvSettingsSource):
    """Read the environment; quotes around a value are removed.

    ``docker run --env-file`` passes them on, although every other reader of such a file removes them.
    """

    def _load_env_vars(self) -> dict[str, str | None]:
        return {
            name: value[1:-1] if value and re.fullmatch(r"(['\"]).*\1", value, re.DOTALL) else value
            for name, value in super()._load_env_vars().items()
        }


class DotEnv(EnvSettingsSource):
    """Read ``.env`` in the working directory, with ``$`` as an ordinary character.

    pydantic-settings' own source always expands ``${NAME}``, which would change a password that contains it.
    """

    def _load_env_vars(self) -> dict[str, str | None]:
        try:
            with Path(DOTENV).open(encoding=ENCODING) as file:
                statements = list(parse_stream(file))
        except FileNotFoundError:
            return {}
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"{DOTENV}: {_unreadable(Path(DOTENV), error)}") from None
        if wrong := [_line(statement) for statement in statements if statement.error]:
            raise SettingsError("\n".join(f"{DOTENV}:{line}: must be like NAME=value" for line in wrong))
        return {statement.key.lower(): statement.value for statement in statements if statement.key and statement.value}


class SecretFiles(EnvSettingsSource):
    """Read the files that ``<SETTING>_FILE`` names; pydantic-settings' own source reads only one fixed folder."""

    def _load_env_vars(self) -> dict[str, str | None]:
        secrets: dict[str, str | None] = {}
        errors = []
        for name, path in secret_paths().items():
            # `migrate` runs with the database's secret alone, so a file that this class does not need may be missing.
            if name not in self.settings_cls.model_fields:
                continue
            try:
                secrets[name] = path.read_text(encoding=ENCODING).strip()
            except (OSError, UnicodeDecodeError) as error:
                errors.append(f"{name.upper()}_FILE: {_unreadable(path, error)}")
        if errors:
            raise SettingsError("\n".join(errors))
        return secrets


class LocalSettings(BaseSettings):
    """The settings that concern this machine only. Each field is a setting, named by the field in capitals."""

    model_config = SettingsConfigDict(
        frozen=True,
        validate_default=True,  # the default of DATABASE_URL needs its driver, too
        env_ignore_empty=True,
        defer_build=True,  # a command uses one of the two classes
        hide_input_in_errors=True,  # a value may be a secret
    )

    database_url: SecretStr = SecretStr("sqlite:///data/charley.db")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    content_dir: Path = ROOT

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
        # In SQLite's :memory:, each connection would have a database of its own. SQLite's parameters would change what
        # the bot relies on. Those of PostgreSQL are for the store to read.
        is_odd = driver == "sqlite" and re.search(":memory:|[?]", address)
        if not (separator and address.strip("/") and driver) or is_odd:
            raise ValueError(
                "not a valid URL; it must be like sqlite:///data/charley.db or postgresql://user:password@host/name"
            )
        return SecretStr(f"{driver}://{address}")

    @field_validator("log_level", mode="before")
    @classmethod
    def _level(cls, level: Any) -> Any:
        return level.upper() if isinstance(level, str) else level


class Settings(LocalSettings):
    """All settings."""

    # A check sees the values of the fields above its own only, so their order matters.
    telegram_bot_token: SecretStr
    telegram_api_url: str = TELEGRAM
    https_proxy: SecretStr = SecretStr("")  # it may hold a password
    http_proxy: SecretStr = SecretStr("")
    no_proxy: str = ""
    webhook_url: str = ""
    webhook_secret: SecretStr = SecretStr("")
    host: str = "127.0.0.1"
    port: int = Field(default=8443, ge=0, le=65535)
    paid_broadcasts: bool = False
    messages_per_second: int = Field(default=FREE_PER_SECOND, ge=1)
    operator_ids: Annotated[frozenset[int], NoDecode] = frozenset()  # else it would have to be JSON

    @field_validator("telegram_bot_token")
    @classmethod
    def _token(cls, token: SecretStr) -> SecretStr:
        if not TOKEN_FORMAT.fullmatch(token.get_secret_value()):
            raise ValueError("must look like 123456:ABC-DEF..., as @BotFather shows it")
        return token

    @field_validator("telegram_api_url")
    @classmethod
    def _api(cls, url: str) -> str:
        if not re.fullmatch(r"https?://[^\s/?#]+[^\s?#]*", url):
            raise ValueError(f"must be the base URL of a Bot API server, like {TELEGRAM}")
        return url.rstrip("/")

    @field_validator("https_proxy", "http_proxy")
    @classmethod
    def _proxy(cls, proxy: SecretStr) -> SecretStr:
        url = proxy.get_secret_value()
        if url and "://" not in url:
            url = f"http://{url}"
        if url and not re.fullmatch(r"https?://([^\s/@]*@)?[^\s/@?#]+/?", url):
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
    def proxy(self) -> str | None:
        """The URL of the HTTP proxy on the way to Telegram, with its password; None if there is no proxy."""
        server = urlsplit(self.telegram_api_url)
        if is_loopback(server.hostname) or proxy_bypass_environment(server.netloc, {"no": self.no_proxy}):
            return None
        proxy = self.https_proxy if server.scheme == "https" else self.http_proxy
        return proxy.get_secret_value() or None

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must never be logged."""
        passwords = (urlsplit(proxy.get_secret_value()).password for proxy in (self.https_proxy, self.http_proxy))
        return (self.telegram_bot_token.get_secret_value(), self.secret, *(word for word in passwords if word))

    @property
    def bot_url(self) -> str:
        """The base URL of the bot's methods, ``<base>/bot<token>``. It contains the token, so it is never logged."""
        return f"{self.telegram_api_url}/bot{self.telegram_bot_token.get_secret_value()}"


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


def variables() -> dict[str, str]:
    """Return what the environment and ``.env`` set, by name in lower case; the environment is stronger."""
    sources = (DotEnv(LocalSettings), Environment(LocalSettings))
    return {name: value for source in sources for name, value in source.env_vars.items() if value}


def secret_paths() -> dict[str, Path]:
    """Return the paths of the secrets that stand in files of their own, by name of the setting in lower case."""
    values = variables()
    return {name: Path(values[f"{name}_file"]) for name in SECRETS if f"{name}_file" in values}


def has_token() -> bool:
    """Return whether a token is set, valid or not."""
    return not {"telegram_bot_token", "telegram_bot_token_file"}.isdisjoint(variables())


def exposed_secrets() -> list[str]:
    """Return a line for each file with a secret that every user of this machine can read.

    Files of a container do not count: Docker gives them this mode, and a container has no other users.
    """
    files = {f"{name.upper()}_FILE": path for name, path in secret_paths().items()}
    if not DotEnv(LocalSettings).env_vars.keys().isdisjoint(SECRETS):
        files[DOTENV] = Path(DOTENV)
    return [
        f"{name}: every user of this machine can read {path}; run chmod 400 {path}"
        for name, path in files.items()
        if CONTAINER_SECRETS not in path.parents and path.is_file() and path.stat().st_mode & stat.S_IROTH
    ]


def _hint(value: Any) -> str:
    """Return what is probably wrong with a refused value: what other readers of such a file would have removed."""
    text = value.get_secret_value() if isinstance(value, SecretStr) else value
    if not isinstance(text, str):
        return ""
    if {text[:1], text[-1:]} & QUOTES:
        return "; remove the quotes around it"
    if re.search(r"\s#", text):
        return "; remove the comment behind it"
    return "; remove the spaces around it" if text != text.strip() else ""


def _unreadable(path: Path, error: OSError | UnicodeDecodeError) -> str:
    """Return why a file cannot be read, and what to do. A path that leads nowhere is not shown: it may be a secret."""
    match error:
        case UnicodeDecodeError():
            return f"{path} is not UTF-8 text; save it as UTF-8"
        case IsADirectoryError():
            return f"{path} is a folder; put a file there"
        case PermissionError():
            uid = os.geteuid()
            return f"this process (uid {uid}) may not read {path}; run chown {uid} {path}"
    return f"cannot be read ({error.strerror}); it must be the path of a file that holds the setting"


def _line(statement: Binding) -> int:
    """Return the number of the line on which a statement begins; the parser counts the empty lines before it too."""
    text = statement.original.string
    return statement.original.line + text[: len(text) - len(text.lstrip())].count("\n")


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
