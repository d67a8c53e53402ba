"""What recurs on a site is counted, and can be taken out again."""

from __future__ import annotations

from index.cleaning.outline import Block
from index.cleaning.sites import SiteEvidence, counted, fingerprints, merged, without


def page(*lines: str) -> frozenset[int]:
    return fingerprints(Block("paragraph", 0, line, 0) for line in lines)


def recurs(evidence: SiteEvidence, line: str) -> bool:
    return evidence.recurs(Block("paragraph", 0, line, 0))


def test_a_line_on_two_pages_recurs_and_one_on_one_page_does_not() -> None:
    evidence = counted([page("Share this", "Share this", "One"), page("Share this!", "Two")])
    assert recurs(evidence, "SHARE THIS")
    assert not recurs(evidence, "One")
    assert not recurs(evidence, "Never seen")


def test_numbers_do_not_make_a_line_another() -> None:
    assert recurs(counted([page("12 comments"), page("7 comments")]), "3 comments")
    assert not recurs(counted([page("2024-01-01"), page("1999-12-31")]), "2024-01-01")


def test_counts_of_parts_add_up_and_are_taken_out() -> None:
    first, second = [page("a b c", "d e f")], [page("a b c")]
    both = counted(first + second)
    assert merged(counted(first), counted(second)) == both
    assert without(both, counted(second)) == counted(first)
