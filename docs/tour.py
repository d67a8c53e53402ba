"""Draw docs/tour.svg: what the commands of a first tour print on a terminal."""

from __future__ import annotations

import io
import os
import subprocess
import sysconfig
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

COMMANDS = (
    ("index", "corpus/pages"),
    ("search", "open source", "--limit", "2", "--facet", "company", "--facet-limit", "5"),
    ("facets", "--by", "person", "--limit", "5"),
)
WIDTH = 100
PICTURE = Path(__file__).with_name("tour.svg")


def main() -> None:
    """Run the commands over corpus/ in an index of their own, and draw what they print."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    whodex = Path(sysconfig.get_path("scripts")) / "whodex"
    with tempfile.TemporaryDirectory() as folder:
        variables = {
            **os.environ,
            "WHODEX_INDEX": f"{folder}/.whodex",
            "FORCE_COLOR": "1",
            "TERM": "xterm-256color",
            "COLUMNS": str(WIDTH),
        }
        for command in COMMANDS:
            shown = " ".join(f"'{word}'" if " " in word else word for word in command)
            console.print(Text(f"$ whodex {shown}", style="bold green"))
            done = subprocess.run(
                [whodex, *command],
                env=variables,
                cwd=PICTURE.parent.parent,
                capture_output=True,
                encoding="utf-8",
                check=True,
            )
            console.print(Text.from_ansi(done.stdout.replace(folder, "~")))
            console.print()
    console.save_svg(str(PICTURE), title="whodex", unique_id="whodex-tour")


if __name__ == "__main__":
    main()
