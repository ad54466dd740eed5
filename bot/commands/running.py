"""``fifteen run`` and ``fifteen demo``: start, say where, and stop in peace."""

import asyncio
import contextlib
import errno
import gc
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.clock import Clock, FastClock, SystemClock
from bot.commands.words import CommandError, say, tell
from bot.settings import Settings, read_settings

if TYPE_CHECKING:
    from bot.app import App


FIRST: Final = (
    "Nobody is admin yet. Send this code to Fifteen in a private chat; it is good once, for seven "
    "days or until the next start: {code}\n"
)


def run_app() -> None:
    """Runs until Ctrl-C or a signal.

    Raises:
        CommandError: the port is taken.
        StorageError: the database cannot be used.
    """
    from bot.app import build

    settings = read_settings()
    _keep_secrets(settings)
    clock: Clock = SystemClock()
    _serve(build(settings, clock), "Fifteen is ready:")


def run_demo() -> None:
    """Runs on made-up activity, made anew at each start in a database of its own; time runs fast.

    Raises:
        CommandError: the port is taken.
        StorageError: another demo is running.
    """
    from bot.app import build
    from bot.commands.library import open_library
    from bot.demo import afternoon, seed

    settings = replace(read_settings(), demo=True, playbooks_dir=None, site="")
    _keep_secrets(settings)
    forget_last_demo(settings)
    # The weeks are lived up to the clock's own start, and it starts when they are done.
    now = afternoon(datetime.now(UTC).replace(microsecond=0), open_library(settings))
    tell("Making up three weeks of an invented hotel ...")
    app = build(settings, FastClock(now, settings.clock_factor))
    engine = app.playbooks.current()
    lines = app.store.call(lambda book: seed(book, engine, now))
    pace = f"an hour passes in {3600 / settings.clock_factor:.0f} s"
    _serve(app, f"Demo data only ({lines} invented lines, {pace}). Fifteen is ready:")


def forget_last_demo(settings: Settings) -> None:
    """Removes the demo's database, and never one that is in use or not the demo's.

    Raises:
        StorageError: another demo is running on it.
    """
    from storage.engine import database
    from storage.sqlite import SqliteFile

    found = database(settings.database)
    if not (settings.demo and isinstance(found, SqliteFile)):
        raise ValueError("only a demo's database is made anew")
    found.claim()
    try:
        for ending in ("", "-wal", "-shm"):
            Path(f"{found.path}{ending}").unlink(missing_ok=True)
    finally:
        found.release()


def _keep_secrets(settings: Settings) -> None:
    """From here on nothing secret reaches a log."""
    from bot.redact import start_logging

    secrets = [
        settings.slack_bot_token,
        *(token for _, token in settings.slack_bot_tokens),
        settings.slack_app_token,
        settings.slack_signing_secret,
        settings.telegram_bot_token,
        settings.telegram_webhook_secret,
    ]
    if settings.database_url:
        from urllib.parse import urlsplit

        secrets.append(urlsplit(settings.database_url).password or "")
    start_logging(settings.log_level, secrets)


def _ready(greeting: str, address: str) -> None:
    """Says where, and looks for garbage from now on, but never among what the start has made."""
    gc.freeze()
    gc.enable()
    say(f"{greeting} {address}")


def _serve(app: "App", greeting: str) -> None:
    """Serves until told to stop; one line says where.

    Raises:
        CommandError: the port is taken.
    """
    settings = app.settings
    code = app.first_code()
    if code:
        greeting = FIRST.format(code=code) + greeting
    try:
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(app.serve(lambda address: _ready(greeting, address)))
    except OSError as error:
        app.store.close()
        if error.errno not in {errno.EADDRINUSE, errno.EACCES}:
            raise
        taken = error.errno == errno.EADDRINUSE
        raise CommandError(
            f"Port {settings.port} is {'taken' if taken else 'not ours to use'}.",
            "Perhaps Fifteen is running already." if taken else "It is kept for the system.",
            "Stop the other program, or set FIFTEEN_PORT to another number (0 takes any free one).",
        ) from None
