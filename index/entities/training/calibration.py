"""The weights of the evidence for a company, fitted to pages labelled by hand."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.entities.candidates import collect
from index.entities.companies import find_listed
from index.entities.lexicon import Lexicon, company_key, load
from index.entities.resolver import ACCEPTED
from index.entities.tagger import Tagger
from index.entities.training.pages import LabelledPage, read_pages

PENALTY = 1.0
"""Ridge penalty of the weights (all but the first)."""
WITHHELD = (0.0, 0.5, 0.5, 1.0)
"""Shares of the company list that is withheld, in turn: most companies are on no list, so that the
weights must not lean on it."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The features of candidates, which are companies, on which page; how many there are in all."""

    features: NDArray[np.float64]
    right: NDArray[np.float64]
    pages: NDArray[np.str_]
    expected: int

    def __add__(self, other: Evidence) -> Evidence:
        """Return the evidence of both."""
        return Evidence(
            np.concatenate([self.features, other.features]),
            np.concatenate([self.right, other.right]),
            np.concatenate([self.pages, other.pages]),
            self.expected + other.expected,
        )

    def without(self, pages: Sequence[str]) -> Evidence:
        """Return the evidence of the other pages."""
        kept = ~np.isin(self.pages, pages)
        return replace(
            self, features=self.features[kept], right=self.right[kept], pages=self.pages[kept]
        )


def evidence(
    data: Path, labels: Mapping[str, LabelledPage], tagger: Tagger, withheld: float, seed: int
) -> Evidence:
    """Return what is to be weighed on the labelled pages, a share of the list withheld.

    `tagger` must not have learnt from these pages.
    """
    lexicon = load()
    rng = random.Random(seed)
    rows, right, pages, expected = [], [], [], 0
    for page in read_pages(data):
        if page.id not in labels:
            continue
        words = page.words(labels[page.id].characters)
        listed = find_listed(words, lexicon)
        hidden = {match.spelling for match in listed if rng.random() < withheld}
        listed = [match for match in listed if match.spelling not in hidden]
        known = _without(lexicon, hidden)
        spans = tagger.tag(words, listed)
        _, candidates = collect(words, spans, listed, known)
        keys = {company_key(name) for name in labels[page.id].companies}
        expected += len(keys)
        keys |= {company_key(known.canonical[key]) for key in keys & known.canonical.keys()}
        for candidate in candidates:
            rows.append(candidate.features(known, frozenset(words)))
            right.append(float(candidate.key in keys))
            pages.append(page.id)
    return Evidence(np.array(rows), np.array(right), np.array(pages), expected)


def _without(lexicon: Lexicon, hidden: set[str]) -> Lexicon:
    if not hidden:
        return lexicon
    keys = {company_key(spelling) for spelling in hidden}
    canonical = {
        key: name
        for key, name in lexicon.canonical.items()
        if key not in keys and company_key(name) not in keys
    }
    return replace(lexicon, canonical=canonical)


def fit(
    features: NDArray[np.float64], right: NDArray[np.float64], steps: int = 50
) -> NDArray[np.float64]:
    """Return the weights of a logistic regression with a ridge penalty, by Newton's method."""
    weights = np.zeros(features.shape[1])
    penalty = np.full(len(weights), PENALTY)
    penalty[0] = 1e-3
    for _ in range(steps):
        p = _probabilities(features, weights)
        gradient = features.T @ (p - right) + penalty * weights
        hessian = (features * (p * (1 - p))[:, None]).T @ features + np.diag(penalty)
        weights -= np.linalg.solve(hessian, gradient)
    return weights


def weigh(parts: Sequence[Evidence]) -> NDArray[np.float64]:
    """Return the weights that fit all parts."""
    features = np.concatenate([part.features for part in parts])
    return fit(features, np.concatenate([part.right for part in parts]))


def validate(part: Evidence, parts: Sequence[Evidence]) -> float:
    """Return the F1 on a part, each tenth of its pages with weights fitted on the other pages."""
    found = right = 0.0
    pages = sorted(set(part.pages.tolist()))
    for tenth in (pages[start::10] for start in range(10)):
        here = np.isin(part.pages, tenth)
        weights = weigh([other.without(tenth) for other in parts])
        accepted = _probabilities(part.features[here], weights) >= ACCEPTED
        found += accepted.sum()
        right += part.right[here][accepted].sum()
    return 2 * right / (found + part.expected)


def _probabilities(
    features: NDArray[np.float64], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    probabilities: NDArray[np.float64] = 1 / (1 + np.exp(-features @ weights))
    return probabilities
