"""How well and how fast pages are cleaned: `python -m tests.benchmarks.cleaning DATA`.

DATA is the folder of WCXB's development split. Ours is cross-validated by site: fitting anew takes
minutes (and the extra `train`), so what the unseen models say is kept in `.bench/`. Peers take part
where they are installed. News are those articles that say so in their data (58 of 792). Prints one
Markdown table; exits with 1 and the rows that fell when a score is below `cleaning.json`, which
`--pin` writes anew.
"""

from __future__ import annotations

import argparse
import datetime
import hashlib
import importlib.util
import json
import pickle
import re
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from index.cleaning import blocks, clean, decode, labels, metadata, statements, train
from index.cleaning.renderings import RENDERINGS
from index.cleaning.variants import LENGTHENED, TRIMMED
from index.records import Page

PINS = Path(__file__).with_suffix(".json")
KEPT = Path(".bench")
# A score may move by so much through other versions of the libraries.
TOLERANCE = 0.002
KINDS = (
    "all", "article", "news", "documentation", "service", "forum", "collection", "listing",
    "product",
)  # fmt: skip
Extractor = Callable[[bytes], str]


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.cleaning")
    parser.add_argument("data", type=Path)
    parser.add_argument("--pin", action="store_true", help="write the scores to be kept")
    parser.add_argument("--every", type=int, default=1, help="time and compare each n-th page only")
    chosen = parser.parse_args()
    truths = {truth.page: truth for truth in train.read(chosen.data)}
    few = [truth for number, truth in enumerate(truths.values()) if number % chosen.every == 0]
    scores = {**cross_validated(truths, chosen.data), **stated(truths.values(), few)}
    print(
        row("word F1", *KINDS, "ms median", "ms mean"), row(*["---"] * (len(KINDS) + 3)), sep="\n"
    )
    for name in ("HTML", *RENDERINGS, TRIMMED, f"HTML, {LENGTHENED}", LENGTHENED):
        found = {kind: scores.get(f"{name}: {kind}", "") for kind in KINDS}
        print(row(f"whodex, {name}", *found.values()))
    print(timed("whodex, fitted to these pages", ours, few))
    for name, extractor in peers().items():
        print(timed(name, extractor, few))
    print()
    for name in ("title", "author", "published"):
        print(row(name, *(f"{at}: {scores[at]:.3f}" for at in scores if at.startswith(name))))
    print()
    for name, markup in hostile().items():
        start = time.perf_counter()
        article = clean(Page(name, markup, "html"))
        seconds = time.perf_counter() - start
        shown = article.text + "".join(dropped.text for dropped in article.dropped)
        kept = "all text kept" if MARK in shown else "TEXT LOST"
        print(row(name, f"{len(markup) / 1e6:.1f} MB", f"{seconds:.2f} s", kept))
    gate(scores, pin=chosen.pin)


def row(*cells: object) -> str:
    """Return a row of a Markdown table."""
    return f"| {' | '.join(f'{c:.3f}' if isinstance(c, float) else str(c) for c in cells)} |"


def gate(scores: dict[str, float], *, pin: bool) -> None:
    """Exit with the rows that fell below the pinned scores, or pin these."""
    if pin:
        rounded = {
            name: round(score, 4)
            for name, score in scores.items()
            if not name.endswith(("trafilatura", "htmldate"))
        }
        PINS.write_text(json.dumps(rounded, indent=1) + "\n", encoding="utf-8")
        return
    pinned: dict[str, float] = json.loads(PINS.read_text(encoding="utf-8"))
    fallen = [
        f"{name}: {scores.get(name, 0.0):.4f}, pinned {least:.4f}"
        for name, least in pinned.items()
        if scores.get(name, 0.0) < least - TOLERANCE
    ]
    if fallen:
        raise SystemExit("fell:\n" + "\n".join(fallen))


def cross_validated(truths: dict[str, train.Truth], data: Path) -> dict[str, float]:
    """Return the scores of models that never saw the site of the page they clean."""
    KEPT.mkdir(exist_ok=True)
    found: dict[str, float] = {}
    for model, samples_of in (("html", train.html_samples), ("text", train.text_samples)):
        with ProcessPoolExecutor(2) as pool:
            groups = samples_of(truths, partial(pool.map, chunksize=16))
        file = KEPT / f"cleaning-{model}-{fingerprint(data)}.pickle"
        if file.exists():
            unseen = pickle.loads(file.read_bytes())
        else:
            unseen = train.fit([sample for group in groups.values() for sample in group]).unseen
            file.write_bytes(pickle.dumps(unseen))
        for name, samples in groups.items():
            table = train.scores(samples, truths, unseen)
            found |= {f"{name}: {kind}": value for kind, value in table.items()}
    return found


def fingerprint(data: Path) -> str:
    """Return what changes when the data or the code that fits the models does."""
    names = (
        "blocks tags outline plain features shape characters vocabulary labels fitting "
        "columns groups lines forest renderings variants train"
    )
    code = [Path(train.__file__).with_name(f"{name}.py").read_bytes() for name in names.split()]
    truth = (data / "ground-truth.jsonl.gz").read_bytes()
    return hashlib.sha256(b"".join([*code, truth])).hexdigest()[:16]


def ours(content: bytes) -> str:
    """Clean a page with the model that is shipped."""
    return clean(Page("page", content, "html")).text


