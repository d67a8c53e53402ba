"""The pages of a host tell which of their blocks are furniture."""

from __future__ import annotations

from pathlib import Path

import pytest

from index import build_index
from index.cleaning.outline import Block
from index.cleaning.sites import fingerprint
from index.hosts import FILE, PAGES_COUNTED, Hosts, host_of, load
from index.records import Given, Page
from search import open_index

MENU, NEWS = fingerprint("Home About Contact"), fingerprint("Orvane builds robots")


@pytest.mark.parametrize(
    ("markup", "host"),
    [
        ('<link rel="canonical" href="https://www.yard.example/a">', "yard.example"),
        ("<LINK href='https://yard.example/a' REL=canonical />", "yard.example"),
        ('<meta property="og:url" content="http://news.yard.example/a?b=1">', "news.yard.example"),
        ('<link rel="canonical" href="/a">', None),
        ('<link rel="canonical" href="https://[broken/a">', None),
        ("<p>https://yard.example</p>", None),
    ],
)
def test_a_page_states_its_host(markup: str, host: str | None) -> None:
    assert host_of(Page("a.html", markup.encode(), "html")) == host


def test_what_the_source_says_of_the_address_wins() -> None:
    given = Given(url="https://www.dock.example/x")
    assert host_of(Page("a.jsonl", b"text", "text", 1, given)) == "dock.example"


def test_blocks_of_several_pages_recur(tmp_path: Path) -> None:
    hosts = Hosts()
    for number in range(3):
        hosts.add("yard.example", f"page{number}", {MENU, number})
    evidence = hosts.evidence("yard.example")
    assert evidence is not None
    assert evidence.recurs(Block("paragraph", 0, "Home About Contact", 0))
    assert not evidence.recurs(Block("paragraph", 0, "Orvane builds robots", 0))
    assert hosts.evidence("dock.example") is None
    assert hosts.evidence(None) is None
    hosts.save(tmp_path)
    kept = load(tmp_path).evidence("yard.example")
    assert kept == evidence
    assert not load(tmp_path).wants("yard.example", "page1"), "a page is counted once"


def test_a_copy_of_a_page_does_not_make_its_article_furniture() -> None:
    hosts = Hosts()
    for place in ("page", "copy", "third"):
        hosts.add("yard.example", place, {MENU, NEWS})
    assert hosts.evidence("yard.example") is None


def test_a_sample_of_each_host_is_enough() -> None:
    hosts = Hosts()
    for number in range(PAGES_COUNTED):
        assert hosts.wants("yard.example", f"page{number}")
        hosts.add("yard.example", f"page{number}", {MENU, number, -number})
    assert not hosts.wants("yard.example", "one more")
    assert hosts.wants("dock.example", "page")


def test_counts_that_are_damaged_are_made_anew(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"PK\x03\x04 no arrays")
    assert load(tmp_path).evidence("yard.example") is None


def test_an_index_keeps_the_counts_for_later_pages(tmp_path: Path) -> None:
    promise = (
        "The yard keeps the hulls of the fleet afloat, whatever the weather on the fjord does."
    )
    for number in range(4):
        word = "fjord" + "abcd"[number]
        body = f"<p>The report says {' and '.join([word] * 30)}.</p><p>{promise}</p>"
        head = '<link rel="canonical" href="https://yard.example/a">'
        (tmp_path / f"{number}.html").write_text(
            f"<html><head>{head}</head><body>{body}</body></html>"
        )
    build_index([tmp_path / "0.html", tmp_path / "1.html"], tmp_path / ".whodex")
    assert (tmp_path / ".whodex" / FILE).is_file()
    evidence = load(tmp_path / ".whodex").evidence("yard.example")
    assert evidence is not None
    assert evidence.counts == {fingerprint(promise): 2}
    build_index([tmp_path], tmp_path / ".whodex")
    evidence = load(tmp_path / ".whodex").evidence("yard.example")
    assert evidence is not None
    assert evidence.counts == {fingerprint(promise): 4}
    with open_index(tmp_path / ".whodex") as index:
        assert index.search("fjordd").total == 1
