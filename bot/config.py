"""The settings: from the environment, a ``.env`` file, or one file for each secret.

They are plain pydantic models. pydantic-settings would say the same in fewer lines, but costs every process 9 MiB and
a third of the time to its first request.
"""

import ipaddress
import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, TypeVar
from urllib.parse import SplitResult, urlsplit

from dotenv import dotenv_values
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, ValidationInfo, field_validator

from bot.errors import SettingsError

FREE_PER_SECOND = 30
"""Messages a second that one bot may send over all chats (core.telegram.org/bots/faq); more cost money."""
PAID_PER_SECOND = 1000
"""The same with paid broadcasts (``allow_paid_broadcast`` in the Bot API)."""
TOKEN = re.compile(r"\d{3,}:[A-Za-z0-9_-]{20,}")
NO_TOKEN = f"000:{'-' * 35}"
"""Looks like a token, and is nobody's."""
SECRET = re.compile(r"[A-Za-z0-9_-]{32,256}")
TELEGRAM = "https://api.telegram.org"
WEBHOOK_PORTS = (443, 80, 88, 8443)
"""Where Telegram calls; a Bot API server of one's own (``--local``) calls any port."""
ROOT = Path(__file__).parent.parent
"""Where ``content.yaml`` and ``assets/`` are."""
DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+asyncpg"}
SERVER = re.compile(r"([^:/]*(:[^@]*)?@)?[^@?]*(\?.*)?")
"""What follows the :// of a server's address; what is behind another ``@`` would be taken for the server's name."""
SECRETS = ("telegram_bot_token", "database_url", "webhook_secret")
"""The settings that may stand in a file of their own, named by the setting with ``_FILE`` behind it."""
PLAIN = {"missing": "is not set", "int_parsing": "must be a whole number", "bool_parsing": "must be yes or no"}
"""What pydantic says in longer words, by its kinds of errors."""
MOUNTED = Path("/run/secrets")
"""Where Docker puts the secrets of a container, open to all in it unless told otherwise."""


class LocalSettings(BaseModel):
    """What an operator can choose of this machine. Each field is a setting with its name in capitals."""

    model_config = ConfigDict(frozen=True, validate_default=True)

    database_url: SecretStr = SecretStr("sqlite:///data/charley.db")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    content_dir: Path = ROOT

    @field_validator("database_url")
    @classmethod
    def _database(cls, url: SecretStr) -> SecretStr:
        scheme, found, rest = url.get_secret_value().partition("://")
        driver = DRIVERS.get(scheme, scheme)
        if not (found and rest.strip("/") and driver in DRIVERS.values()) or ":memory:" in rest:
            raise ValueError("must be like sqlite:///data/charley.db or postgresql://user:password@host/name")
        if scheme != "sqlite" and not SERVER.fullmatch(rest):
            raise ValueError("has an @ too many; write / @ : in a password as %2F %40 %3A")
        return SecretStr(f"{driver}://{rest}")

    @field_validator("log_level", mode="before")
    @classmethod
    def _level(cls, level: Any) -> Any:
        return level.upper() if isinstance(level, str) else level


