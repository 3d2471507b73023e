"""Every setting: valid, invalid and missing. No error shows a value."""

import re
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from bot import config
from bot.config import PLACEHOLDER_TOKEN, ROOT, LocalSettings, Settings, make, read, read_without_token, sources
from bot.config.sources import has_token
from bot.errors import SettingsError
from tests.support.other_user import another_user

TOKEN = "1234567890:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
NAMES = (
    "TELEGRAM_BOT_TOKEN",
    "TELEGRAM_API_URL",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "NO_PROXY",
    "DATABASE_URL",
    "LOG_LEVEL",
    "OPERATOR_IDS",
    "CONTENT_DIR",
    "MESSAGES_PER_SECOND",
    "PAID_BROADCASTS",
    "WEBHOOK_URL",
    "WEBHOOK_SECRET",
    "HOST",
    "PORT",
)
FILES = ("TELEGRAM_BOT_TOKEN_FILE", "DATABASE_URL_FILE", "WEBHOOK_SECRET_FILE")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty working folder; no setting is in the environment."""
    monkeypatch.chdir(tmp_path)
    for name in (*NAMES, *FILES):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)


def refusal() -> str:
    with pytest.raises(SettingsError) as caught:
        read(Settings)
    return str(caught.value)


@pytest.mark.usefixtures("token")
def test_the_token_is_all_that_must_be_set() -> None:
    settings = read(Settings)
    assert settings.telegram_bot_token.get_secret_value() == TOKEN
    assert settings.telegram_api_url == "https://api.telegram.org"
    assert settings.database_url.get_secret_value() == "sqlite:///data/charley.db"
    assert settings.log_level == "INFO"
    assert settings.operator_ids == frozenset()
    assert settings.content_dir == ROOT


def test_the_root_is_where_the_content_is() -> None:
    assert (ROOT / "content.yaml").is_file()
    assert (ROOT / "assets").is_dir()


def test_the_database_can_be_chosen_without_a_token() -> None:
    assert read(LocalSettings).log_level == "INFO"


def test_a_missing_token_is_reported_in_one_line() -> None:
    assert refusal() == "TELEGRAM_BOT_TOKEN: is not set"


@pytest.mark.parametrize("value", ["", "12:short", "letters:" + "A" * 35, TOKEN + "!", f" {TOKEN}", "987654", "A" * 40])
def test_a_wrong_token_is_never_repeated(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", value)
    line = refusal()
    assert line.startswith("TELEGRAM_BOT_TOKEN: ")
    assert len(line.splitlines()) == 1
    assert not value or value not in line


@pytest.mark.usefixtures("token")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "charley.db"),
        ("DATABASE_URL", "mysql://anna:pa55word@host/name"),
        ("DATABASE_URL", "postgresql:anna:pa55word@host"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "sqlite:///"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("DATABASE_URL", "sqlite:///charley.db?mode=pa55word"),
        ("DATABASE_URL", "://pa55word"),
        ("LOG_LEVEL", "loud"),
        ("LOG_LEVEL", "10"),
        ("OPERATOR_IDS", "anna"),
        ("OPERATOR_IDS", "123,-5"),
        ("OPERATOR_IDS", "12.5"),
        ("TELEGRAM_API_URL", "api.telegram.org"),
        ("TELEGRAM_API_URL", "ftp://api.telegram.org"),
        ("TELEGRAM_API_URL", "https://"),
        ("TELEGRAM_API_URL", "http://[::1"),
        ("TELEGRAM_API_URL", "http://:8081"),
        ("TELEGRAM_API_URL", "http://localhost:80810"),
        ("TELEGRAM_API_URL", "https://api.telegram.org/?token=pa55word"),
        ("TELEGRAM_API_URL", "https://api.telegram.org/a b"),
    ],
)
def test_a_wrong_setting_is_one_line_with_its_name_and_without_its_value(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    line = refusal()
    assert line.startswith(f"{name}: ")
    assert len(line.splitlines()) == 1
    assert "Value error" not in line
    assert value not in line.split()
    assert "pa55word" not in line


@pytest.mark.usefixtures("token")
@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("PORT", "http", "must be a whole number"),
        ("PORT", "70000", "must be less than or equal to 65535"),
        ("MESSAGES_PER_SECOND", "many", "must be a whole number"),
        ("PAID_BROADCASTS", "perhaps", "must be yes or no"),
        ("LOG_LEVEL", "loud", "must be 'DEBUG', 'INFO', 'WARNING' or 'ERROR'"),
    ],
)
def test_a_line_says_in_plain_words_what_is_expected(
    name: str, value: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    assert refusal() == f"{name}: {message}"


def test_every_wrong_setting_has_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_LEVEL", "loud")
    monkeypatch.setenv("OPERATOR_IDS", "anna")
    assert {line.partition(":")[0] for line in refusal().splitlines()} == {
        "TELEGRAM_BOT_TOKEN",
        "LOG_LEVEL",
        "OPERATOR_IDS",
    }


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("sqlite:///charley.db", "sqlite:///charley.db"),
        ("postgresql://a:b@host/name", "postgresql+asyncpg://a:b@host/name"),
        ("postgres://a:b@host/name", "postgresql+asyncpg://a:b@host/name"),
        ("postgresql+asyncpg://a:b@host/name", "postgresql+asyncpg://a:b@host/name"),
        ("postgresql+psycopg2://a:b@host/name?sslmode=require", "postgresql+asyncpg://a:b@host/name?sslmode=require"),
    ],
)
def test_the_bot_chooses_the_driver_of_a_database(given: str, used: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", given)
    assert read(LocalSettings).database_url.get_secret_value() == used


@pytest.mark.parametrize(("given", "used"), [("debug", "DEBUG"), ("Warning", "WARNING"), ("ERROR", "ERROR")])
def test_the_level_may_be_written_in_any_case(given: str, used: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_LEVEL", given)
    assert read(LocalSettings).log_level == used


@pytest.mark.usefixtures("token")
@pytest.mark.parametrize(
    ("given", "used"), [("1", {1}), ("1,2", {1, 2}), (" 1, 2\n3 ", {1, 2, 3}), ("1,1", {1}), (",", set())]
)
def test_operators_are_a_list_of_numbers(given: str, used: set[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPERATOR_IDS", given)
    assert read(Settings).operator_ids == used


@pytest.mark.usefixtures("token")
@pytest.mark.parametrize("given", ["http://127.0.0.1:8081", "http://127.0.0.1:8081/", "http://127.0.0.1:8081///"])
def test_methods_are_below_the_base_whether_or_not_it_ends_in_a_slash(
    given: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TELEGRAM_API_URL", given)
    assert read(Settings).bot_url == f"http://127.0.0.1:8081/bot{TOKEN}"


@pytest.mark.usefixtures("token")
def test_an_empty_setting_is_one_that_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES[1:]:
        monkeypatch.setenv(name, "")
    assert read(Settings) == read(Settings, log_level="INFO")
    assert read(Settings).content_dir == ROOT


@pytest.mark.usefixtures("token")
def test_the_content_may_stand_elsewhere(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONTENT_DIR", str(folder))
    assert read(Settings).content_dir == folder


def test_settings_may_stand_in_a_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / ".env").write_text(f"TELEGRAM_BOT_TOKEN={TOKEN}\nLOG_LEVEL=debug\nSOMETHING_ELSE=1\n")
    assert read(Settings).log_level == "DEBUG"
    monkeypatch.setenv("LOG_LEVEL", "error")
    assert read(Settings).log_level == "ERROR", "the environment is stronger"


@pytest.mark.parametrize(
    "line",
    [
        "OPERATOR_IDS=1,2",
        'OPERATOR_IDS="1,2"',
        "OPERATOR_IDS='1,2'",
        "export OPERATOR_IDS = 1,2 # two of us",
        "operator_ids=1,2",
        "OPERATOR_IDS=1,2\r",
        "\ufeffOPERATOR_IDS=1,2",
    ],
)
def test_a_line_of_the_file_is_read_as_shells_and_editors_write_it(line: str, folder: Path, token: None) -> None:
    (folder / ".env").write_text(f"{line}\n", encoding="utf-8")
    assert read(Settings).operator_ids == {1, 2}


def test_a_dollar_sign_in_the_file_is_only_a_character(folder: Path) -> None:
    (folder / ".env").write_text("DATABASE_URL=postgresql://a:${HOME}$PATH@host/name\n")
    assert read(LocalSettings).database_url.get_secret_value() == "postgresql+asyncpg://a:${HOME}$PATH@host/name"


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
def test_a_file_in_another_encoding_is_reported(encoding: str, folder: Path) -> None:
    (folder / ".env").write_bytes("LOG_LEVEL=débug".encode(encoding))
    assert refusal() == ".env: .env is not UTF-8 text; save it as UTF-8"


def test_a_folder_in_the_place_of_the_file_is_reported(folder: Path) -> None:
    """Docker makes one when a file that is not there is mounted."""
    (folder / ".env").mkdir()
    assert refusal() == ".env: .env is a folder; put a file there"


@pytest.mark.parametrize(
    "wrong", ["TELEGRAM_BOT_TOKEN 123:pa55word", "TELEGRAM_BOT_TOKEN", "A='pa55word", 'A="pa55word\nB=1', "=pa55word"]
)
def test_a_line_that_is_no_setting_is_reported(wrong: str, folder: Path) -> None:
    (folder / ".env").write_text(f"LOG_LEVEL=debug\n\n# mine\n\n{wrong}\nPORT=1\n")
    assert refusal().splitlines()[0] == ".env:5: must be like NAME=value"
    assert "pa55word" not in refusal()


@pytest.mark.parametrize("value", ['"1,2"', "'1,2'"])
def test_quotes_that_docker_passes_on_are_removed(value: str, token: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPERATOR_IDS", value)
    assert read(Settings).operator_ids == {1, 2}


def test_made_settings_know_no_environment(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / ".env").write_text("LOG_LEVEL=debug\n")
    monkeypatch.setenv("PORT", "0")
    monkeypatch.setenv("DATABASE_URL_FILE", str(folder / "nowhere"))
    settings = make(Settings, telegram_bot_token=TOKEN, host="::1")
    assert (settings.host, settings.port, settings.log_level) == ("::1", 8443, "INFO")
    with pytest.raises(SettingsError, match=r"^PORT: must be a whole number$"):
        make(Settings, telegram_bot_token=TOKEN, port="http")


def test_given_settings_come_before_all_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "wrong")
    assert read(Settings, telegram_bot_token=TOKEN).telegram_bot_token.get_secret_value() == TOKEN


def test_each_secret_may_stand_in_a_file_of_its_own(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "token").write_text(f"{TOKEN}\n")
    (folder / "url").write_text("postgresql://a:b@host/name\r\n", encoding="utf-8-sig")
    (folder / "secret").write_text("s" * 32)
    (folder / ".env").write_text(f"WEBHOOK_SECRET_FILE={folder / 'secret'}\n")
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "999:weaker_than_the_file_of_the_token")
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN_FILE", str(folder / "token"))
    monkeypatch.setenv("DATABASE_URL_FILE", str(folder / "url"))
    settings = read(Settings)
    assert settings.telegram_bot_token.get_secret_value() == TOKEN
    assert settings.database_url.get_secret_value() == "postgresql+asyncpg://a:b@host/name"
    assert settings.secret == "s" * 32


def test_the_secrets_of_a_command_are_all_that_it_reads(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN_FILE", str(folder / "nowhere"))
    assert read(LocalSettings).log_level == "INFO", "this class has no token"


def test_every_secret_file_that_cannot_be_read_has_its_line(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in FILES:
        monkeypatch.setenv(name, str(folder / "nowhere"))
    assert [line.partition(":")[0] for line in refusal().splitlines()] == list(FILES)


def test_f69_a_secret_file_that_everybody_can_read_is_reported(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = folder / "token"
    file.write_text(TOKEN)
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN_FILE", str(file))
    for mode in (0o400, 0o440, 0o600):
        file.chmod(mode)
        assert sources.exposed_secrets() == []
    for mode in (0o404, 0o444, 0o644):
        file.chmod(mode)
        (line,) = sources.exposed_secrets()
        assert line.startswith("TELEGRAM_BOT_TOKEN_FILE: ")
        assert f"chmod 400 {file}" in line
        assert TOKEN not in line
    monkeypatch.setenv("DATABASE_URL_FILE", str(folder / "nowhere"))
    assert len(sources.exposed_secrets()) == 1, "a missing file is an error of its own"


def test_f69_settings_with_a_secret_that_everybody_can_read_are_reported(folder: Path) -> None:
    (folder / ".env").write_text("LOG_LEVEL=debug\n")
    (folder / ".env").chmod(0o644)
    assert sources.exposed_secrets() == [], "there is no secret in it"
    (folder / ".env").write_text(f"TELEGRAM_BOT_TOKEN={TOKEN}\n")
    assert sources.exposed_secrets() == [".env: every user of this machine can read .env; run chmod 400 .env"]
    (folder / ".env").chmod(0o600)
    assert sources.exposed_secrets() == []


def test_the_secrets_of_a_container_are_as_its_platform_makes_them(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "CONTAINER_SECRETS", folder / "run")
    (folder / "run").mkdir()
    (folder / "run" / "token").write_text(TOKEN)
    (folder / "run" / "token").chmod(0o444)
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN_FILE", str(folder / "run" / "token"))
    assert sources.exposed_secrets() == []


def test_a_secret_file_that_holds_something_else_is_not_repeated(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "token").write_text("pa55word")
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN_FILE", str(folder / "token"))
    assert refusal().startswith("TELEGRAM_BOT_TOKEN: must look like")
    assert "pa55word" not in refusal()


@pytest.mark.parametrize("name", FILES)
def test_a_secret_file_that_cannot_be_read_is_reported(
    name: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "bytes").write_bytes(b"\xff\xfe\x00")
    (folder / "empty").write_text("\n")
    lines = {
        "empty": f"{folder}/empty is empty; write the setting into it",
        "nowhere": "cannot be read (No such file or directory); it must be the path of a file that holds the setting",
        "bytes": f"{folder}/bytes is not UTF-8 text; save it as UTF-8",
        ".": f"{folder} is a folder; put a file there",
    }
    for file, line in lines.items():
        monkeypatch.setenv(name, str(folder / file))
        assert refusal() == f"{name}: {line}"


def test_a_file_of_another_user_is_reported_with_the_one_who_may_not_read_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with TemporaryDirectory() as name:  # others may not even search the folders of pytest
        file = Path(name, "token")
        file.write_text(TOKEN)
        file.chmod(0)
        Path(name).chmod(0o755)
        monkeypatch.chdir(name)
        monkeypatch.setenv("TELEGRAM_BOT_TOKEN_FILE", str(file))
        with another_user() as uid:
            line = refusal()
        monkeypatch.undo()
    advice = f"run chown {uid} {file}"
    assert line == f"TELEGRAM_BOT_TOKEN_FILE: this process (uid {uid}) may not read {file}; {advice}"


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        (f'"{TOKEN}', "; remove the quotes around it"),
        (f"“{TOKEN}”", "; remove the quotes around it"),
        (f"{TOKEN} # the bot", "; remove the comment behind it"),
        (f" {TOKEN}", "; remove the spaces around it"),
        ("123", ""),
    ],
)
def test_what_docker_leaves_in_a_value_is_named(value: str, hint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", value)
    assert refusal() == f"TELEGRAM_BOT_TOKEN: must look like 123456:ABC-DEF..., as @BotFather shows it{hint}"


def test_nothing_of_a_secret_is_shown_by_accident(token: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://anna:pa55word@host/name")
    shown = repr(read(Settings)) + str(read(Settings)) + read(Settings).model_dump_json()
    assert TOKEN not in shown
    assert "pa55word" not in shown


def test_an_error_has_no_cause_that_a_traceback_would_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "pa55word")
    with pytest.raises(SettingsError) as caught:
        read(Settings)
    assert caught.value.__suppress_context__
    assert caught.value.__cause__ is None


def test_whether_someone_means_to_talk_to_telegram(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not has_token()
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "")
    assert not has_token(), "an empty one is none"
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "wrong")
    assert has_token()
    monkeypatch.delenv("TELEGRAM_BOT_TOKEN")
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN_FILE", str(folder / "nowhere"))
    assert has_token(), "a file that cannot be read was meant to hold one"
    (folder / "nowhere").write_text(TOKEN)
    assert has_token()


def test_a_token_in_a_file_of_settings_counts_too(folder: Path) -> None:
    (folder / ".env").write_text(f"TELEGRAM_BOT_TOKEN={TOKEN}\n")
    assert has_token()


def test_every_driver_is_one_of_those_that_the_store_knows() -> None:
    assert set(config.DRIVERS.values()) == {"sqlite", "postgresql+asyncpg"}


# The way to Telegram


@pytest.mark.usefixtures("token")
@pytest.mark.parametrize(
    ("given", "api", "proxy"),
    [
        ({}, "", None),
        ({"HTTPS_PROXY": "http://proxy:3128"}, "", "http://proxy:3128"),
        ({"https_proxy": "proxy:3128"}, "", "http://proxy:3128"),
        ({"HTTPS_PROXY": "http://anna:pa55word@proxy:3128/"}, "", "http://anna:pa55word@proxy:3128/"),
        ({"HTTP_PROXY": "http://proxy:3128"}, "", None),
        ({"HTTP_PROXY": "http://proxy:3128"}, "http://api.example", "http://proxy:3128"),
        ({"HTTPS_PROXY": "http://proxy:3128"}, "http://api.example", None),
        ({"HTTPS_PROXY": "http://proxy:3128", "NO_PROXY": "intern.example,.telegram.org"}, "", None),
        ({"HTTPS_PROXY": "http://proxy:3128", "NO_PROXY": "*"}, "", None),
        ({"HTTPS_PROXY": "http://proxy:3128", "NO_PROXY": "example.org"}, "", "http://proxy:3128"),
        ({"HTTP_PROXY": "http://proxy:3128"}, "http://127.0.0.1:8081", None),
        ({"HTTP_PROXY": "http://proxy:3128"}, "http://localhost:8081", None),
    ],
)
def test_the_proxy_of_the_machine_is_on_the_way_to_telegram(
    given: dict[str, str], api: str, proxy: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("TELEGRAM_API_URL", api)
    assert read(Settings).proxy == proxy


@pytest.mark.usefixtures("token")
@pytest.mark.parametrize(
    "proxy",
    [
        *("socks5://pa55word:1080", "http://", "http://a b", "http://proxy/path?pa55word"),
        *("http://:3128", "http://proxy:31280000", "http://proxy:port", "http://anna:pa55[word@proxy:3128"),
    ],
)
def test_a_proxy_that_cannot_be_used_is_refused(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    assert re.fullmatch("HTTPS_PROXY: must be like http://proxy:3128 .+", refusal())
    assert "pa55word" not in refusal().partition(" or ")[0]


@pytest.mark.usefixtures("token")
def test_the_secrets_of_the_settings_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBHOOK_SECRET", "s" * 32)
    monkeypatch.setenv("HTTPS_PROXY", "http://anna:pa55word@proxy:3128")
    assert set(read(Settings).secrets) == {TOKEN, "s" * 32, "pa55word"}
    assert "pa55word" not in repr(read(Settings))


@pytest.mark.usefixtures("token")
def test_the_summary_for_the_log_says_what_runs_and_no_secret() -> None:
    assert read(Settings).summary == "SQLite data/charley.db, long polling"
    webhook = {"webhook_url": "https://bot.example/t", "webhook_secret": "s" * 32}
    assert read(Settings, database_url="postgres://anna:pa55word@h/n", **webhook).summary == "PostgreSQL, webhook"


# How fast messages leave


@pytest.mark.usefixtures("token")
def test_thirty_a_second_are_free() -> None:
    assert (read(Settings).messages_per_second, read(Settings).paid_broadcasts) == (30, False)
    assert read(Settings, messages_per_second="12").messages_per_second == 12


@pytest.mark.usefixtures("token")
@pytest.mark.parametrize(("rate", "paid"), [("31", "no"), ("1000", ""), ("1001", "yes"), ("0", "yes"), ("many", "no")])
def test_a_rate_that_cannot_be_is_refused(rate: str, paid: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MESSAGES_PER_SECOND", rate)
    monkeypatch.setenv("PAID_BROADCASTS", paid)
    assert refusal().startswith("MESSAGES_PER_SECOND: ")


@pytest.mark.usefixtures("token")
def test_more_than_is_free_is_refused_with_the_price(monkeypatch: pytest.MonkeyPatch) -> None:
    for rate in ("31", "2000"):
        monkeypatch.setenv("MESSAGES_PER_SECOND", rate)
        assert refusal().startswith("MESSAGES_PER_SECOND: 31 to 1000 require PAID_BROADCASTS=yes; ")
        assert "0.1 Stars" in refusal()
    monkeypatch.setenv("PAID_BROADCASTS", "yes")
    monkeypatch.setenv("MESSAGES_PER_SECOND", "1000")
    assert read(Settings).messages_per_second == 1000


@pytest.mark.usefixtures("token")
@pytest.mark.parametrize(
    "url",
    [
        "http://bot.example/t",
        "https://bot.example/{pa55word",
        "https://bot.example/pa55word}",
        "https://bot.example/a pa55word",
        "https://bot.example/a\npa55word",
        "https://bot.example:65536/t",
        "https://bot.example:pa55word/t",
        "https://bot.example:18443/t",
        "https://[::1/t",
        "https://pa55word\u2100.example/t",
    ],
)
def test_a_webhook_at_which_nothing_could_arrive_is_refused(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBHOOK_URL", url)
    monkeypatch.setenv("WEBHOOK_SECRET", "s" * 32)
    assert re.fullmatch("WEBHOOK_URL: .+", refusal())
    assert "pa55word" not in refusal()


@pytest.mark.usefixtures("token")
@pytest.mark.parametrize("port", ["", ":443", ":80", ":88", ":8443"])
def test_telegram_calls_these_ports(port: str) -> None:
    url = f"https://bot.example{port}/t"
    assert read(Settings, webhook_url=url, webhook_secret="s" * 32).webhook_url == url


def test_your_own_api_server_calls_any_port() -> None:
    urls = {"telegram_api_url": "http://127.0.0.1:8081", "webhook_url": "http://127.0.0.1:18443/t"}
    assert make(Settings, **urls, telegram_bot_token=TOKEN, webhook_secret="s" * 32).webhook_path == "/t"


@pytest.mark.usefixtures("token")
def test_a_webhook_secret_is_checked_even_without_a_webhook(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBHOOK_SECRET", "pa55word")
    assert re.fullmatch("WEBHOOK_SECRET: .+", refusal())
    assert "pa55word" not in refusal()


@pytest.mark.usefixtures("token")
def test_an_address_to_listen_at_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    for host in ("127.0.0.1", "0.0.0.0", "::", "::1", "localhost", "bot-1.example"):
        assert read(Settings, host=host).host == host
    for host in ("999.1.1.1", "127.0.0", "127.0.0.1:8443", "[::1]", "my machine"):
        monkeypatch.setenv("HOST", host)
        assert re.fullmatch("HOST: .+", refusal())
        assert host not in refusal().split()


@pytest.mark.usefixtures("token")
def test_a_webhook_needs_a_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "0")
    assert read(Settings).port == 0
    monkeypatch.setenv("WEBHOOK_URL", "https://bot.example/updates")
    monkeypatch.setenv("WEBHOOK_SECRET", "s" * 32)
    assert refusal().startswith("PORT: ")


def test_without_a_token_the_rest_is_still_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TELEGRAM_BOT_TOKEN", raising=False)
    assert read_without_token().telegram_bot_token.get_secret_value() == PLACEHOLDER_TOKEN
    monkeypatch.setenv("MESSAGES_PER_SECOND", "0")
    with pytest.raises(SettingsError, match=r"^MESSAGES_PER_SECOND: [^\n]+$"):
        read_without_token()


@pytest.mark.usefixtures("token")
def test_a_token_that_is_set_is_read() -> None:
    assert read_without_token() == read(Settings)
