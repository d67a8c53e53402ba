"""What a page's source states stands in the place of what would be found."""

from __future__ import annotations

from unittest.mock import patch

import pytest

from index import Options, Page, WhodexError, entities, extract
from index.records import Given

TEXT = "Hanna Birk met Acme Corp in Oslo. Hanna Birk left early."


def test_names_that_the_source_states_are_taken_and_found_in_the_text() -> None:
    page = Page("notes.jsonl", b"", "text", given=Given(text=TEXT, people=("Hanna Birk",)))
    people = [entity for entity in extract(page)[1] if entity.kind == "person"]
    assert [(entity.name, len(entity.mentions)) for entity in people] == [("Hanna Birk", 2)]


def test_nobody_is_looked_for_where_the_source_states_all_names() -> None:
    page = Page("notes.jsonl", b"", "text", given=Given(text=TEXT, people=(), companies=()))
    with patch.object(entities, "extract", side_effect=AssertionError("looked for names")):
        assert extract(page, Options())[1] == []


LONG = (
    f"{TEXT} The talks had gone on since the spring, and nobody at the table expected them to end "
    "before the summer, because the price of the mill was still open. Those who stayed said later "
    "that the figures of the company had been late again, and that a vote was put off until July."
)


@pytest.mark.parametrize("page", [LONG, LONG.encode(), f"<html><body><p>{LONG}</p></body></html>"])
def test_a_page_can_be_its_text_alone(page: str | bytes) -> None:
    article, found = extract(page)
    assert article.text == LONG
    assert [entity.name for entity in found if entity.kind == "person"] == ["Hanna Birk"]


@pytest.mark.parametrize("page", ["", b"%PDF-1.7", None, 7])
def test_what_is_no_page_is_refused_in_words(page: object) -> None:
    with pytest.raises(WhodexError, match="no page"):
        extract(page)  # type: ignore[arg-type]
