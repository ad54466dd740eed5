"""The command ``fifteen``, also ``python -m bot``: runs it, tells mistakes in plain words."""

import gc
import sys


def main() -> None:
    """Runs the command; a person's mistake is told in plain words, without a traceback."""
    # A start makes many objects and drops few: looking for garbage meanwhile costs it a tenth.
    gc.disable()
    from bot.commands.words import CommandError, give_up
    from bot.settings import SettingsError
    from storage.errors import StorageError

    try:
        _obey()
    except SettingsError as error:
        give_up(CommandError(str(error), code=2))
    except CommandError as error:
        give_up(error)
    except StorageError as error:
        give_up(CommandError(str(error)))
    except BrokenPipeError:
        # The reader has left, as `fifteen read --out - | head` does: no mistake of anybody.
        sys.stderr.close()


def _obey() -> None:
    """The plain start goes past the command line's own machinery, which it would wait 80 ms for."""
    if sys.argv[1:] == ["run"]:
        from bot.commands.running import run_app

        run_app()
        return
    gc.enable()
    from bot.commands.line import app

    app()


if __name__ == "__main__":
    main()
