"""NEAR finds pages by how close words stand to a mention of somebody."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from search import Index, QueryError
from search.aliases import Aliases, Same, save
from tests.pages import index_of

# Between "robots" and the first "Müller" stand two terms (stop words do not count); the ferries of
# the second page are far from everybody.
FILLER = " Rain fell on the harbour." * 12
PAGES = [
    {
        "id": "near",
        "title": "Ferries",
        "text": f"The robots of the old yard obey Zoë Müller.{FILLER} Müller left. Orvane sued.",
    },
    {
        "id": "far",
        "title": "Robots",
        "text": f"Some robots slept.{FILLER} Zoë Müller of Orvane sold ferries.",
    },
    {"id": "nobody", "title": "Robots", "text": "Robots sued ferries."},
]
NAMES = {"near": ("Zoë Müller",), "far": ("Zoë Müller",), "nobody": ()}


@pytest.fixture
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    pages = [
        {**page, "people": NAMES[page["id"]], "companies": ["Orvane"] if NAMES[page["id"]] else []}
        for page in PAGES
    ]
    with index_of(tmp_path_factory.mktemp("index"), pages) as opened:
        yield opened


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("robots NEAR person:müller", {"near"}),
        ("person:müller NEAR robots", {"near"}),
        ("robot NEAR/3 person:müller", {"near"}),
        ("robots NEAR/2 person:müller", set()),
        ("robots NEAR person:*", {"near"}),
        ("robots NEAR/9999 person:müller", {"near", "far"}),
        ('"old yard" NEAR/1 person:müller', {"near"}),
        ("yar* NEAR/1 person:müller", {"near"}),
        ("(ferries OR robots) NEAR/5 person:müller", {"near", "far"}),
        ("sold NEAR/0 company:orvane", {"far"}),
        ("sold NEAR person:nobody", set()),
        ("NOT robots NEAR person:müller", {"far", "nobody"}),
        ("robots -(robots NEAR person:müller)", {"far", "nobody"}),
        ("ferries AND robots NEAR person:müller", {"near"}),
        ("the NEAR person:müller sued", {"near", "nobody"}),
    ],
)
def test_near_is_a_number_of_words(index: Index, query: str, found: set[str]) -> None:
    answer = index.search(query, facets=["person"])
    assert {hit.id for hit in answer.hits if not hit.partial} == found
    assert answer.total == len(found)


def test_facets_count_the_pages_where_it_is_near(index: Index) -> None:
    facets = index.search("robots NEAR person:müller", facets=["person"]).facets
    assert [(facet.value, facet.count) for facet in facets["person"]] == [("Zoë Müller", 1)]


def test_the_snippet_shows_both(index: Index) -> None:
    snippet = index.search("robots NEAR person:müller").hits[0].snippets[0]
    marked = {snippet.text[start:end] for start, end in snippet.highlights}
    assert marked >= {"robots", "Zoë Müller"}


def test_a_name_is_near_under_the_name_that_the_user_gave_it(index: Index) -> None:
    save(index.path, Aliases((Same("person", ("Zoë Müller",), "Chair"),)))
    index.refresh()
    assert index.search("robots NEAR person:chair").total == 1


@pytest.mark.parametrize(
    "query",
    [
        "robots NEAR ferries",
        "robots NEAR",
        "person:müller NEAR (robots AND ferries)",
        "person:müller NEAR company:orvane",
        "title:robots NEAR person:müller",
        "(robots NEAR )",
    ],
)
def test_what_cannot_be_near_is_refused(index: Index, query: str) -> None:
    with pytest.raises(QueryError, match="NEAR"):
        index.search(query)


def test_near_at_the_beginning_is_a_word(index: Index) -> None:
    assert index.search("NEAR").total == 0
