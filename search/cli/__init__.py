"""The command line: parses what was typed, calls the library, prints the answer."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
from collections.abc import Callable, Sequence
from types import FrameType
from typing import TYPE_CHECKING

from index.threads import keep_to_one_thread
from search.cli.environment import Environment, ExitStatus

if TYPE_CHECKING:
    from search.cli.action import Action

TRACEBACK_VARIABLE = "WHODEX_TRACEBACK"
# New objects after which Python looks for garbage. What a command loads is none: to look through it
# after every 700, as Python does by itself, takes a twentieth of a search.
GARBAGE_THRESHOLD = 50_000

INTERRUPTIONS = ("SIGINT", "SIGTERM", "SIGHUP")


def main() -> None:
    """Run the command of this process, and end the process with its status."""
    # Imports and parsers swallow exceptions at times; until there is something to unwind, an
    # interruption just ends the process.
    _on_interruption(lambda number, frame: os._exit(ExitStatus.INTERRUPTED))
    keep_to_one_thread()
    gc.set_threshold(GARBAGE_THRESHOLD)
    sys.exit(run(sys.argv[1:], Environment.of_process(), begin=_unwind_on_interruption))


def run(
    arguments: Sequence[str], environment: Environment, *, begin: Callable[[], None] | None = None
) -> int:
    """Run a command; the one place where errors become messages and exit codes.

    `begin` is called when the command has been read and begins its work.
    """
    from index.errors import WhodexError

    try:
        action = _parsed(arguments)
        if begin:
            begin()
        status = action.run(environment) if action else ExitStatus.FOUND
        environment.stdout.flush()
    except WhodexError as error:
        environment.warn(str(error))
        return ExitStatus.ERROR
    except KeyboardInterrupt:
        environment.warn("interrupted; nothing was changed.")
        return ExitStatus.INTERRUPTED
    except BrokenPipeError:
        _forget_output()
        return ExitStatus.FOUND
    except OSError as error:
        _forget_output()
        place = f"{error.filename}: " if error.filename else ""
        environment.warn(f"{place}{error.strerror or error}.")
        return ExitStatus.ERROR
    except Exception as error:
        if environment.variables.get(TRACEBACK_VARIABLE):
            raise
        environment.warn(
            f"a defect in whodex ({type(error).__name__}: {error}).\n"
            f"Please report it, with what {TRACEBACK_VARIABLE}=1 shows."
        )
        return ExitStatus.ERROR
    return status


def _parsed(arguments: Sequence[str]) -> Action | None:
    """Return what the arguments ask for; None where Typer has answered them, as it does --help."""
    import typer

    from index.errors import WhodexError
    from search.cli.action import Action
    from search.cli.app import app_of, refuse_joined

    try:
        refuse_joined(arguments)
        action = app_of(arguments)(list(arguments), prog_name="whodex", standalone_mode=False)
    except typer.TyperException as error:
        raise WhodexError(error.format_message(), hint="Try: whodex --help") from error
    except typer.Abort as error:
        raise KeyboardInterrupt from error
    return action if isinstance(action, Action) else None


def _on_interruption(handler: Callable[[int, FrameType | None], object]) -> None:
    for name in INTERRUPTIONS:
        if hasattr(signal, name):  # Windows has no SIGHUP
            signal.signal(getattr(signal, name), handler)


def _unwind_on_interruption() -> None:
    """Let an interruption unwind the command, so that it leaves the index as it was."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    _on_interruption(interrupt)


def _forget_output() -> None:
    """Keep Python from complaining, at its end, of an output that cannot be written."""
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
