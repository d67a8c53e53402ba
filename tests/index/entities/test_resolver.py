"""One entity a person and a company, whatever the spellings, and no wrong merges."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from index.entities import lexicon
from index.entities.companies import find_listed
from index.entities.resolver import Page, resolve
from index.entities.spans import Span
from index.entities.tokens import tokenize
from index.records import Entity


def entities(
    text: str,
    people: Sequence[str] = (),
    companies: Sequence[str] = (),
    *,
    doubt: float = 0.0,
    sure: float = 0.97,
) -> list[Entity]:
    """Resolve a text in which a tagger has found the given names, everywhere."""
    tokens = tokenize(text)
    words = ["\n", *tokens.words]
    spans: list[Span] = []
    for kind, names in (("person", people), ("company", companies)):
        for name in names:
            wanted = tokenize(name).words
            for start in range(len(words)):
                end = start + len(wanted)
                free = all(end <= span.start or span.end <= start for span in spans)
                if words[start:end] == wanted and free:
                    person = sure if kind == "person" else 0.0
                    spans.append(Span(start, end, person, sure - person))
    names_known = lexicon.load()
    page = Page(words, tokenize(""), tokens, ("", text), doubt)
    spans.sort(key=lambda span: span.start)
    return resolve(page, spans, find_listed(words, names_known), names_known)


def found(text: str, people: Sequence[str] = (), companies: Sequence[str] = ()) -> dict[str, int]:
    return {e.name: len(e.mentions) for e in entities(text, people, companies)}


def test_an_acronym_is_its_expansion() -> None:
    text = "Norland Grid Systems Inc. said it would grow. NGS shares rose. NGS was founded in 1990."
    assert found(text, companies=["Norland Grid Systems", "NGS"]) == {"Norland Grid Systems": 3}


def test_an_acronym_may_count_the_word_company() -> None:
    text = "Norland Grid Systems Company (NGSC) grew. Shares of NGSC rose."
    assert found(text, companies=["Norland Grid Systems", "NGSC"]) == {"Norland Grid Systems": 3}


def test_a_doubtful_short_form_is_the_listed_company_it_begins() -> None:
    text = "Delta Air Lines paid. Shares of Delta fell."
    assert found(text, companies=["Delta Air Lines", "Delta"]) == {"Delta Air Lines": 2}


def test_a_common_word_that_begins_a_company_is_not_its_short_form() -> None:
    text = "Health Quarrex Systems Inc. grew. Eat well. Health comes first."
    companies = entities(text, companies=["Health Quarrex Systems", "Health"], sure=0.45)
    assert {e.name: len(e.mentions) for e in companies} == {"Health Quarrex Systems": 1}


def test_a_number_or_a_general_word_alone_is_no_company() -> None:
    text = "770 employees of Norland Technology Co., said Technology Co. in 1990."
    assert found(text, companies=["770", "Norland Technology", "Technology"]) == {
        "Norland Technology": 1
    }


@pytest.mark.parametrize("word", ["CPAs", "40Wh", "TypeError", "GZipMiddleware", "Chromebooks"])
def test_jargon_units_and_code_are_no_companies(word: str) -> None:
    text = f"We wrote about {word} for Quarrex."
    assert found(text, companies=[word, "Quarrex"]) == {"Quarrex": 1}


def test_a_numbered_common_word_is_no_listed_company() -> None:
    names = lexicon.load()
    assert find_listed(["Figure", "2", "shows"], names) == []
    assert [m.spelling for m in find_listed(["Figure", "raised", "$", "2"], names)] == ["Figure"]


def test_a_listed_company_is_shown_as_listed_however_it_is_written() -> None:
    text = "DEEPMIND paid. CloudFlare paid too."
    assert found(text, companies=["DEEPMIND", "CloudFlare"]) == {"DeepMind": 1, "Cloudflare": 1}


def test_a_word_that_only_headings_write_with_a_capital_is_no_company() -> None:
    heading = "How the Zorvane Kept Its Shares of Zorvane"
    text = f"{heading}\n\nThen he went home."
    assert entities(text, companies=["Zorvane"], sure=0.69) == []
    told = entities(f"{text} Zorvane said so. Zorvane paid.", companies=["Zorvane"], sure=0.69)
    assert [e.name for e in told] == ["Zorvane"]


def test_a_name_that_ends_as_companies_do_needs_less_to_be_one() -> None:
    labs, hill = "We met at Zorvane Labs. He left.", "We met at Zorvane Hill. He left."
    assert [e.name for e in entities(labs, companies=["Zorvane Labs"], sure=0.6)] == [
        "Zorvane Labs"
    ]
    assert entities(hill, companies=["Zorvane Hill"], sure=0.6) == []
    review = "We met the Zorvane Labs Review. He left."
    assert entities(review, companies=["Zorvane Labs"], sure=0.6) == []


def test_companies_come_together() -> None:
    doubtful = "We met at Zorvane. He left."
    company = "Shares of Quarrex Inc. fell. Shares of Tollan Inc. fell. Tollan and Quarrex said so."
    assert entities(doubtful, companies=["Zorvane"], sure=0.6) == []
    both = entities(f"{doubtful} {company}", companies=["Zorvane", "Quarrex", "Tollan"], sure=0.6)
    assert {e.name for e in both} == {"Zorvane", "Quarrex", "Tollan"}


def test_a_school_that_is_called_after_a_company_does_not_name_it() -> None:
    text = "He left IBM Security for the Rawlings School of Divinity."
    names = ["IBM Security", "Rawlings School of Divinity"]
    assert [e.name for e in entities(text, companies=names, sure=0.3)] == ["IBM"]


def test_a_short_form_is_the_long_one() -> None:
    text = "Quarrex Robotics Ltd. opened. Shares of Quarrex fell. Quarrex Robotics said it knew."
    assert found(text, companies=["Quarrex Robotics", "Quarrex"]) == {"Quarrex Robotics": 3}


def test_two_listed_companies_that_begin_alike_stay_apart() -> None:
    text = "Sony Pictures made a film. Sony makes cameras. Amazon Web Services is part of Amazon."
    assert found(text, companies=["Sony Pictures", "Sony", "Amazon"]) == {
        "Sony Pictures": 1,
        "Sony": 1,
        "Amazon Web Services": 1,
        "Amazon": 1,
    }


def test_an_alias_a_legal_form_and_a_possessive_are_one_company() -> None:
    text = "Google LLC paid. Amazon Cloud Services grew. Google's revenue rose, and Amazon's fell."
    companies = ["Google LLC", "Google", "Amazon Cloud Services", "Amazon"]
    assert found(text, companies=companies) == {"Google": 2, "Amazon": 2}


def test_a_product_mentions_the_company_in_front_of_it() -> None:
    assert found("DeepSeek R1 surprised everyone.", companies=["DeepSeek R1"]) == {"DeepSeek": 1}


def test_a_listed_name_within_a_persons_name_is_no_company() -> None:
    assert found("Henry Ford met Harrison Ford.", people=["Henry Ford", "Harrison Ford"]) == {
        "Henry Ford": 1,
        "Harrison Ford": 1,
    }


def test_particles_and_a_given_name_in_front_belong_to_a_name() -> None:
    text = "Later Pieter van der Laan spoke to Hélène Müller. Laan smiled."
    people = ["Pieter van", "Laan", "Müller"]
    assert found(text, people=people) == {"Pieter van der Laan": 2, "Hélène Müller": 1}


def test_a_lone_surname_of_someone_in_the_document_is_no_company() -> None:
    text = "Adam Neumann left. Neumann had led it for nine years. Shares of Neumann were sold."
    assert found(text, people=["Adam Neumann"]) == {"Adam Neumann": 3}


def test_a_missed_mention_of_a_known_name_is_found() -> None:
    text = "Marie Curie worked in Paris. In 1903 Curie won a prize."
    assert found(text, people=["Marie Curie"]) == {"Marie Curie": 2}


def test_part_of_another_name_is_no_mention() -> None:
    text = "Marie Curie worked here. Later Institut Curie was built."
    assert found(text, people=["Marie Curie"]) == {"Marie Curie": 1}


def test_a_common_word_is_no_company_without_context() -> None:
    assert found("Our target is clear. Target practice is at noon. Visa rules changed.") == {}
    assert found("Target CEO Brian Cornell spoke. Shares of Target fell.", companies=["Target"])


def test_where_the_tagger_is_in_doubt_only_known_names_are_people() -> None:
    text = "Ein Mann sah Olaf Scholz."
    people = ["Ein Mann", "Olaf Scholz"]
    assert [e.name for e in entities(text, people, doubt=1.0)] == ["Olaf Scholz"]


def test_legal_forms_and_single_letters_alone_are_nobody() -> None:
    assert found("The Corporation and the Company met A. and B.", companies=["Corporation"]) == {}


def test_no_name_runs_on_in_the_next_sentence() -> None:
    text = (
        "They took shares in Orvane. Brightwater & Okafor were its advisers. Orvane rose. E.ON too."
    )
    names = found(text, companies=["Orvane. Brightwater & Okafor", "Orvane", "E.ON"])
    assert names == {"Orvane": 2, "Brightwater & Okafor": 1, "E.ON": 1}
