"""Settings from the environment: strict, few, and every mistake told in one message.

A plain dataclass and not pydantic-settings: importing that costs every start 0.2 s and 25 MiB. What
counts is kept: unknown names are mistakes, values are never guessed, secrets may come from files.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, Literal, cast

from bot.access import SLACK_PATH, TELEGRAM_PATH, SlackSettings, TelegramSettings
from bot.values import (
    Mistake,
    database_url,
    days,
    factor,
    folder,
    host,
    level,
    port,
    public_host,
    seconds,
    secret,
    site_id,
    team_tokens,
    token,
    user_group,
    web_address,
    webhook_secret,
    writable_folder,
    yes_or_no,
)

__all__ = [
    "SLACK_PATH",
    "TELEGRAM_PATH",
    "Settings",
    "SettingsError",
    "SlackSettings",
    "TelegramSettings",
]

LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]
PREFIX: Final = "FIFTEEN_"
EXAMPLE: Final = ".env.example"


class SettingsError(Exception):
    """The settings hold mistakes; the message lists all of them and what to write instead."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        count = "one mistake" if len(mistakes) == 1 else f"{len(mistakes)} mistakes"
        lines = [f"Fifteen did not start: {count} in its settings."]
        lines += [f"  {mistake}" for mistake in mistakes]
        lines.append(f"Every setting is explained in {EXAMPLE} and in docs/operators.md.")
        super().__init__("\n".join(lines))
        self.mistakes = mistakes


BESIDE: Final = ("app_token", "signing_secret", "bot_tokens", "enrol_usergroup", "enrol_workspace")
"""Settings of Slack that are of no use without the bot's token."""
Told = dict[str, Any]


