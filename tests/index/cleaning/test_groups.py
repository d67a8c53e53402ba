"""A block is seen with what it stands with: its title, its article, its likes."""

from __future__ import annotations

import numpy as np

from index.cleaning import features
from index.cleaning.blocks import parse
from index.cleaning.vocabulary import Vocabulary

PROSE = "The keeper wrote the weather down, hour by hour, in a large blue book. " * 3
PAGE = f"""<html><body>
<div class=menu><p>Home</p><p>News</p></div>
<article><h1>The lighthouse</h1><div><p>{PROSE}</p><p>{PROSE}More.</p></div></article>
<div class=menu><p>Home</p><p>Imprint</p></div>
</body></html>"""
VOCABULARY = Vocabulary({"menu": -2.0, "<article>": 1.0}, {"home": -1.0, "keeper": 1.0})


def column(name: str) -> list[float]:
    """The values of a feature, rounded: home, news, title, two paragraphs, home, imprint."""
    matrix = features.describe(parse(PAGE), VOCABULARY)
    values: list[float] = matrix[:, features.names().index(name)].round(2).tolist()
    return values


def test_the_way_up_meets_that_of_the_title() -> None:
    assert column("steps from the title's path") == [2, 2, 0, 2, 2, 2, 2]
    assert column("steps above the title")[2] == 0


def test_paragraphs_give_credit_to_what_is_around_them() -> None:
    credit = column("credit around it")
    assert credit[3] == credit[4] == 1
    assert credit[0] == credit[6] == 0


def test_an_article_holds_its_share_of_the_page() -> None:
    inside = column("share of its article")
    assert inside[2] == inside[3] > 0.9
    assert inside[0] == 0


def test_copies_may_go_on_differently() -> None:
    assert column("copies of its start") == [2, 1, 1, 2, 2, 2, 1]
    assert column("earlier copies of its start") == [0, 0, 0, 0, 1, 1, 0]


def test_blocks_that_are_laid_out_alike_share_a_score() -> None:
    words = column("score of words in its named path")
    assert words[0] == words[1] == words[5] == words[6] < 0 < words[3] == words[4]
    assert np.argmin(column("rank of its names")) in (0, 1, 5, 6)
