"""How the parts of a model are fitted to labelled pages (needs the extra `train`)."""

from __future__ import annotations

import multiprocessing
import warnings
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from index.cleaning.forest import Forest, from_lightgbm
from index.cleaning.model import rounded
from index.cleaning.outline import Outline
from index.cleaning.vocabulary import Vocabulary, name_tokens, word_tokens
from index.records import Markup

Floats = npt.NDArray[np.float32]
Row = tuple[list[str], float, float]
Shared = TypeVar("Shared")
Item = TypeVar("Item")
Result = TypeVar("Result")

# A token must occur on so many sites to be more than the habit of one of them.
SITES_A_NAME = 3
SITES_A_WORD = 5
# The inverse strength of the linear models' penalty, by cross-validation.
PENALTY_OF_NAMES = 0.1
PENALTY_OF_WORDS: dict[Markup, float] = {"html": 0.1, "text": 0.3}
ITERATIONS = 40
# A block counts by the root of its words, up to so many; each page counts the same.
MOST_WORDS = 60
TREES = 200
DEPTH = 6
LIGHTGBM: dict[str, Any] = {
    "objective": "cross_entropy",
    "max_depth": DEPTH,
    "num_leaves": 48,
    "learning_rate": 0.07,
    "min_child_samples": 100,
    "feature_fraction": 0.3,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 5,
    "max_bin": 63,
    "seed": 1,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbose": -1,
}


@dataclass(frozen=True)
class Sample:
    """A labelled page: `shares` holds the share of each block's words that is content.

    `text` is what the page should give.
    """

    markup: Markup
    page: str
    site: str
    fold: int
    outline: Outline
    shares: npt.NDArray[np.float32]
    words: npt.NDArray[np.float32]
    text: str


class TokenTable:
    """The tokens of all samples as a matrix, from which vocabularies are fitted.

    A row is a kind of block of one page (`rows` yields its tokens, and how much content and how
    much else it holds); `by_length` divides each row by the root of its number of tokens.
    """

    def __init__(
        self,
        samples: Sequence[Sample],
        rows: Callable[[Sample], Iterable[Row]],
        *,
        least_sites: int,
        by_length: bool,
        penalty: float,
    ) -> None:
        from scipy import sparse

        sites = {site: number for number, site in enumerate(sorted({s.site for s in samples}))}
        known: dict[str, int] = {}
        bounds, columns, values = [0], [], []
        content, other, folds, where = [], [], [], []
        for sample in samples:
            for tokens, right, wrong in rows(sample):
                columns += [known.setdefault(token, len(known)) for token in tokens]
                values += [len(tokens) ** -0.5 if by_length else 1.0] * len(tokens)
                bounds.append(len(columns))
                content.append(right)
                other.append(wrong)
                folds.append(sample.fold)
                where.append(sites[sample.site])
        self._matrix = sparse.csr_matrix(
            (np.array(values, dtype=np.float32), np.array(columns), np.array(bounds)),
            shape=(len(content), len(known)),
        )
        self._matrix.sum_duplicates()
        self._tokens = np.array(list(known))
        self._weights = np.array([content, other])
        self._folds = np.array(folds)
        self._sites = np.array(where)
        self._least_sites = least_sites
        self._penalty = penalty

    def fit(self, without: Collection[int]) -> dict[str, float]:
        """Return the weights of a logistic regression that sees no page of the folds `without`."""
        from scipy import sparse
        from sklearn.linear_model import LogisticRegression

        seen = ~np.isin(self._folds, list(without))
        matrix = self._matrix[seen]
        sites = sparse.csr_matrix(
            (np.ones(len(matrix.indices), dtype=np.float32), (
                np.repeat(self._sites[seen], np.diff(matrix.indptr)), matrix.indices)),
            shape=(self._sites.max() + 1, matrix.shape[1]),
        )  # fmt: skip
        frequent = np.flatnonzero(np.bincount(sites.tocsr().indices, minlength=matrix.shape[1])
                                  >= self._least_sites)  # fmt: skip
        frequent = frequent[np.argsort(self._tokens[frequent])]
        matrix = matrix[:, frequent]
        weights = self._weights[:, seen]
        both = sparse.vstack([matrix[row > 0] for row in weights]).tocsr()
        target = np.repeat([1, 0], [(row > 0).sum() for row in weights])
        # The weights of a page sum to one; the penalty is meant for a hundred blocks a page.
        sample_weight = 100 * np.concatenate([row[row > 0] for row in weights])
        regression = LogisticRegression(C=self._penalty, max_iter=ITERATIONS, tol=1e-3)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that it could go on: early is regular enough
            regression.fit(both, target, sample_weight=sample_weight)
        return dict(zip(self._tokens[frequent].tolist(), regression.coef_[0].tolist(), strict=True))