def peers() -> dict[str, Extractor]:
    """Return the extractors that are installed."""
    found: dict[str, Extractor] = {}

    def trafilatura(content: bytes) -> str:
        return importlib.import_module("trafilatura").extract(content) or ""

    def resiliparse(content: bytes) -> str:
        extract = importlib.import_module("resiliparse.extract.html2text")
        return str(extract.extract_plain_text(decode.decode(content), main_content=True))

    def readability(content: bytes) -> str:
        document = importlib.import_module("readability").Document(decode.decode(content))
        parsed = blocks.parse(document.summary()).blocks
        return "\n".join(block.text for block in parsed)

    def justext(content: bytes) -> str:
        module = importlib.import_module("justext")
        paragraphs = module.justext(content, module.get_stoplist("English"))
        return "\n".join(part.text for part in paragraphs if not part.is_boilerplate)

    for extractor in (trafilatura, resiliparse, readability, justext):
        if importlib.util.find_spec(extractor.__name__):
            found[extractor.__name__] = extractor
    return found


def timed(name: str, extractor: Extractor, truths: Iterable[train.Truth]) -> str:
    """Return the row of an extractor: its scores, and how long it takes a page."""
    scores: dict[str, list[float]] = defaultdict(list)
    times = []
    for truth in truths:
        start = time.perf_counter()
        try:
            text = extractor(truth.content)
        except Exception:  # noqa: BLE001 - a peer that fails has extracted nothing
            text = ""
        times.append(1000 * (time.perf_counter() - start))
        for kind in truth.groups:
            scores[kind].append(labels.word_f1(text, truth.text))
    means = (statistics.mean(scores[kind]) if scores[kind] else 0.0 for kind in KINDS)
    return row(name, *means, f"{statistics.median(times):.1f}", f"{statistics.mean(times):.1f}")


def stated(truths: Iterable[train.Truth], few: Sequence[train.Truth]) -> dict[str, float]:
    """Return the share of titles, authors and dates that come out as the ground truth has them.

    Those of `few` also come from peers.
    """
    right: dict[str, list[bool]] = defaultdict(list)
    compared = {truth.page for truth in few}
    for truth in truths:
        for name, found in metadata_of(truth, peers=truth.page in compared).items():
            for key, wanted in truth.metadata.items():
                if wanted:
                    label = {"publish_date": "published"}.get(key, key)
                    if key in found:
                        right[f"{label}, {name}"].append(same(key, found[key], wanted))
    return {name: statistics.mean(values) for name, values in sorted(right.items())}


def metadata_of(truth: train.Truth, *, peers: bool) -> dict[str, dict[str, Any]]:
    """Return what each extractor of metadata says of a page."""
    outline = blocks.parse(decode.decode(truth.content))
    about = metadata.extract(outline, truth.url)
    found: dict[str, dict[str, Any]] = {
        "whodex": {
            "title": about.title,
            "author": about.author,
            "publish_date": about.published and about.published.isoformat(),
        }
    }
    if not peers:
        return found
    text = decode.decode(truth.content)
    if importlib.util.find_spec("trafilatura"):
        module = importlib.import_module("trafilatura.metadata")
        document = module.extract_metadata(text, default_url=truth.url or None)
        found["trafilatura"] = {
            "title": document and document.title,
            "author": document and document.author,
            "publish_date": document and document.date,
        }
    if importlib.util.find_spec("htmldate"):
        find = importlib.import_module("htmldate").find_date
        try:
            day = find(text, original_date=True, url=truth.url or None)
        except Exception:  # noqa: BLE001 - a peer that fails has found nothing
            day = None
        found["htmldate"] = {"publish_date": day}
    return found


def same(field: str, found: str | None, wanted: str) -> bool:
    """Say whether a field is right: the same letters, the same set of names, the same day."""
    if not found:
        return False
    if field == "publish_date":
        try:
            days = datetime.date.fromisoformat(found[:10]) - datetime.date.fromisoformat(
                wanted[:10]
            )
        except ValueError:
            return False
        return days.days == 0
    if field == "author":
        return _names(found) == _names(wanted)
    return statements.key(found) == statements.key(wanted)


def _names(text: str) -> set[str]:
    names = {statements.key(name) for name in re.split(r"[,;&|/]|\band\b", text)}
    return {name for name in names if len(name) > 4}  # without degrees


MARK = "The lighthouse at Norrvik was lit again on the first of March."


def hostile() -> dict[str, bytes]:
    """Return the pages that make parsers hang, or lose text."""
    prose = "The keeper wrote the weather down each hour of the night. " * 3
    lead, tail = f"<html><body><p>{prose}</p>", f"<p>{MARK}</p></body></html>"
    pages = {
        "20k nested": lead + "<div>" * 20_000 + tail,
        "100k nested": lead + "<div>" * 100_000 + tail,
        "50 MB page": lead + f"<p class=a>{prose}</p>" * 270_000 + tail,
        "50 MB in one paragraph": f"{lead}<p>{prose * 290_000}</p>{tail}",
        "100k attributes on a tag": lead
        + f"<p {' '.join(f'a{number}=1' for number in range(100_000))}>x</p>"
        + tail,
        "2M entities": f"{lead}<p>{'&amp;' * 2_000_000}</p>{tail}",
    }
    return {name: page.encode() for name, page in pages.items()}


if __name__ == "__main__":
    main()
