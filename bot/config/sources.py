"""Where the settings come from: the environment, a ``.env`` file, and files that hold one secret each."""

import os
import re
import stat
from pathlib import Path

from dotenv.parser import parse_stream
from pydantic_settings import BaseSettings, EnvSettingsSource

from bot.errors import SettingsError

DOTENV = ".env"
ENCODING = "utf-8-sig"
"""UTF-8 with or without the mark at the beginning that Windows editors write."""
SECRETS = ("telegram_bot_token", "database_url", "webhook_secret")
"""The settings that can stand in files of their own: ``<SETTING>_FILE`` is the path of the file."""
CONTAINER_SECRETS = Path("/run/secrets")
"""Where Docker puts a container's secrets. It makes them readable for every user of the container."""


class Environment(EnvSettingsSource):
    """Read the environment, and remove quotes around a value.

    ``docker run --env-file`` passes quotes on, although every other reader of such a file removes them.
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
        # The parser accepts a name without a value, but whoever wrote it has probably forgotten the equals sign.
        if wrong := [part.original for part in statements if part.error or (part.key and part.value is None)]:
            # The parser's count begins with the empty lines above a statement.
            above = [part.string[: len(part.string) - len(part.string.lstrip())].count("\n") for part in wrong]
            lines = [part.line + empty for part, empty in zip(wrong, above, strict=True)]
            raise SettingsError("\n".join(f"{DOTENV}:{line}: must be like NAME=value" for line in lines))
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
            else:
                if not secrets[name]:
                    errors.append(f"{name.upper()}_FILE: {path} is empty; write the setting into it")
        if errors:
            raise SettingsError("\n".join(errors))
        return secrets


def variables() -> dict[str, str]:
    """Return what the environment and ``.env`` set, by name in lower case; the environment is stronger."""
    sources = (DotEnv(BaseSettings), Environment(BaseSettings))
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
    if not DotEnv(BaseSettings).env_vars.keys().isdisjoint(SECRETS):
        files[DOTENV] = Path(DOTENV)
    return [
        f"{name}: every user of this machine can read {path}; run chmod 400 {path}"
        for name, path in files.items()
        if CONTAINER_SECRETS not in path.parents and path.is_file() and path.stat().st_mode & stat.S_IROTH
    ]


def _unreadable(path: Path, error: OSError | UnicodeDecodeError) -> str:
    """Return why a file cannot be read, and what to do. A path without a file may be the secret, so it is not shown."""
    match error:
        case UnicodeDecodeError():
            return f"{path} is not UTF-8 text; save it as UTF-8"
        case IsADirectoryError():
            return f"{path} is a folder; put a file there"
        case PermissionError():
            uid = os.geteuid()
            return f"this process (uid {uid}) may not read {path}; run chown {uid} {path}"
    return f"cannot be read ({error.strerror}); it must be the path of a file that holds the setting"
