"""Snippets are whole words around the hits, with the hits marked."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from index.store.analysis import occurrences, terms
from search.answer import Snippet
from search.snippets import ELLIPSIS, SNIPPET_WIDTH, cut_snippets, find, wanted
from search.syntax import parse

TEXT = (
    "Harbour towns rarely make news. Orvane, founded in Bergen by Zoë Müller, "
    "sells welding robots to shipyards.\n\n"
    "Rivals\n\n"
    "Nobody else in the U.S. builds robots that weld under water. The company expects to double "
    "its sales of underwater robots. Its largest rival makes ferries."
)


def snippets_of(query: str, text: str = TEXT) -> tuple[Snippet, ...]:
    return cut_snippets(text, find(text, wanted(parse(query))), {})


def marked(snippets: tuple[Snippet, ...]) -> list[str]:
    return [s.text[start:end] for s in snippets for start, end in s.highlights]


def test_highlights_are_the_words_in_all_their_forms() -> None:
    assert marked(snippets_of("robot")) == ["robots", "robots", "robots"]
    assert marked(snippets_of("zoe muller")) == ["Zoë", "Müller"]


def test_a_phrase_is_marked_as_one_and_only_where_it_stands() -> None:
    assert marked(snippets_of('"welding robots"')) == ["welding robots"]
    assert marked(snippets_of('"robots Bergen"')) == []


def test_a_loose_phrase_marks_its_words() -> None:
    assert marked(snippets_of('"sells robots"~3')) == ["sells", "robots"]


def test_prefixes_patterns_and_misspellings_are_marked() -> None:
    assert marked(snippets_of("ship*")) == ["shipyards"]
    assert marked(snippets_of("b?rgen")) == ["Bergen"]
    assert marked(snippets_of("beren~")) == ["Bergen"]
    assert marked(snippets_of("eblow~", "elbow below")) == ["elbow"]


def test_excluded_words_are_not_marked() -> None:
    assert marked(snippets_of("ferries -robots")) == ["ferries"]


def test_the_passages_show_as_many_different_words_as_they_can() -> None:
    (first, second) = snippets_of("founded ferries")
    assert "founded" in first.text
    assert "ferries" in second.text


def test_a_heading_is_not_shown_for_a_word_that_a_sentence_shows() -> None:
    text = (
        "Robots at sea\n\nNobody else builds robots that weld hulls in the deep water of a fjord."
    )
    (snippet,) = snippets_of("robots", text)
    assert snippet.text.startswith("Nobody else")


def test_an_abbreviation_ends_no_sentence() -> None:
    (snippet,) = snippets_of("nobody")
    assert snippet.text.startswith("Nobody else in the U.S. builds robots")


def test_a_long_sentence_is_cut_around_the_hit_at_whole_words() -> None:
    text = "lorem ipsum " * 100 + "needle " + "dolor sit " * 100
    (snippet,) = snippets_of("needle", text)
    assert len(snippet.text) <= SNIPPET_WIDTH + 2 * len(f"{ELLIPSIS} ")
    assert snippet.text.startswith(f"{ELLIPSIS} ")
    assert snippet.text.endswith(f" {ELLIPSIS}")
    assert set(snippet.text.strip(f"{ELLIPSIS} ").split()) <= set(text.split())
    assert marked((snippet,)) == ["needle"]


def test_without_a_hit_the_first_paragraph_is_shown() -> None:
    (snippet,) = snippets_of("absent")
    assert snippet.text.startswith("Harbour towns rarely make news.")
    assert snippet.highlights == ()


def test_an_empty_text_has_no_snippet() -> None:
    assert snippets_of("anything", "") == ()
    assert snippets_of("anything", " \n ") == ()


@given(st.text(alphabet="ab .\n’é", max_size=400), st.integers(1, 60))
def test_every_snippet_is_a_passage_and_every_highlight_a_hit(text: str, width: int) -> None:
    spans = find(text, wanted(parse("a OR bé*")))
    hits = {text[span.start : span.end] for span in spans}
    for snippet in cut_snippets(text, spans, {}, width=width):
        body = snippet.text.removeprefix(f"{ELLIPSIS} ").removesuffix(f" {ELLIPSIS}")
        assert body in text
        assert snippet.text.strip()
        for start, end in snippet.highlights:
            assert snippet.text[start:end] in hits


WORDS = (
    *("dying", "Lying", "SKIES", "skis", "ugly", "only", "generously", "yielding", "Übung", "U.S."),
    *("AT&T", "C++", "5.6", "it's", "l’an", "Ærø", "\f", "the", "日本", "e.g.", "R&D's", "Łódź"),
)


@given(
    st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=8)), max_size=20).map(" ".join),
    st.randoms(use_true_random=False),
)
def test_wanted_terms_are_found_where_the_analysis_of_the_whole_text_has_them(
    text: str, rng: Random
) -> None:
    every = list(terms(text))
    some = {term.text for term in every if rng.random() < 0.4}
    expected = [(term.text, term.start, term.end) for term in every if term.text in some]
    assert list(occurrences(text, some)) == expected
