"""Makes `model.npz`: `python -m index.cleaning.train PATH-TO-WCXB-DEV` (needs the extra `train`).

The folder holds `ground-truth.jsonl.gz` and `html/ID.html.gz`. The same data give the same bytes.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import numpy.typing as npt

from index.cleaning import blocks, decode, features, labels, plain
from index.cleaning.cleaner import decided
from index.cleaning.fitting import (
    Sample,
    fit_forest,
    fit_vocabularies,
    row_weights,
    shared_map,
)
from index.cleaning.model import FILE, Model, load, save
from index.cleaning.outline import Outline
from index.cleaning.renderings import RENDERINGS
from index.cleaning.variants import LENGTHENED, TRIMMED, lengthened, trimmed
from index.cleaning.vocabulary import Vocabulary
from index.records import Given, Markup, Page

FOLDS = 5
PROCESSES = 2
# Rows of one page that the forest learns from, at most: some pages are long lists.
MOST_ROWS: dict[Markup, int] = {"html": 300, "text": 250}
# How a page says that it is news (schema.org).
_NEWS = re.compile(rb'"@type"\s*:\s*\[?\s*"(?:Reportage)?NewsArticle"')
Probabilities = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Truth:
    """A page of the data: where it came from, what it is, and what it should give."""

    page: str
    url: str
    kind: str
    text: str
    content: bytes
    metadata: dict[str, Any]

    @property
    def site(self) -> str:
        """The registered domain, near enough; the page itself where there is no address."""
        parts = (urlsplit(self.url).hostname or self.page).split(".")
        return ".".join(parts[-2:] if len(parts) > 2 and len(parts[-2]) > 3 else parts[-3:])

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups of pages whose mean it counts in: all, its type, news if it says so."""
        news = self.kind == "article" and _NEWS.search(self.content)
        return ("all", self.kind, "news") if news else ("all", self.kind)

    @property
    def fold(self) -> int:
        """The fold of cross-validation, the same for all pages of a site."""
        return zlib.crc32(self.site.encode()) % FOLDS


