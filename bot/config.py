"""The settings: from the environment, a ``.env`` file, or one file for each secret."""

import re
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

TOKEN = re.compile(r"\d{3,}:[A-Za-z0-9_-]{20,}")
ROOT = Path(__file__).parent.parent
"""Where ``content.yaml`` and ``assets/`` are."""
DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}


class SettingsError(Exception):
    """A setting is missing or wrong: one line for each, naming it and what is expected, never its value."""


class StoreSettings(BaseSettings):
    """What an operator can choose of the database and the log. Each field is a setting with its name in capitals."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", env_ignore_empty=True, validate_default=True)

    database_url: SecretStr = SecretStr("sqlite:///data/charley.db")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @field_validator("database_url")
    @classmethod
    def _database(cls, url: SecretStr) -> SecretStr:
        scheme, found, rest = url.get_secret_value().partition("://")
        driver = DRIVERS.get(scheme, scheme)
        if not (found and rest and driver in DRIVERS.values()):
            raise ValueError("must be like sqlite:///data/charley.db or postgresql://user:password@host/name")
        return SecretStr(f"{driver}://{rest}")

    @field_validator("log_level", mode="before")
    @classmethod
    def _level(cls, level: Any) -> Any:
        return level.upper() if isinstance(level, str) else level


class Settings(StoreSettings):
    """Everything an operator can choose."""

    telegram_bot_token: SecretStr
    telegram_api_url: str = "https://api.telegram.org"
    operator_ids: Annotated[frozenset[int], NoDecode] = frozenset()
    content_dir: Path = ROOT

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

    @field_validator("operator_ids", mode="before")
    @classmethod
    def _ids(cls, ids: Any) -> Any:
        if isinstance(ids, str):
            ids = [each for each in re.split(r"[,\s]+", ids) if each]
            if not all(each.isdecimal() for each in ids):
                raise ValueError("must be Telegram user ids, like 123456,234567")
        return ids

    @property
    def bot_url(self) -> str:
        """Where the bot's methods are: ``<base>/bot<token>``. It holds the token: never for a log."""
        return f"{self.telegram_api_url}/bot{self.telegram_bot_token.get_secret_value()}"


class _Wish(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env", extra="ignore", env_ignore_empty=True)

    telegram_bot_token: SecretStr | None = None


class _SecretFiles(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env", extra="ignore", env_ignore_empty=True)

    telegram_bot_token_file: Path | None = None
    database_url_file: Path | None = None


SettingsT = TypeVar("SettingsT", bound=StoreSettings)


def has_token() -> bool:
    """Whether a token is set, right or wrong: whether someone means to talk to Telegram."""
    try:
        return _Wish().telegram_bot_token is not None or "telegram_bot_token" in _secrets()
    except SettingsError:
        return True


def read(kind: type[SettingsT], **given: Any) -> SettingsT:
    """The settings, ``given`` ones before all others. Raises ``SettingsError``."""
    try:
        return kind(**{**_secrets(), **given})
    except ValidationError as error:
        lines = [_line(each["loc"], each["type"], each["msg"]) for each in error.errors()]
        raise SettingsError("\n".join(lines)) from None


def _secrets() -> dict[str, str]:
    found = {}
    for name, file in _SecretFiles():
        if file is not None:
            try:
                found[name.removesuffix("_file")] = file.read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError):
                raise SettingsError(f"{name.upper()}: must name a file that can be read") from None
    return found


def _line(key: tuple[int | str, ...], kind: str, message: str) -> str:
    expected = "is not set" if kind == "missing" else message.removeprefix("Value error, ")
    return f"{str(key[0]).upper()}: {expected}"
