"""Where text for a person goes: a terminal, through Rich; or a pipe, where Rich is not needed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, Protocol, Self, TextIO

if TYPE_CHECKING:
    from rich.console import Console

# What is to be done with a line that is wider than a terminal; in a pipe, a line stays a line.
Fit = Literal["wrap", "run on", "crop"]

WIDTH_OF_RULE = 80


class Text:
    """A text whose stretches have styles, as Rich names them."""

    def __init__(self, plain: str = "", style: str = "") -> None:
        self.plain = plain
        self.style = style
        self.spans: list[tuple[int, int, str]] = []

    def append(self, plain: str, style: str = "") -> Self:
        """Put more behind the text."""
        self.stylize(style, len(self.plain), len(self.plain) + len(plain))
        self.plain += plain
        return self

    def stylize(self, style: str, start: int, end: int) -> None:
        """Give the characters [start, end) a style."""
        if style:
            self.spans.append((start, end, style))


class Screen(Protocol):
    """What text is printed on."""

    def print(self, text: Text | None = None, *, indent: int = 0, fit: Fit = "wrap") -> None:
        """Print a text, or an empty line."""

    def rule(self) -> None:
        """Print a line that parts what is above from what is below."""


class Pipe:
    """A stream that nobody looks at."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def print(self, text: Text | None = None, *, indent: int = 0, fit: Fit = "wrap") -> None:
        """Print a text as it is."""
        self._stream.write(f"{' ' * indent if text else ''}{text.plain if text else ''}\n")

    def rule(self) -> None:
        """Print a line of dashes."""
        self._stream.write("─" * WIDTH_OF_RULE + "\n")


class Terminal:
    """A Rich console."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def print(self, text: Text | None = None, *, indent: int = 0, fit: Fit = "wrap") -> None:
        """Print a text in its styles."""
        from rich.padding import Padding
        from rich.text import Text as RichText

        if text is None:
            self._console.print()
            return
        rich = RichText(text.plain, style=text.style)
        for start, end, style in text.spans:
            rich.stylize(style, start, end)
        if fit == "crop":
            self._console.print(rich, no_wrap=True, overflow="crop")
        elif indent:
            self._console.print(Padding(rich, (0, 0, 0, indent)))
        else:
            self._console.print(rich, soft_wrap=fit == "run on")

    def rule(self) -> None:
        """Print a line as wide as the terminal."""
        self._console.rule(style="dim")


def is_terminal(stream: TextIO, variables: Mapping[str, str]) -> bool:
    """Say whether a person looks at a stream; the variables are those that Rich knows."""
    compatible = variables.get("TTY_COMPATIBLE", "")
    if compatible in ("0", "1"):
        return compatible == "1"
    return bool(variables.get("FORCE_COLOR")) or stream.isatty()
