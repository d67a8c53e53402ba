"""The pages of a host tell which of their blocks are furniture."""

from __future__ import annotations

from pathlib import Path

import pytest

from index import build_index
from index.cleaning.outline import Block
from index.cleaning.sites import fingerprint
from index.hosts import PAGES_COUNTED, Hosts, host_of, load, unpacked
from index.records import Given, Page
from index.store.directory import open_directory
from index.store.manifest import HOSTS
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


def test_blocks_of_several_pages_recur() -> None:
    hosts = Hosts()
    for number in range(3):
        hosts.add("yard.example", f"page{number}", {MENU, number})
    evidence = hosts.evidence("yard.example")
    assert evidence is not None
    assert evidence.recurs(Block("paragraph", 0, "Home About Contact", 0))
    assert not evidence.recurs(Block("paragraph", 0, "Orvane builds robots", 0))
    assert hosts.evidence("dock.example") is None
    assert hosts.evidence(None) is None
    kept = unpacked(hosts.packed())
    assert kept.evidence("yard.example") == evidence
    assert not kept.wants("yard.example", "page1"), "a page is counted once"


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


def counts(folder: Path) -> dict[int, int]:
    hosts = load(open_directory(folder))
    evidence = hosts and hosts.evidence("yard.example")
    assert evidence
    return dict(evidence.counts)


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
    folder = tmp_path / ".whodex"
    build_index([tmp_path / "0.html", tmp_path / "1.html"], folder)
    assert counts(folder) == {fingerprint(promise): 2}
    build_index([tmp_path], folder)
    assert counts(folder) == {fingerprint(promise): 4}
    (kept,) = folder.glob(f"*{HOSTS}")
    kept.write_bytes(b"PK\x03\x04 no arrays")
    assert build_index([tmp_path], folder).unchanged == 4
    assert counts(folder) == {fingerprint(promise): 4}, "damaged counts are made anew"
    with open_index(tmp_path / ".whodex") as index:
        assert index.search("fjordd").total == 1