def _told(parse: Callable[[str], object], *names: str, secret: bool = False) -> Told:
    """What a field is read from: the variables ``names``, a secret also from ``NAME_FILE``."""
    return {"parse": parse, "names": names, "secret": secret}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All that an operator may set. Empty text means: not set, the default holds."""

    database_url: str = field(
        default="",
        metadata=_told(database_url, "DATABASE_URL", "FIFTEEN_DATABASE_URL", secret=True),
    )
    """``sqlite:///...`` or ``postgresql://...``; empty: ``fifteen.db`` in the data directory."""
    data_dir: Path | None = field(default=None, metadata=_told(writable_folder, "FIFTEEN_DATA_DIR"))
    """Where the database lives; None: the user's own data directory."""
    playbooks_dir: Path | None = field(
        default=None, metadata=_told(folder, "PLAYBOOKS_DIR", "FIFTEEN_PLAYBOOKS_DIR")
    )
    """The trainers' own plays, laid over the built-in ones."""
    site: str = field(default="", metadata=_told(site_id, "FIFTEEN_SITE"))
    """The site a newcomer starts at; empty: the first one of ``_house.yaml``."""
    host: str = field(default="127.0.0.1", metadata=_told(host, "FIFTEEN_HOST"))
    """A loopback address: whoever reaches the local page may choose who they are."""
    port: int = field(default=8015, metadata=_told(port, "FIFTEEN_PORT"))
    """0 to 65535; 0 takes any free one."""
    log_level: LogLevel = field(default="WARNING", metadata=_told(level, "FIFTEEN_LOG_LEVEL"))
    """How much is written to standard error."""
    tick_seconds: float = field(default=5.0, metadata=_told(seconds, "FIFTEEN_TICK_SECONDS"))
    """How often due follow-ups are looked for, in seconds, 0.1 to 300."""
    clock_factor: float = field(default=60.0, metadata=_told(factor, "FIFTEEN_CLOCK_FACTOR"))
    """How many times as fast the demo's clock runs, 1 to 100,000; a real run keeps real time."""
    keep_cards_days: int = field(default=365, metadata=_told(days, "FIFTEEN_KEEP_CARDS_DAYS"))
    """How long cards and the lines typed to them are kept, in days; 0: for ever."""
    public_host: str = field(default="", metadata=_told(public_host, "FIFTEEN_PUBLIC_HOST"))
    """The name platforms call; set, the page in the browser is off and only their routes answer."""
    slack_bot_token: str = field(
        default="",
        repr=False,
        metadata=_told(token("xoxb-", "xoxb-…"), "SLACK_BOT_TOKEN", secret=True),
    )
    """Turns Slack on."""
    slack_app_token: str = field(
        default="",
        repr=False,
        metadata=_told(token("xapp-", "xapp-…"), "SLACK_APP_TOKEN", secret=True),
    )
    """Socket Mode: no public address is needed."""
    slack_signing_secret: str = field(
        default="", repr=False, metadata=_told(secret(16), "SLACK_SIGNING_SECRET", secret=True)
    )
    """HTTP events, where there is no app token."""
    slack_bot_tokens: tuple[tuple[str, str], ...] = field(
        default=(), repr=False, metadata=_told(team_tokens, "SLACK_BOT_TOKENS", secret=True)
    )
    """Further workspaces."""
    slack_enrol_usergroup: str = field(
        default="", metadata=_told(user_group, "SLACK_ENROL_USERGROUP")
    )
    slack_enrol_workspace: bool = field(
        default=False, metadata=_told(yes_or_no, "SLACK_ENROL_WORKSPACE")
    )
    slack_api_url: str = field(
        default="https://slack.com/api/", metadata=_told(web_address, "SLACK_API_URL")
    )
    telegram_bot_token: str = field(
        default="",
        repr=False,
        metadata=_told(token(r"\d{6,}:", "123456789:AA…"), "TELEGRAM_BOT_TOKEN", secret=True),
    )
    """Turns Telegram on."""
    telegram_webhook_secret: str = field(
        default="",
        repr=False,
        metadata=_told(webhook_secret, "TELEGRAM_WEBHOOK_SECRET", secret=True),
    )
    """Webhook in place of long polling; needs the public host."""
    telegram_base_url: str = field(
        default="https://api.telegram.org/bot", metadata=_told(web_address, "TELEGRAM_BASE_URL")
    )
    telegram_base_file_url: str = field(
        default="https://api.telegram.org/file/bot",
        metadata=_told(web_address, "TELEGRAM_BASE_FILE_URL"),
    )
    demo: bool = False
    """True in ``fifteen demo`` only: no variable sets it."""

    @property
    def data_folder(self) -> Path:
        """Where the database lives, whether or not it exists yet."""
        return self.data_dir or user_folder(os.environ, "XDG_DATA_HOME", ".local/share")

    @property
    def shelf(self) -> Path:
        """Where plays already understood are kept, so that the next start is quick. A cache."""
        if self.data_dir:
            return self.data_dir / "shelf"
        return user_folder(os.environ, "XDG_CACHE_HOME", ".cache")

    @property
    def keep_cards(self) -> timedelta | None:
        """How long cards are kept; None: for ever."""
        return timedelta(days=self.keep_cards_days) if self.keep_cards_days else None

    @property
    def slack(self) -> SlackSettings | None:
        """Slack's part; None where it is off, and always in the demo."""
        if self.demo or not self.slack_bot_token:
            return None
        return SlackSettings(
            bot_token=self.slack_bot_token,
            app_token=self.slack_app_token,
            signing_secret=self.slack_signing_secret,
            api_url=self.slack_api_url,
            more=self.slack_bot_tokens,
            enrol_usergroup=self.slack_enrol_usergroup,
            enrol_workspace=self.slack_enrol_workspace,
        )

    @property
    def telegram(self) -> TelegramSettings | None:
        """Telegram's part; None where it is off, and always in the demo."""
        if self.demo or not self.telegram_bot_token:
            return None
        hook = f"https://{self.public_host}{TELEGRAM_PATH}" if self.telegram_webhook_secret else ""
        return TelegramSettings(
            bot_token=self.telegram_bot_token,
            webhook_secret=self.telegram_webhook_secret,
            webhook_url=hook,
            base_url=self.telegram_base_url,
            base_file_url=self.telegram_base_file_url,
        )

    @property
    def on_platforms(self) -> bool:
        """Whether Slack or Telegram is on: then nobody may do anything until enrolled."""
        return self.slack is not None or self.telegram is not None

    @property
    def database(self) -> str:
        """The URL of the database in use. The demo has its own, whatever is set."""
        if self.demo:
            return f"sqlite:///{self.data_folder / 'demo.db'}"
        return self.database_url or f"sqlite:///{self.data_folder / 'fifteen.db'}"


def user_folder(environ: Mapping[str, str], variable: str, otherwise: str) -> Path:
    """Fifteen's own folder where desktops agree on: below ``$XDG_DATA_HOME`` or its default."""
    base = Path(environ.get(variable, ""))
    home = Path(environ["HOME"]) if environ.get("HOME") else Path.home()
    return (base if base.is_absolute() else home / otherwise) / "fifteen"


def read_settings(
    environ: Mapping[str, str] | None = None, dotenv: Path | None = Path(".env")
) -> Settings:
    """Settings from the environment, and below it from a ``.env`` file in the working directory.

    Raises:
        SettingsError: with every mistake at once.
    """
    environ = os.environ if environ is None else environ
    written, mistakes = _dotenv(dotenv)
    mistakes += _strangers(environ, near=False)
    mistakes += _strangers(written, near=True)
    found: dict[str, object] = {}
    for name, value, mistake in _values({**written, **environ}):
        if mistake:
            mistakes.append(mistake)
        else:
            found[name] = value
    if mistakes:
        raise SettingsError(tuple(mistakes))
    read = Settings(**cast("dict[str, Any]", found))
    if lacking := _lacking(read):
        raise SettingsError(lacking)
    return read


