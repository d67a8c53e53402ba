"""The documents tell the truth: every command and flag, and examples that run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from search.cli.app import app
from search.query import FACET_FIELDS
from search.syntax import FIELDS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def section(heading: str) -> str:
    """Return the part of the README under a heading, up to the next of its kind."""
    marks = heading.split(" ")[0]
    found = re.search(
        rf"^{re.escape(heading)}\b.*?(?=^#{{1,{len(marks)}}} |\Z)", README, re.M | re.S
    )
    assert found, f"the README has no heading {heading!r}"
    return found[0]


def commands() -> list[tuple[str, list[str]]]:
    """Return every command with its flags; those of a group are told under the group."""
    group = typer.main.get_command(app)
    return [(name, sorted(set(_flags(command)))) for name, command in group.commands.items()]  # type: ignore[attr-defined]


def _flags(command: Any) -> Iterator[str]:
    for parameter in command.params:
        yield from (flag for flag in parameter.opts if flag.startswith("-"))
    for inner in getattr(command, "commands", {}).values():
        yield from _flags(inner)


def test_every_command_of_a_group_is_in_the_readme() -> None:
    group = typer.main.get_command(app)
    for name in group.commands["alias"].commands:  # type: ignore[attr-defined]
        assert f"whodex alias {name}" in section("### whodex alias"), name


@pytest.mark.parametrize(("command", "flags"), commands())
def test_every_command_and_flag_is_in_the_readme(command: str, flags: list[str]) -> None:
    documented = set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", section(f"### whodex {command}")))
    assert flags
    assert set(flags) - documented == set()


@pytest.mark.parametrize(("command", "flags"), commands())
def test_no_flag_in_the_readme_is_made_up(command: str, flags: list[str]) -> None:
    documented = set(re.findall(r"`(--?[a-z][a-z-]*)", section(f"### whodex {command}")))
    assert documented - set(flags) == set()


def test_the_flags_of_the_whole_command_are_in_the_readme() -> None:
    group = typer.main.get_command(app)
    for option in group.params:
        assert any(flag in section("## The commands") for flag in option.opts), option.name


def test_every_field_and_facet_is_in_the_readme() -> None:
    language = section("## The query language")
    for field in FIELDS:
        assert f"{field}:" in language, field
    for facet in FACET_FIELDS:
        assert f"`{facet}`" in section("### whodex search"), facet


def test_the_library_example_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", section("## The library"), re.S)
    (tmp_path / "corpus").symlink_to(ROOT / "corpus")
    monkeypatch.chdir(tmp_path)
    exec(compile(example, "README.md", "exec"), {})
    printed = capsys.readouterr().out.splitlines()
    assert int(printed[0].split()[0]) > 0
    assert any("Yann LeCun" in line for line in printed)


def test_every_link_within_the_documents_leads_somewhere() -> None:
    for document in ROOT.glob("*.md"):
        for target in re.findall(
            r"\]\((?!https?:|#)([^)#]+)", document.read_text(encoding="utf-8")
        ):
            assert (ROOT / target).exists(), f"{document.name}: {target}"


def test_every_module_has_its_place_in_the_architecture_and_every_place_its_module() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    modules = {
        path.name
        for folder in ("index", "search")
        for path in (ROOT / folder).rglob("*.py")
        if path.stem not in ("__init__", "__main__")
    }
    named = set(re.findall(r"\b\w+\.py\b", text))
    assert modules - named == set()
    assert {name for name in named - modules if not name.startswith(("test_", "__"))} == set()
