"""`--tagger` lets another project's model find the names."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from tests.cli.conftest import Whodex
from tests.pages import write_spacy_pipeline

TEXT = """Frobnitz grows again

Zelda Quux leads Frobnitz Inc. and Quux likes it. Shares of Frobnitz rose by five percent on
Tuesday after the company said that it had sold more machines than in the year before.
"""


def test_extract_and_index_find_what_a_spacy_pipeline_finds(whodex: Whodex) -> None:
    write_spacy_pipeline(whodex.folder / "pipeline")
    (whodex.folder / "page.txt").write_text(TEXT, "utf-8")
    told = whodex("extract", "page.txt", "--tagger", "spacy:pipeline")
    assert told.status == 0
    assert "People\n  Zelda Quux  2  Quux\n\nCompanies\n  Frobnitz  3" in told.stdout
    assert whodex("index", "page.txt", "--tagger", "spacy:pipeline").status == 0
    assert whodex("search", "--person", "Zelda Quux").status == 0


@pytest.mark.parametrize("extra", ["spacy", "gliner"])
def test_a_missing_extra_says_what_to_install(whodex: Whodex, extra: str) -> None:
    if find_spec(extra):
        pytest.skip(f"{extra} is installed")
    (whodex.folder / "page.txt").write_text(TEXT, "utf-8")
    for command in ("extract", "index"):
        refused = whodex(command, "page.txt", "--tagger", f"{extra}:model")
        assert refused.status == 2
        assert f"pip install 'whodex[{extra}]'" in refused.stderr


@pytest.mark.parametrize("name", ["flair:model", "spacy:", "fats"])
def test_an_unknown_tagger_is_refused_with_those_there_are(whodex: Whodex, name: str) -> None:
    (whodex.folder / "page.txt").write_text(TEXT, "utf-8")
    refused = whodex("extract", "page.txt", "--tagger", name)
    assert refused.status == 2
    assert "fast, accurate, spacy:MODEL, gliner:MODEL" in refused.stderr
