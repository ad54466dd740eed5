"""What an operator may set, and how a mistake is told."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError, known_names, read_settings, setting_names

ROOT = Path(__file__).resolve().parents[2]


def settings(**environ: str) -> Settings:
    return read_settings(environ, dotenv=None)


def mistakes(**environ: str) -> str:
    with pytest.raises(SettingsError) as raised:
        settings(**environ)
    return str(raised.value)


def test_nothing_needs_to_be_set() -> None:
    bare = settings()
    assert (bare.host, bare.port, bare.log_level) == ("127.0.0.1", 8015, "WARNING")


def test_the_database_lies_in_the_users_data_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "/home/mara/data")
    assert settings().database == "sqlite:////home/mara/data/fifteen/fifteen.db"
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setenv("HOME", "/home/mara")
    assert settings().database == "sqlite:////home/mara/.local/share/fifteen/fifteen.db"


def test_a_relative_data_home_is_ignored_as_its_standard_asks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "data")
    monkeypatch.setenv("HOME", "/home/mara")
    assert settings().data_folder == Path("/home/mara/.local/share/fifteen")


def test_the_demo_never_touches_the_real_database(tmp_path: Path) -> None:
    server = "postgresql://db.example/fifteen"
    for real in (Settings(data_dir=tmp_path), Settings(data_dir=tmp_path, database_url=server)):
        assert real.database != replace(real, demo=True).database
        assert replace(real, demo=True).database == f"sqlite:///{tmp_path}/demo.db"


def test_every_value_is_taken_over(tmp_path: Path) -> None:
    read = settings(
        DATABASE_URL="postgresql://mara:secret@db.example/fifteen",
        FIFTEEN_DATA_DIR=str(tmp_path),
        PLAYBOOKS_DIR=str(tmp_path),
        FIFTEEN_SITE="harbour",
        FIFTEEN_HOST="localhost",
        FIFTEEN_PORT="0",
        FIFTEEN_LOG_LEVEL="debug",
        FIFTEEN_TICK_SECONDS="0.5",
        FIFTEEN_CLOCK_FACTOR="600",
    )
    assert read == Settings(
        database_url="postgresql://mara:secret@db.example/fifteen",
        data_dir=tmp_path,
        playbooks_dir=tmp_path,
        site="harbour",
        host="127.0.0.1",
        port=0,
        log_level="DEBUG",
        tick_seconds=0.5,
        clock_factor=600.0,
    )
    assert read.shelf == tmp_path / "shelf"


def test_empty_text_means_not_set() -> None:
    assert settings(FIFTEEN_PORT="", DATABASE_URL=" ") == settings()


def test_the_prefixed_name_of_a_plain_setting_is_accepted(tmp_path: Path) -> None:
    assert settings(FIFTEEN_PLAYBOOKS_DIR=str(tmp_path)).playbooks_dir == tmp_path


def test_the_older_name_of_postgresql_is_accepted() -> None:
    assert settings(DATABASE_URL="postgres://db/fifteen").database == "postgresql://db/fifteen"


def test_all_mistakes_come_in_one_message_with_what_to_write_instead() -> None:
    told = mistakes(
        FIFTEEN_PORT="eighty",
        FIFTEEN_HOST="0.0.0.0",  # noqa: S104 - the mistake under test
        FIFTEEN_LOG_LEVEL="loud",
        FIFTEEN_TICK_SECONDS="nan",
        PLAYBOOKS_DIR="/nowhere/at/all",
        FIFTEEN_PROT="80",
    )
    assert "6 mistakes" in told
    assert "FIFTEEN_PORT is “eighty” -> write a number from 0 to 65535" in told
    assert "FIFTEEN_HOST is “0.0.0.0” -> write 127.0.0.1" in told
    assert "FIFTEEN_LOG_LEVEL is “loud” -> write one of debug, info, warning, error" in told
    assert "FIFTEEN_TICK_SECONDS is “nan” -> write a number from 0.1 to 300" in told
    assert "PLAYBOOKS_DIR is “/nowhere/at/all” -> write the path of a folder that exists" in told
    assert "FIFTEEN_PROT is not a setting of Fifteen -> did you mean FIFTEEN_PORT?" in told
    assert ".env.example" in told


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("FIFTEEN_PORT", "65536"),
        ("FIFTEEN_PORT", "-1"),
        ("FIFTEEN_PORT", "\uff18\uff10"),
        ("FIFTEEN_HOST", "192.168.0.4"),
        ("FIFTEEN_HOST", "example.com"),
        ("FIFTEEN_SITE", "The Harbour"),
        ("FIFTEEN_TICK_SECONDS", "0"),
        ("FIFTEEN_CLOCK_FACTOR", "0.5"),
        ("FIFTEEN_CLOCK_FACTOR", "inf"),
        ("FIFTEEN_DATA_DIR", "data"),
        ("FIFTEEN_DATA_DIR", __file__),
        ("DATABASE_URL", "mysql://db/fifteen"),
        ("DATABASE_URL", "sqlite://"),
    ],
)
def test_a_value_that_cannot_be_right_stops_the_start(name: str, text: str) -> None:
    assert f"{name} is" in mistakes(**{name: text})


def test_a_strange_name_without_a_near_one_is_told_too() -> None:
    assert "FIFTEEN_XYZZY is not a setting" in mistakes(FIFTEEN_XYZZY="1")


def test_other_programs_variables_are_nobodys_business() -> None:
    assert settings(PLAYBOOK_DIR="/srv", DATABASE="x", PATH="/bin") == settings()


def test_two_names_of_one_setting_may_not_differ() -> None:
    told = mistakes(DATABASE_URL="sqlite:////a.db", FIFTEEN_DATABASE_URL="sqlite:////b.db")
    assert "DATABASE_URL and FIFTEEN_DATABASE_URL say two different things" in told


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "url"
    secret.write_text("postgresql://mara:pa55@db/fifteen\n")
    read = settings(DATABASE_URL_FILE=str(secret))
    assert read.database == "postgresql://mara:pa55@db/fifteen"


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe\x00"])
def test_a_secret_file_that_gives_nothing_is_a_mistake(
    tmp_path: Path, content: bytes | None
) -> None:
    secret = tmp_path / "url"
    if content is not None:
        secret.write_bytes(content)
    assert "DATABASE_URL_FILE names a" in mistakes(DATABASE_URL_FILE=str(secret))


def test_only_secrets_come_from_files() -> None:
    assert "FIFTEEN_PORT_FILE is not a setting" in mistakes(FIFTEEN_PORT_FILE="/run/port")


def test_a_mistake_never_shows_the_password() -> None:
    assert "hunter2" not in mistakes(DATABASE_URL="mysql://mara:hunter2@db/fifteen")


def test_the_dotenv_file_counts_below_the_environment(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text(
        "# ours\n\nexport FIFTEEN_PORT=9000  # the old one\nFIFTEEN_SITE='harbour'\nCOLOUR=red\n"
    )
    read = read_settings({"FIFTEEN_PORT": "9001"}, dotenv)
    assert (read.port, read.site) == (9001, "harbour")


def test_a_slip_in_the_dotenv_file_is_told_even_without_the_prefix(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text("PLAYBOOK_DIR=/srv/plays\nfifteen port 80\n")
    with pytest.raises(SettingsError) as raised:
        read_settings({}, dotenv)
    assert "PLAYBOOK_DIR is not a setting of Fifteen -> did you mean PLAYBOOKS_DIR?" in str(
        raised.value
    )
    assert ".env:2 is not NAME=value" in str(raised.value)


def test_the_example_names_every_setting_and_no_other() -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^# ([A-Z_]+)=", text, re.MULTILINE)) == sorted(setting_names())


def test_the_example_shows_the_true_defaults(tmp_path: Path) -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    dotenv = tmp_path / ".env"
    dotenv.write_text(re.sub(r"^# ([A-Z_]+=)", r"\1", text, flags=re.MULTILINE))
    assert read_settings({}, dotenv) == settings()


def test_the_operators_page_names_every_setting() -> None:
    page = (ROOT / "docs" / "operators.md").read_text(encoding="utf-8")
    assert [name for name in setting_names() if f"`{name}`" not in page] == []


def test_every_secret_has_a_file_name() -> None:
    assert "DATABASE_URL_FILE" in known_names()


BOT, APP, SIGNING = "xoxb-1-canary1234", "xapp-1-canary1234", "0123456789abcdef0123"
TELEGRAM, HOOK = "123456789:canary_canary_canary_canary_canary", "hook-secret-0123456789-canary"


def test_without_tokens_both_platforms_are_off() -> None:
    read = settings()
    assert (read.slack, read.telegram, read.on_platforms) == (None, None, False)


def test_tokens_turn_the_platforms_on() -> None:
    read = settings(SLACK_BOT_TOKEN=BOT, SLACK_APP_TOKEN=APP, TELEGRAM_BOT_TOKEN=TELEGRAM)
    assert read.slack
    assert (read.slack.bot_token, read.slack.app_token) == (BOT, APP)
    assert read.telegram
    assert (read.telegram.bot_token, read.telegram.webhook_url) == (TELEGRAM, "")
    assert read.on_platforms


def test_further_workspaces_come_from_a_file_a_line_each(tmp_path: Path) -> None:
    file = tmp_path / "tokens"
    file.write_text(f"T0ONE={BOT}\nT0TWO={BOT}2\n")
    read = settings(SLACK_BOT_TOKEN=BOT, SLACK_APP_TOKEN=APP, SLACK_BOT_TOKENS_FILE=str(file))
    assert read.slack
    assert read.slack.more == (("T0ONE", BOT), ("T0TWO", f"{BOT}2"))
    assert "canary" not in f"{read!r} {read.slack!r}"
    assert settings(
        SLACK_BOT_TOKEN=BOT, SLACK_APP_TOKEN=APP, SLACK_BOT_TOKENS=f"T0ONE={BOT}, T0TWO={BOT}2"
    ).slack_bot_tokens == (("T0ONE", BOT), ("T0TWO", f"{BOT}2"))


def test_who_comes_in_without_a_code_is_a_setting() -> None:
    read = settings(
        SLACK_BOT_TOKEN=BOT,
        SLACK_APP_TOKEN=APP,
        SLACK_ENROL_USERGROUP="S0604QSJC",
        SLACK_ENROL_WORKSPACE="TRUE",
    )
    assert read.slack
    assert (read.slack.enrol_usergroup, read.slack.enrol_workspace) == ("S0604QSJC", True)


def test_the_demo_talks_to_no_platform() -> None:
    read = settings(SLACK_BOT_TOKEN=BOT, SLACK_APP_TOKEN=APP, TELEGRAM_BOT_TOKEN=TELEGRAM)
    assert not replace(read, demo=True).on_platforms


def test_a_webhook_is_called_under_the_public_name() -> None:
    read = settings(
        TELEGRAM_BOT_TOKEN=TELEGRAM,
        TELEGRAM_WEBHOOK_SECRET=HOOK,
        FIFTEEN_PUBLIC_HOST="fifteen.example.com",
    )
    assert read.telegram
    assert read.telegram.webhook_url == "https://fifteen.example.com/telegram/webhook"


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        ({"SLACK_BOT_TOKEN": BOT}, "SLACK_APP_TOKEN too"),
        ({"SLACK_APP_TOKEN": APP}, "SLACK_BOT_TOKEN is missing"),
        ({"SLACK_BOT_TOKEN": BOT, "SLACK_SIGNING_SECRET": SIGNING}, "FIFTEEN_PUBLIC_HOST"),
        ({"TELEGRAM_WEBHOOK_SECRET": HOOK}, "TELEGRAM_BOT_TOKEN too"),
        (
            {"TELEGRAM_BOT_TOKEN": TELEGRAM, "TELEGRAM_WEBHOOK_SECRET": HOOK},
            "FIFTEEN_PUBLIC_HOST",
        ),
        ({"FIFTEEN_PUBLIC_HOST": "fifteen.example.com"}, "no platform calls"),
        ({"SLACK_BOT_TOKEN": APP}, "xoxb-"),
        ({"SLACK_APP_TOKEN": BOT}, "xapp-"),
        ({"SLACK_SIGNING_SECRET": "canary"}, "does not look like a token"),
        ({"TELEGRAM_BOT_TOKEN": "canary"}, "123456789:AA"),
        ({"TELEGRAM_WEBHOOK_SECRET": "canary too short"}, "is not a secret Telegram takes"),
        ({"SLACK_BOT_TOKENS": f"T0ONE={BOT}"}, "SLACK_BOT_TOKEN is missing"),
        ({"SLACK_ENROL_WORKSPACE": "true"}, "SLACK_BOT_TOKEN is missing"),
        ({"SLACK_BOT_TOKENS": BOT}, "T0123=xoxb-"),
        ({"SLACK_BOT_TOKENS": f"T0ONE={BOT},T0ONE={BOT}"}, "one twice"),
        ({"SLACK_BOT_TOKENS": f"T0ONE={APP}"}, "T0ONE=xoxb-"),
        ({"SLACK_ENROL_USERGROUP": "@desk"}, "S0604QSJC"),
        ({"SLACK_ENROL_WORKSPACE": "yes"}, "true or false"),
        ({"SLACK_API_URL": "http://slack.example.com/api/"}, "https://"),
        ({"TELEGRAM_BASE_URL": "https://a:b@api.example.com/bot"}, "https://"),
        ({"TELEGRAM_BASE_FILE_URL": "file:///etc/passwd"}, "https://"),
        ({"FIFTEEN_PUBLIC_HOST": "https://fifteen.example.com/"}, "a host name such as"),
    ],
)
def test_half_a_platform_and_wrong_tokens_are_told_without_showing_them(
    environ: dict[str, str], told: str
) -> None:
    said = mistakes(**environ)
    assert told in said
    assert "canary" not in said


def test_a_server_on_this_machine_may_stand_in_for_a_platform() -> None:
    assert settings(SLACK_API_URL="http://127.0.0.1:9/api/").slack_api_url.endswith(":9/api/")


def test_settings_shown_show_no_token() -> None:
    read = settings(SLACK_BOT_TOKEN=BOT, SLACK_APP_TOKEN=APP, TELEGRAM_BOT_TOKEN=TELEGRAM)
    assert "canary" not in f"{read!r} {read.slack!r} {read.telegram!r}"


def test_tokens_may_come_from_files(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(f"{TELEGRAM}\n")
    assert settings(TELEGRAM_BOT_TOKEN_FILE=str(file)).telegram_bot_token == TELEGRAM
