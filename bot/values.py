"""What a setting's text may be: each function returns the value, or raises a ``Mistake``."""

import math
import re
from collections.abc import Callable
from pathlib import Path


class Mistake(Exception):  # noqa: N818 - it is a person's mistake, told as one
    """One wrong setting: ``name`` has ``what`` wrong with it; write ``instead``."""

    def __init__(self, name: str, what: str, instead: str, *, ask: bool = False) -> None:
        super().__init__(name, what, instead)
        self.name = name
        self.what = what
        self.instead = instead
        self._ask = ask

    def __str__(self) -> str:
        hint = self.instead if self._ask else f"write {self.instead}"
        return f"{self.name} {self.what} -> {hint}"


def _wrong(text: str, instead: str) -> Mistake:
    return Mistake("", f"is “{text}”", instead)


def database_url(text: str) -> str:
    """A database's address. The message never repeats the text: it may hold a password."""
    from urllib.parse import urlsplit

    parts = urlsplit(text)
    kind = parts.scheme.partition("+")[0]
    if kind == "sqlite" and parts.path.strip("/"):
        return text
    if kind in {"postgresql", "postgres"} and parts.path.strip("/"):
        return "postgresql" + text.removeprefix(parts.scheme)
    raise Mistake(
        "",
        "is not the address of a database we know",
        "sqlite:////var/lib/fifteen/fifteen.db or postgresql://user:password@host/name",
    )


def folder(text: str) -> Path:
    """A folder that is there."""
    path = Path(text).expanduser()
    if not path.is_dir():
        raise _wrong(text, "the path of a folder that exists")
    return path


def writable_folder(text: str) -> Path:
    """A folder that is there, or can be made: nothing but a folder may stand in its place."""
    path = Path(text).expanduser()
    if not path.is_absolute():
        raise _wrong(text, f"a path from the root, such as /var/lib/fifteen, not {text}")
    if path.exists() and not path.is_dir():
        raise _wrong(text, "the path of a folder; this is a file")
    return path


def host(text: str) -> str:
    """A loopback address: the local page asks nobody for a password."""
    import ipaddress

    name = "127.0.0.1" if text == "localhost" else text
    try:
        if ipaddress.ip_address(name).is_loopback:
            return name
    except ValueError:
        pass
    raise _wrong(text, "127.0.0.1: the page on this machine asks for no password")


def port(text: str) -> int:
    """A TCP port."""
    if text.isascii() and text.isdecimal() and int(text) <= 65_535:
        return int(text)
    raise _wrong(text, "a number from 0 to 65535, such as 8015")


def secret(least: int) -> Callable[[str], str]:
    """A token of at least ``least`` characters on one line. The message never repeats it."""

    def told(text: str) -> str:
        if len(text) >= least and text.isascii() and text.isprintable() and " " not in text:
            return text
        raise Mistake("", "does not look like a token", "it as the platform shows it, on one line")

    return told


def token(begins: str, such_as: str) -> Callable[[str], str]:
    """A token that begins in a known way. The message never repeats it."""

    def told(text: str) -> str:
        if re.fullmatch(begins + r"[\w-]{8,}", text, re.ASCII):
            return text
        raise Mistake("", "is not a token of that kind", f"the one that looks like {such_as}")

    return told


def team_tokens(text: str) -> tuple[tuple[str, str], ...]:
    """Tokens of several workspaces, a line or a comma each: ``T0123=xoxb-…``. The message never
    repeats one."""
    found: dict[str, str] = {}
    for entry in text.replace(",", "\n").split():
        team, _, given = entry.partition("=")
        if not re.fullmatch(r"T[A-Z0-9]{2,}", team) or team in found:
            raise Mistake("", "names no workspace, or one twice", "T0123=xoxb-…, a line for each")
        found[team] = token("xoxb-", f"{team}=xoxb-…")(given)
    return tuple(found.items())


def user_group(text: str) -> str:
    """The id of a user group in Slack."""
    if re.fullmatch(r"S[A-Z0-9]{2,}", text):
        return text
    raise _wrong(text, "the id of a user group, such as S0604QSJC: not its name")


def yes_or_no(text: str) -> bool:
    """``true`` or ``false``."""
    if text.lower() in {"true", "false"}:
        return text.lower() == "true"
    raise _wrong(text, "true or false")


def webhook_secret(text: str) -> str:
    """What Telegram sends along with each update: its own alphabet, and long enough not to be
    guessed. The message never repeats it."""
    if re.fullmatch(r"[A-Za-z0-9_-]{24,256}", text):
        return text
    raise Mistake(
        "", "is not a secret Telegram takes", "24 to 256 letters, digits, _ or - of your own"
    )


def web_address(text: str) -> str:
    """The address of an API: ``https``, or ``http`` on this machine alone, without a query."""
    from urllib.parse import urlsplit

    parts = urlsplit(text)
    near = parts.hostname in {"127.0.0.1", "localhost", "::1"}
    sound = parts.hostname and not (parts.query or parts.fragment or parts.username)
    if sound and (parts.scheme == "https" or (parts.scheme == "http" and near)):
        return text
    raise Mistake("", "is not an address tokens may be sent to", "https://…, without a query")


def public_host(text: str) -> str:
    """A host name as the platforms call it, without ``https://`` and without a path."""
    if re.fullmatch(r"(?=.{4,253}$)([a-z0-9-]{1,63}\.)+[a-z][a-z0-9-]{1,62}", text):
        return text
    raise _wrong(text, "a host name such as fifteen.example.com, small letters, nothing around it")


def site_id(text: str) -> str:
    """The id of a site, as written in ``_house.yaml``."""
    if re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,63}", text):
        return text
    raise _wrong(text, "the id of a site, such as hotel: small letters, digits, _ and -")


def level(text: str) -> str:
    """How much is logged."""
    if text.upper() in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        return text.upper()
    raise _wrong(text, "one of debug, info, warning, error")


def seconds(text: str) -> float:
    """A stretch of time in seconds, 0.1 to 300."""
    return _number(text, 0.1, 300, "5")


def days(text: str) -> int:
    """A number of days, 0 to 36,500."""
    return int(_number(text, 0, 36_500, "365"))


def factor(text: str) -> float:
    """How many times as fast a clock runs, 1 to 100,000."""
    return _number(text, 1, 100_000, "60")


def _number(text: str, least: float, most: float, such_as: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if least <= number <= most:
        return number
    raise _wrong(text, f"a number from {least:g} to {most:g}, such as {such_as}")
