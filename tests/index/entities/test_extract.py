"""The people and companies of an article: who is found, under one name, and where."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.entities import extract
from index.entities.lexicon import company_key, fold
from index.errors import WhodexError
from index.records import Article, Entity, Kind

CORPUS = Path(__file__).parents[3] / "corpus" / "expected"

# Document-level F1 over the corpus: what is reached, so that it does not go down unnoticed.
FLOOR = {"person": 0.96, "company": 0.87}


def names(text: str, kind: Kind, title: str = "", language: str | None = None) -> list[str]:
    found = extract(Article(title=title, text=text, language=language))
    return [entity.name for entity in found if entity.kind == kind]


def entity(text: str, name: str) -> Entity:
    found = {entity.name: entity for entity in extract(Article(title="", text=text))}
    assert name in found, list(found)
    return found[name]


def test_a_surname_alone_is_the_person_named_before() -> None:
    text = "Investor Marc Andreessen praised the model. Later Andreessen praised it again."
    assert entity(text, "Marc Andreessen").spellings == ("Marc Andreessen", "Andreessen")


def test_two_people_with_one_surname_stay_apart() -> None:
    text = "Neal Khosla doubted it. His father, Vinod Khosla, is an investor in OpenAI."
    assert names(text, "person") == ["Neal Khosla", "Vinod Khosla"]


def test_people_come_before_companies_and_the_most_mentioned_first() -> None:
    text = "Nvidia fell. Yann LeCun of OpenAI spoke. OpenAI rose. Yann LeCun smiled at OpenAI."
    found = extract(Article(title="", text=text))
    assert [entity.name for entity in found] == ["Yann LeCun", "OpenAI", "Nvidia"]


def test_mentions_point_at_the_title_and_at_the_text() -> None:
    article = Article(
        title="Nvidia falls", text="Shares of Nvidia fell.\n\nNvidia did not comment."
    )
    (nvidia,) = extract(article)
    fields = {"title": article.title, "text": article.text}
    assert [(m.field, fields[m.field][m.start : m.end]) for m in nvidia.mentions] == [
        ("title", "Nvidia"),
        ("text", "Nvidia"),
        ("text", "Nvidia"),
    ]


@pytest.mark.parametrize(
    "text", ["", " ", "\n\n", "a", "—", "漢字だけの文章です。", "\x00\u202e", "A. B. C."]
)
def test_text_without_names_has_none(text: str) -> None:
    assert extract(Article(title=text, text=text)) == []


def test_adjectives_and_places_are_no_companies() -> None:
    text = "American AI firms in Silicon Valley worry. The U.S. and China compete. PyTorch helped."
    assert extract(Article(title="", text=text)) == []


def test_an_unknown_tagger_is_refused_with_a_hint() -> None:
    with pytest.raises(WhodexError, match="no tagger 'slow'"):
        extract(Article(title="", text="Anything"), tagger="slow")


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300), st.text(max_size=60))
def test_no_text_makes_it_raise_and_every_mention_is_a_spelling(text: str, title: str) -> None:
    article = Article(title=title, text=text)
    for found in extract(article):
        assert found.mentions
        for mention in found.mentions:
            source = article.title if mention.field == "title" else article.text
            assert source[mention.start : mention.end] in found.spellings


@pytest.mark.parametrize("kind", ["person", "company"])
def test_the_corpus_is_read_as_well_as_ever(kind: Kind) -> None:
    right = found = expected = 0
    same = fold if kind == "person" else company_key
    for path in sorted(CORPUS.glob("*.json")):
        page = json.loads(path.read_text(encoding="utf-8"))
        wanted = {same(name) for name in page["people" if kind == "person" else "companies"]}
        got = {same(name) for name in names(page["text"], kind, page["title"], page["language"])}
        right, found, expected = right + len(wanted & got), found + len(got), expected + len(wanted)
    assert 2 * right / (found + expected) >= FLOOR[kind]
