"""The errors that a user can act on."""

from __future__ import annotations


class WhodexError(Exception):
    """Something the user can mend: says what went wrong, and what to try.

    The command line prints it on stderr and exits with code 2; any other exception is a defect.
    """

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message
