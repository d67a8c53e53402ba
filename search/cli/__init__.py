"""The command line: parses what was typed, calls the library, prints the answer."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType

from search.cli.environment import Environment, ExitStatus

TRACEBACK_VARIABLE = "WHODEX_TRACEBACK"
INTERRUPTIONS = ("SIGINT", "SIGTERM", "SIGHUP")


def main() -> None:
    """Run the command of this process, and end the process with its status."""
    for name in INTERRUPTIONS:
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _interrupt)
    sys.exit(run(sys.argv[1:], Environment.of_process()))


def run(arguments: Sequence[str], environment: Environment) -> int:
    """Run a command; the one place where errors become messages and exit codes."""
    from index.errors import WhodexError

    try:
        status = _run(arguments, environment)
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


def _run(arguments: Sequence[str], environment: Environment) -> int:
    import typer

    from index.errors import WhodexError
    from search.cli.actions import Action
    from search.cli.app import app, refuse_joined

    try:
        refuse_joined(arguments)
        action = app(list(arguments), prog_name="whodex", standalone_mode=False)
    except typer.TyperException as error:
        raise WhodexError(error.format_message(), hint="Try: whodex --help") from error
    except typer.Abort as error:
        raise KeyboardInterrupt from error
    return action.run(environment) if isinstance(action, Action) else ExitStatus.FOUND


def _interrupt(number: int, frame: FrameType | None) -> None:
    """Unwind the command, so that it leaves the index as it was.

    What is still being imported may swallow an exception: then nothing is there to unwind.
    """
    if "search.cli.app" not in sys.modules or not hasattr(sys.modules["search.cli.app"], "alias"):
        os._exit(ExitStatus.INTERRUPTED)
    raise KeyboardInterrupt


def _forget_output() -> None:
    """Keep Python from complaining, at its end, of an output that cannot be written."""
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
