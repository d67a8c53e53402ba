"""The command line: parses what was typed, calls the library, prints the answer."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from search.cli.environment import Environment, ExitStatus

TRACEBACK_VARIABLE = "WHODEX_TRACEBACK"


def main() -> None:
    """Run the command of this process, and end the process with its status."""
    sys.exit(run(sys.argv[1:], Environment.of_process()))


def run(arguments: Sequence[str], environment: Environment) -> int:
    """Run a command; the one place where errors become messages and exit codes."""
    import typer

    from index.errors import WhodexError
    from search.cli.actions import Action
    from search.cli.app import app

    try:
        action = app(list(arguments), prog_name="whodex", standalone_mode=False)
        status = action.run(environment) if isinstance(action, Action) else ExitStatus.FOUND
        environment.stdout.flush()
    except typer.TyperException as error:
        environment.warn(f"{error.format_message()}")
        print("Try: whodex --help", file=environment.stderr)
        return ExitStatus.ERROR
    except WhodexError as error:
        environment.warn(str(error))
        return ExitStatus.ERROR
    except (KeyboardInterrupt, typer.Abort):
        return ExitStatus.INTERRUPTED
    except BrokenPipeError:
        _forget_pipe()
        return ExitStatus.FOUND
    except Exception as error:
        if environment.variables.get(TRACEBACK_VARIABLE):
            raise
        environment.warn(
            f"a defect in whodex ({type(error).__name__}: {error}).\n"
            f"Please report it, with what {TRACEBACK_VARIABLE}=1 shows."
        )
        return ExitStatus.ERROR
    return status


def _forget_pipe() -> None:
    """Keep Python from complaining, at its end, of the pipe that the reader has closed."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
