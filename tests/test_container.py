"""The image and the composition of it: who may do what, where secrets are, and that its health check works."""

import asyncio
import json
import re
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from bot.__main__ import STOP_SECONDS
from bot.config import ROOT, SECRETS, Settings, read
from simulator import Simulator, SkippableClock
from tests.support.conversation import Conversation
from tests.support.running_bot import free_port, running

COMPOSITION: dict[str, Any] = YAML(typ="safe").load(ROOT / "compose.yaml")
SERVICES: dict[str, dict[str, Any]] = COMPOSITION["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
FINAL = DOCKERFILE.rpartition("\nFROM ")[2]


def health_check() -> list[str]:
    (command,) = re.findall(r"^HEALTHCHECK .* CMD (\[.*\])$", FINAL, re.MULTILINE)
    return [str(word) for word in json.loads(command)]


# The image


def test_f70_what_is_installed_has_its_hash_and_what_installs_stays_behind() -> None:
    assert "pip install" not in FINAL
    assert "--require-hashes --only-binary :all:" in DOCKERFILE
    assert re.search(r"^USER \d+:\d+$", FINAL, re.MULTILINE)


def test_f69_nothing_secret_is_set_in_the_image() -> None:
    assert not [name for name in SECRETS if name != "database_url" and name.upper() in DOCKERFILE]
    assert "@" not in re.findall(r"DATABASE_URL=(\S+)", FINAL)[0]


def test_the_image_listens_on_loopback_unless_told_otherwise() -> None:
    assert "HOST=" not in re.sub(r"^#.*$", "", FINAL, flags=re.MULTILINE)


def test_only_what_runs_goes_into_the_image() -> None:
    kept = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert kept[0] == "*"
    assert {pattern for pattern in kept if pattern.startswith("!")} == {
        *("!bot", "!handlers", "!scheduler", "!assets/*.png", "!content*.yaml", "!requirements.txt")
    }


async def ended(port: int, host: str = "") -> int:
    """The status with which the health check ends."""
    _, *arguments = health_check()
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, env={"PORT": str(port), "HOST": host}, stderr=asyncio.subprocess.DEVNULL
    )
    return await process.wait()


async def test_the_health_check_knows_a_bot_that_is_well(simulator: Simulator, tmp_path: Path) -> None:
    port = free_port()
    assert await ended(port) != 0
    bo = Conversation(simulator, simulator.add_person("Bo"))
    async with running(simulator, tmp_path, port=port):
        await bo.ask("/help")
        assert await ended(port) == 0


@pytest.mark.parametrize("host", ["127.0.0.2", "0.0.0.0"])
async def test_the_health_check_asks_where_the_bot_listens(host: str, simulator: Simulator, tmp_path: Path) -> None:
    port = free_port()
    bo = Conversation(simulator, simulator.add_person("Bo"))
    async with running(simulator, tmp_path, host=host, port=port):
        await bo.ask("/help")
        assert await ended(port, host) == 0


async def test_the_health_check_knows_a_bot_that_is_not(simulator: Simulator, tmp_path: Path) -> None:
    port = free_port()
    bo = Conversation(simulator, simulator.add_person("Bo"))
    async with running(simulator, tmp_path, port=port):
        await bo.ask("/help")
        assert isinstance(simulator.clock, SkippableClock)
        simulator.clock.skip(timedelta(seconds=91))
        assert await ended(port) != 0


def test_the_health_check_needs_no_shell() -> None:
    assert health_check()[:2] == ["python", "-c"]


# The composition


@pytest.mark.parametrize("name", SERVICES)
def test_nobody_may_more_than_needed(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service.get("cap_add", []) == (["NET_BIND_SERVICE"] if name == "proxy" else [])
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", service["user"])
    assert {"mem_limit", "pids_limit", "cpus"} <= set(service)
    assert "privileged" not in service


def test_only_the_proxy_can_be_reached() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    assert [name for name, service in SERVICES.items() if service["networks"] == ["inside"]] == ["database"]
    assert COMPOSITION["networks"]["inside"]["internal"] is True


def test_f69_secrets_are_files_and_in_no_environment() -> None:
    assert all(secret["file"].startswith("secrets/") for secret in COMPOSITION["secrets"].values())
    used = {secret for service in SERVICES.values() for secret in service.get("secrets", [])}
    assert used == set(COMPOSITION["secrets"])
    environment = SERVICES["bot"]["environment"]
    for secret in SECRETS:
        assert secret.upper() not in environment
        assert environment[f"{secret.upper()}_FILE"].startswith("/run/secrets/")
    assert "POSTGRES_PASSWORD" not in SERVICES["database"]["environment"]


def test_the_standby_is_the_same_as_the_bot() -> None:
    service = SERVICES["bot"]
    assert SERVICES["standby"] == service
    assert f"USER {service['user']}" in FINAL
    assert service["depends_on"]["database"]["condition"] == "service_healthy"


def test_the_database_is_ready_only_when_bots_can_reach_it() -> None:
    """The image's server of the first start listens on its socket only, and is gone when it is set up."""
    assert "--host=127.0.0.1" in SERVICES["database"]["healthcheck"]["test"]


def test_a_bot_has_the_time_that_it_may_take_to_end() -> None:
    assert int(SERVICES["bot"]["stop_grace_period"].removesuffix("s")) > STOP_SECONDS


def test_the_settings_are_sound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    values = {
        "/run/secrets/telegram_bot_token": "1234567890:" + "A" * 35,
        "/run/secrets/database_url": "postgresql://charley:pa55word@database/charley",
        "/run/secrets/webhook_secret": "a" * 64,
    }
    for name, value in SERVICES["bot"]["environment"].items():
        if value in values:
            (tmp_path / name).write_text(values[value], encoding="utf-8")
        filled = re.sub(
            r"\$\{(\w+)(?::-([^}]*)|:\?[^}]*)\}",
            lambda found: "example.org" if found[2] is None else found[2],
            str(value),
        )
        monkeypatch.setenv(name, str(tmp_path / name) if value in values else filled)
    settings = read(Settings)
    assert (settings.host, settings.webhook_path, settings.messages_per_second) == ("0.0.0.0", "/telegram", 30)
    assert settings.database_url.get_secret_value().startswith("postgresql+asyncpg://")


def test_the_proxy_lets_only_the_calls_of_telegram_through() -> None:
    rules = (ROOT / "Caddyfile").read_text(encoding="utf-8")
    settings = SERVICES["bot"]["environment"]
    path = settings["WEBHOOK_URL"].rpartition("}")[2]
    assert re.findall(r"^\s+path (.*)$", rules, re.MULTILINE) == [path]
    assert re.findall(r"^\s+method (.*)$", rules, re.MULTILINE) == ["POST"]
    upstreams = " ".join(f"{name}:{settings['PORT']}" for name in ("bot", "standby"))
    assert re.findall(r"^\s+reverse_proxy (.*) {$", rules, re.MULTILINE) == [upstreams]
    assert "health_uri /readyz" in rules, "a standby is not called"
    assert rules.count("reverse_proxy") == 1
    assert "respond 404" in rules


def test_a_folder_of_secrets_is_never_committed() -> None:
    assert {"secrets/", "certificates/", ".env"} <= set((ROOT / ".gitignore").read_text(encoding="utf-8").split())