class VocabularyTable:
    """The names and the words of all samples."""

    def __init__(self, samples: Sequence[Sample]) -> None:
        self._markup = samples[0].markup
        self._names = TokenTable(
            samples,
            _name_rows,
            least_sites=SITES_A_NAME,
            by_length=False,
            penalty=PENALTY_OF_NAMES,
        )
        self._words = TokenTable(
            samples,
            _word_rows,
            least_sites=SITES_A_WORD,
            by_length=True,
            penalty=PENALTY_OF_WORDS[self._markup],
        )

    def fit(self, without: Collection[int]) -> Vocabulary:
        """Return a vocabulary that saw no page of the folds `without`."""
        names, words = self._names.fit(without), self._words.fit(without)
        return Vocabulary(rounded(names), rounded(words), self._markup)


def fit_vocabularies(
    samples: Sequence[Sample], without: Sequence[tuple[int, ...]], processes: int
) -> dict[tuple[int, ...], Vocabulary]:
    """Return a vocabulary for each set of folds that it must not have seen."""
    found = shared_map(VocabularyTable.fit, VocabularyTable(samples), without, processes)
    return dict(zip(without, found, strict=True))


def shared_map(
    function: Callable[[Shared, Item], Result],
    shared: Shared,
    items: Sequence[Item],
    processes: int,
) -> list[Result]:
    """Return `function(shared, item)` of each item, from processes that do not copy `shared`."""
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(processes, context, _adopt, (function, shared)) as pool:
        return list(pool.map(_apply_adopted, items))


_adopted: list[Any] = []


def _adopt(function: Callable[..., Any], shared: object) -> None:
    _adopted[:] = [function, shared]


def _apply_adopted(item: object) -> Any:
    function, shared = _adopted
    return function(shared, item)


def fit_forest(
    matrix: Floats, shares: npt.NDArray[np.float32], weights: Floats, trees: int = TREES
) -> Forest:
    """Return the boosted trees that foretell the shares of content (rows x features, rows)."""
    import lightgbm

    data = lightgbm.Dataset(matrix, shares, weight=weights / weights.mean())
    return from_lightgbm(lightgbm.train(LIGHTGBM, data, trees).dump_model(), DEPTH)


def row_weights(sample: Sample) -> Floats:
    """Return how much the forest is to heed each block.

    F1 over words counts long blocks more, and all pages the same; the root of it heeds both.
    """
    roots = _roots(sample)
    return np.asarray(roots / np.sqrt(max(1.0, float(roots.sum()))), dtype=np.float32)


def _roots(sample: Sample) -> npt.NDArray[np.float64]:
    return np.sqrt(np.minimum(sample.words, MOST_WORDS).astype(np.float64))


def _weights(sample: Sample) -> npt.NDArray[np.float64]:
    roots = _roots(sample)
    return np.asarray(roots / max(1e-9, float(roots.sum())))


def _name_rows(sample: Sample) -> Iterable[Row]:
    paths: list[list[str]] = []
    for element in sample.outline.elements:
        above = paths[element.parent] if element.parent >= 0 else []
        paths.append(above + name_tokens(element.tag, element.names))
    sums: dict[tuple[int, str], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for block, share, weight in zip(
        sample.outline.blocks, sample.shares.tolist(), _weights(sample).tolist(), strict=True
    ):
        both = sums[block.element, block.inline]
        both[0] += weight * share
        both[1] += weight * (1 - share)
    for (at, inline), (content, other) in sums.items():
        inside = name_tokens("span", inline) if inline else []
        yield paths[at] + inside, content, other


def _word_rows(sample: Sample) -> Iterable[Row]:
    for block, share, weight in zip(
        sample.outline.blocks, sample.shares.tolist(), _weights(sample).tolist(), strict=True
    ):
        yield word_tokens(block.text, sample.markup), weight * share, weight * (1 - share)