class Settings(LocalSettings):
    """Everything an operator can choose."""

    telegram_bot_token: SecretStr
    telegram_api_url: str = TELEGRAM
    webhook_url: str = ""
    webhook_secret: SecretStr = SecretStr("")
    host: str = "127.0.0.1"
    port: int = Field(default=8443, ge=0, le=65535)
    paid_broadcasts: bool = False
    messages_per_second: int = Field(default=FREE_PER_SECOND, ge=1)
    operator_ids: frozenset[int] = frozenset()

    @field_validator("telegram_bot_token")
    @classmethod
    def _token(cls, token: SecretStr) -> SecretStr:
        if not TOKEN.fullmatch(token.get_secret_value()):
            raise ValueError("must look like 123456:ABC-DEF..., as @BotFather gives it")
        return token

    @field_validator("telegram_api_url")
    @classmethod
    def _base(cls, url: str) -> str:
        if not re.fullmatch(r"https?://[^\s/?#]+[^\s?#]*", url):
            raise ValueError("must be the base of a Bot API server, like https://api.telegram.org")
        return url.rstrip("/")

    @field_validator("webhook_url")
    @classmethod
    def _webhook(cls, url: str, info: ValidationInfo) -> str:
        parts, port = _split(url)
        loopback = parts.hostname in {"127.0.0.1", "::1", "localhost"}
        if url and not (parts.hostname and (parts.scheme == "https" or (parts.scheme == "http" and loopback))):
            raise ValueError("must be the https address at which Telegram reaches this bot")
        if re.search(r"[\s{}]", url):
            raise ValueError("must be an address without a space, { or }")
        if port not in WEBHOOK_PORTS and info.data.get("telegram_api_url") == TELEGRAM:
            raise ValueError(f"Telegram calls no other ports than {', '.join(map(str, WEBHOOK_PORTS))}")
        return url

    @field_validator("webhook_secret")
    @classmethod
    def _webhook_secret(cls, secret: SecretStr, info: ValidationInfo) -> SecretStr:
        given = secret.get_secret_value()
        if (given or info.data.get("webhook_url")) and not SECRET.fullmatch(given):
            raise ValueError("must be 32 to 256 letters, digits, _ or -, known to nobody else")
        return secret

    @field_validator("host")
    @classmethod
    def _host(cls, host: str) -> str:
        if re.fullmatch(r"[\d.]+|.*[:\s].*", host) and not _is_address(host):
            raise ValueError("must be an address of this machine, like 127.0.0.1 or 0.0.0.0, or a name of it")
        return host

    @field_validator("messages_per_second")
    @classmethod
    def _rate(cls, rate: int, info: ValidationInfo) -> int:
        if rate > FREE_PER_SECOND and not info.data.get("paid_broadcasts"):
            raise ValueError(
                f"more than {FREE_PER_SECOND} a second, up to {PAID_PER_SECOND}, want PAID_BROADCASTS=yes: of each "
                "message above them Telegram then takes 0.1 Stars from the bot's balance"
            )
        if rate > PAID_PER_SECOND:
            raise ValueError(f"must be {PAID_PER_SECOND} at the most, as Telegram takes no more")
        return rate

    @field_validator("port")
    @classmethod
    def _port(cls, port: int, info: ValidationInfo) -> int:
        if info.data.get("webhook_url") and not port:
            raise ValueError("must be the port at which the calls of the webhook arrive")
        return port

    @field_validator("operator_ids", mode="before")
    @classmethod
    def _ids(cls, ids: Any) -> Any:
        if isinstance(ids, str):
            ids = [each for each in re.split(r"[,\s]+", ids) if each]
            if not all(each.isdecimal() for each in ids):
                raise ValueError("must be Telegram user ids, like 123456,234567")
        return ids

    @property
    def webhook_path(self) -> str:
        """Where, on this machine, Telegram calls arrive."""
        return urlsplit(self.webhook_url).path or "/"

    @property
    def secret(self) -> str:
        """What proves that it is Telegram who calls."""
        return self.webhook_secret.get_secret_value()

    @property
    def bot_url(self) -> str:
        """Where the bot's methods are: ``<base>/bot<token>``. It holds the token: never for a log."""
        return f"{self.telegram_api_url}/bot{self.telegram_bot_token.get_secret_value()}"


SettingsT = TypeVar("SettingsT", bound=LocalSettings)


def environment() -> dict[str, str]:
    """What is set, by name in small letters: ``.env`` in the working directory, and over it the environment."""
    found = {**dotenv_values(".env"), **os.environ}
    return {name.lower(): value for name, value in found.items() if value}


def read(kind: type[SettingsT], source: Mapping[str, str] | None = None, **given: Any) -> SettingsT:
    """The settings from ``source``, by default the environment; ``given`` ones go first. Raises ``SettingsError``."""
    found = environment() if source is None else source
    known = {name: value for name, value in {**found, **_secrets(found)}.items() if name in kind.model_fields}
    try:
        return kind(**{**known, **given})
    except ValidationError as error:
        raise SettingsError(
            "\n".join(_line(each["loc"], each["type"], each["msg"]) for each in error.errors())
        ) from None


def read_without_token() -> Settings:
    """All settings that are set, checked; where no token is, one that opens nothing. Raises ``SettingsError``."""
    return read(Settings) if has_token() else read(Settings, telegram_bot_token=SecretStr(NO_TOKEN))


def has_token() -> bool:
    """Whether a token is set, right or wrong: whether someone means to talk to Telegram."""
    found = environment()
    return "telegram_bot_token" in found or "telegram_bot_token_file" in found


def exposed() -> list[str]:
    """A line for each secret in a file that every user of this machine may read.

    Not for those of a container: its platform gives them that mode by itself, and nobody else is in there.
    """
    found = environment()
    files = {name: Path(found[f"{name}_file"]) for name in SECRETS if f"{name}_file" in found}
    return [
        f"{name.upper()}_FILE: everybody on this machine can read {file}; chmod 400 {file} leaves it to its owner"
        for name, file in files.items()
        if MOUNTED not in file.parents and file.is_file() and file.stat().st_mode & stat.S_IROTH
    ]


def _split(url: str) -> tuple[SplitResult, int]:
    """The parts of an address, and its port."""
    try:
        parts = urlsplit(url)
        return parts, parts.port or 443
    except ValueError:  # its text has parts of the address
        raise ValueError("must be an https address, with a port up to 65535 if with one") from None


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _secrets(found: Mapping[str, str]) -> dict[str, str]:
    secrets = {}
    for name in SECRETS:
        if file := found.get(f"{name}_file"):
            try:
                secrets[name] = Path(file).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError):
                raise SettingsError(f"{name.upper()}_FILE: must name a file that can be read") from None
    return secrets


def _line(key: tuple[int | str, ...], kind: str, message: str) -> str:
    told = message.removeprefix("Value error, ").replace("Input should be", "must be")
    return f"{str(key[0]).upper()}: {PLAIN.get(kind, told)}"
