"""The models that are shipped are small, sound, and can say why."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import numpy as np
import pytest

from index.cleaning import features, plain
from index.cleaning.blocks import parse
from index.cleaning.model import FILE, load, rounded, save
from index.records import Markup

LARGEST = 300_000  # bytes, both models together
PAGE = """<html><body><nav class="menu"><a href="/">Home</a><a href="/n">News</a></nav>
<article class="post"><h1>A mill</h1><p>The old mill by the harbour grinds again, and the town has
come to watch the first flour in eleven years.</p></article></body></html>"""


def test_both_models_fit_in_a_small_file() -> None:
    assert len(resources.files("index.cleaning").joinpath(FILE).read_bytes()) <= LARGEST


@pytest.mark.parametrize("markup", ["html", "text"])
def test_every_block_has_a_probability_and_a_reason(markup: Markup) -> None:
    outline = parse(PAGE) if markup == "html" else plain.outline("Home\n\nA mill\n\nIt grinds.")
    model = load(markup)
    probabilities = model.probabilities(outline)
    assert len(probabilities) == len(outline.blocks) > 0
    assert ((probabilities >= 0) & (probabilities <= 1)).all()
    reasons = model.reasons(outline, [0])
    assert len(reasons) == 1
    assert reasons[0]


def test_prose_is_likelier_than_a_menu() -> None:
    outline = parse(PAGE)
    menu, *_, prose = load("html").probabilities(outline)
    assert outline.blocks[0].text == "Home News"
    assert menu < 0.5 < prose


def test_features_are_finite_and_named_once() -> None:
    matrix = features.describe(parse(PAGE), load("html").vocabulary)
    names = features.names()
    assert matrix.shape[1] == len(names) == len(set(names))
    assert np.isfinite(matrix).all()


def test_a_page_without_blocks_has_no_probabilities() -> None:
    assert len(load("html").probabilities(parse(""))) == 0


def test_what_is_saved_is_the_same_bytes_again(tmp_path: Path) -> None:
    models = {markup: load(markup) for markup in ("html", "text")}
    for name in ("one.npz", "two.npz"):
        save(models, tmp_path / name)  # type: ignore[arg-type]
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    assert rounded({"a": 0.001, "b": 9.0}) == pytest.approx({"b": 127 * 0.025})