def _lacking(read: Settings) -> tuple[Mistake, ...]:
    """What is set and of no use without something else: half a set-up would fail in silence."""
    slack, public = read.slack_bot_token, read.public_host
    ways = (
        (
            public and not (slack or read.telegram_bot_token),
            Mistake("FIFTEEN_PUBLIC_HOST", "is set and no platform calls", "a token, or remove it"),
        ),
        (
            slack and not (read.slack_app_token or read.slack_signing_secret),
            Mistake("SLACK_BOT_TOKEN", "is set alone", "SLACK_APP_TOKEN too: it opens Socket Mode"),
        ),
        (
            not slack and any(getattr(read, f"slack_{name}") for name in BESIDE),
            Mistake("SLACK_BOT_TOKEN", "is missing beside Slack's other settings", "it too"),
        ),
        (
            slack and not read.slack_app_token and read.slack_signing_secret and not public,
            Mistake("SLACK_SIGNING_SECRET", "is of no use without FIFTEEN_PUBLIC_HOST", "it too"),
        ),
        (
            read.telegram_webhook_secret and not read.telegram_bot_token,
            Mistake("TELEGRAM_WEBHOOK_SECRET", "is set alone", "TELEGRAM_BOT_TOKEN too"),
        ),
        (
            read.telegram_webhook_secret and not public,
            Mistake(
                "TELEGRAM_WEBHOOK_SECRET", "is of no use without FIFTEEN_PUBLIC_HOST", "it too"
            ),
        ),
    )
    return tuple(mistake for wrong, mistake in ways if wrong)


def setting_names() -> tuple[str, ...]:
    """The names of all variables, the first name of each setting, in the order of the class."""
    return tuple(told["names"][0] for told in _fields().values())


def known_names() -> frozenset[str]:
    """Every name that is accepted: also other names of a setting, and the ``_FILE`` ones."""
    known: set[str] = set()
    for told in _fields().values():
        known.update(told["names"])
        known.update(f"{name}_FILE" for name in told["names"] if told["secret"])
    return frozenset(known)


def _fields() -> dict[str, Told]:
    return {each.name: dict(each.metadata) for each in fields(Settings) if each.metadata}


def _values(given: Mapping[str, str]) -> Iterator[tuple[str, object, Mistake | None]]:
    """Each setting that was given: its name in the class, its value, or what is wrong with it."""
    for name, told in _fields().items():
        try:
            found = _given(told["names"], given, secret=told["secret"])
            if found:
                yield name, _parsed(told["parse"], *found), None
        except Mistake as mistake:
            yield name, None, mistake


def _given(
    names: tuple[str, ...], given: Mapping[str, str], *, secret: bool
) -> tuple[str, str] | None:
    """The variable that sets it and its text; two that differ are a mistake, none is None."""
    found = [(name, given[name].strip()) for name in names if given.get(name, "").strip()]
    if secret:
        files = [f"{name}_FILE" for name in names]
        found += [(name, _secret(name, given[name])) for name in files if given.get(name)]
    if len({text for _, text in found}) > 1:
        both = " and ".join(name for name, _ in found)
        raise Mistake(both, "say two different things", f"keep {found[0][0]} and remove the other")
    return found[0] if found else None


def _secret(name: str, path: str) -> str:
    try:
        text = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not text"
        raise Mistake(name, f"names a file that cannot be read: {why}", "a readable file") from None
    if not text:
        raise Mistake(name, "names an empty file", "a file that holds the secret on one line")
    return text


def _parsed(parse: Callable[[str], object], name: str, text: str) -> object:
    try:
        return parse(text)
    except Mistake as mistake:
        mistake.name = name
        raise


def _strangers(given: Mapping[str, str], *, near: bool) -> list[Mistake]:
    """Names that look like ours and are not: a typing slip must not pass for a default.

    ``near`` also counts a name without our prefix that is all but one of ours: right for the
    ``.env`` file, wrong for an environment that others write into.
    """
    known = known_names()
    unknown = [name for name in sorted(set(given) - known) if near or name.startswith(PREFIX)]
    if not unknown:
        return []
    import difflib

    mistakes = []
    for name in unknown:
        close = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.8)
        if name.startswith(PREFIX) or close:
            hint = f"did you mean {close[0]}?" if close else f"remove it, or see {EXAMPLE}"
            mistakes.append(Mistake(name, "is not a setting of Fifteen", hint, ask=True))
    return mistakes


def _dotenv(path: Path | None) -> tuple[dict[str, str], list[Mistake]]:
    """The variables of a ``.env`` file: ``NAME=value`` lines, ``#`` remarks, optional quotes."""
    if path is None or not path.is_file():
        return {}, []
    written: dict[str, str] = {}
    mistakes = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        name, equals, value = line.strip().removeprefix("export ").partition("=")
        if not name or name.startswith("#"):
            continue
        if not equals or not name.strip().isidentifier():
            mistakes.append(Mistake(f"{path.name}:{number}", "is not NAME=value", "NAME=value"))
            continue
        written[name.strip()] = _unquoted(value.strip())
    return written, mistakes


def _unquoted(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
        return value[1:-1]
    return value.split(" #", maxsplit=1)[0].strip()