def read(folder: Path) -> Iterator[Truth]:
    """Yield the pages of WCXB's development split."""
    with gzip.open(folder / "ground-truth.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            stated = json.loads(line)
            page = stated["id"]
            yield Truth(
                page,
                stated["url"] or "",
                stated["page_type"],
                stated["main_content"] or "",
                gzip.decompress((folder / "html" / f"{page}.html.gz").read_bytes()),
                {key: stated[key] for key in ("title", "author", "publish_date")},
            )


def html_sample(truth: Truth) -> Sample:
    """Return a page as HTML, labelled."""
    outline = blocks.parse(decode.decode(truth.content))
    return _labelled(truth, truth.page, outline, "html")


def text_sample(truth: Truth, rendering: str) -> Sample:
    """Return a page rendered as plain text, labelled."""
    text = RENDERINGS[rendering](decode.decode(truth.content))
    outline = plain.outline(decode.normalize(text))
    return _labelled(truth, f"{truth.page} {rendering}", outline, "text")


def _labelled(truth: Truth, page: str, outline: Outline, markup: Markup) -> Sample:
    texts = [block.text for block in outline.blocks]
    return Sample(
        markup,
        page,
        truth.site,
        truth.fold,
        outline,
        np.array(labels.shares(texts, truth.text), dtype=np.float32),
        np.array([len(labels.words(text)) for text in texts], dtype=np.float32),
        truth.text,
    )


@dataclass(frozen=True)
class Fitted:
    """A model of all samples, and what models that never saw a page's site say of its blocks."""

    model: Model
    unseen: dict[str, Probabilities]


def fit(samples: Sequence[Sample], *, validate: bool = True) -> Fitted:
    """Fit a model and, to `validate`, others that leave out the sites of one fold each.

    The vocabulary's scores of a training page come from a vocabulary that saw neither the page's
    fold nor the fold that is tested: the forest learns how far to trust scores of unknown sites.
    """
    held_out = [(), *combinations(range(FOLDS), 1)]
    if validate:
        held_out += combinations(range(FOLDS), 2)
    vocabularies = fit_vocabularies(samples, held_out, PROCESSES)
    tested = [set[int](), *({fold} for fold in range(FOLDS))] if validate else [set[int]()]
    whole, *others = shared_map(_model, (samples, vocabularies), tested, PROCESSES)
    unseen = {
        sample.page: others[sample.fold].probabilities(sample.outline)
        for sample in samples
        if validate
    }
    return Fitted(whole, unseen)


def _model(
    data: tuple[Sequence[Sample], dict[tuple[int, ...], Vocabulary]], tested: set[int]
) -> Model:
    """Return a model that saw no page of the folds `tested`."""
    samples, vocabularies = data
    matrices, shares, weights = [], [], []
    for sample in samples:
        if len(sample.shares) and sample.fold not in tested:
            unknowing = vocabularies[tuple(sorted(tested | {sample.fold}))]
            rows = _rows(sample)
            matrices.append(features.describe(sample.outline, unknowing)[rows])
            shares.append(sample.shares[rows])
            weights.append(row_weights(sample)[rows])
    forest = fit_forest(np.concatenate(matrices), np.concatenate(shares), np.concatenate(weights))
    return Model(vocabularies[tuple(sorted(tested))], forest)


def _rows(sample: Sample) -> npt.NDArray[np.intp]:
    count = len(sample.shares)
    most = MOST_ROWS[sample.markup]
    if count <= most:
        return np.arange(count)
    chance = np.random.default_rng(zlib.crc32(sample.page.encode()))
    return np.sort(chance.choice(count, most, replace=False))


def scores(
    samples: Sequence[Sample], truths: dict[str, Truth], unseen: dict[str, Probabilities]
) -> dict[str, float]:
    """Return the mean word F1, of each group of pages: of what `clean` would return."""
    found: dict[str, list[float]] = defaultdict(list)
    for sample in samples:
        page, markup = sample.page.split(" ")[0], sample.markup
        truth = truths[page]
        source = Page(page, b"", markup, given=Given(url=truth.url or None))
        kept, _, _ = decided(source, sample.outline, markup, unseen[sample.page])
        text = "\n".join(
            block.text for block, keep in zip(sample.outline.blocks, kept, strict=True) if keep
        )
        for name in truth.groups:
            found[name].append(labels.word_f1(text, sample.text))
    return {name: sum(values) / len(values) for name, values in found.items()}


def html_samples(truths: dict[str, Truth], run: Callable[..., Any]) -> dict[str, list[Sample]]:
    """Return the pages as HTML, labelled, and books made of them."""
    found = list(run(html_sample, truths.values()))
    return {"HTML": found, f"HTML, {LENGTHENED}": lengthened(found)}


def text_samples(truths: dict[str, Truth], run: Callable[..., Any]) -> dict[str, list[Sample]]:
    """Return the pages in each rendering as plain text, labelled, and variants of some."""
    found = {
        name: list(run(partial(text_sample, rendering=name), truths.values()))
        for name in RENDERINGS
    }
    lines = found["a line a block"]
    found[TRIMMED] = [trimmed(sample) for sample in lines]
    bare = [trimmed(sample) for sample in found["indented"]]
    found[LENGTHENED] = [*lengthened(lines), *lengthened(bare, prose_alone=True)]
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit the models, print their cross-validated scores, and write the model file."""
    parser = argparse.ArgumentParser(prog="python -m index.cleaning.train", description=__doc__)
    parser.add_argument("data", type=Path, help="the folder of WCXB's development split")
    parser.add_argument("--into", type=Path, default=Path(__file__).with_name(FILE))
    parser.add_argument("--only", choices=("html", "text"), help="keep the other model as it is")
    parser.add_argument("--no-scores", action="store_true", help="fit what is written, no more")
    chosen = parser.parse_args(arguments)
    truths = {truth.page: truth for truth in read(chosen.data)}
    models: dict[Markup, Model] = {}
    read_as: dict[Markup, Any] = {"html": html_samples, "text": text_samples}
    for markup, samples_of in read_as.items():
        if chosen.only not in (None, markup):
            models[markup] = load(markup)
            continue
        with ProcessPoolExecutor(PROCESSES) as pool:
            groups = samples_of(truths, partial(pool.map, chunksize=16))
        samples = [sample for group in groups.values() for sample in group]
        fitted = fit(samples, validate=not chosen.no_scores)
        models[markup] = fitted.model
        for name, group in groups.items() if fitted.unseen else ():
            table = scores(group, truths, fitted.unseen)
            values = (f"{kind} {value:.3f}" for kind, value in sorted(table.items()))
            sys.stdout.write(" | ".join((f"| {name}", *values)) + "\n")
            sys.stdout.flush()
    save(models, chosen.into)


if __name__ == "__main__":
    main()
