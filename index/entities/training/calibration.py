"""The weights of the evidence for a company, fitted to pages labelled by hand."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.entities.candidates import collect
from index.entities.companies import find_listed
from index.entities.lexicon import Lexicon, company_key, load
from index.entities.resolver import ACCEPTED
from index.entities.tagger import load as load_tagger
from index.entities.training.pages import LabelledPage, read_labels, read_pages

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


def evidence(
    data: Path, labels: Mapping[str, LabelledPage], tagger: str, withheld: float, seed: int
) -> Evidence:
    """Return what is to be weighed on the labelled pages, a share of the list withheld."""
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
        spans = load_tagger(tagger).tag(words, listed)
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


def main() -> None:
    """Print how well they do, and the weights.

    `python -m index.entities.training.calibration DATA LABELS TAGGER`; F1 on each page with weights
    fitted on all others.

    Pages of the labels' test split are left out.
    """
    data, path, tagger = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    held = {row["id"] for row in rows if row.get("split") == "test"}
    labels = {key: page for key, page in read_labels(path).items() if key not in held}
    parts = [evidence(data, labels, tagger, share, seed) for seed, share in enumerate(WITHHELD)]
    for share, part in zip(WITHHELD, parts, strict=True):
        print(f"{share:.0%} of the list withheld: F1 {100 * validate(part, parts):.1f}")
    weights = _fit(parts)
    print(", ".join(f"{weight:.2f}" for weight in weights))


def validate(part: Evidence, parts: Sequence[Evidence]) -> float:
    """Return the F1 on each page of a part with weights fitted on all other pages."""
    found = right = 0.0
    for page in set(part.pages.tolist()):
        weights = _fit(parts, without=page)
        here = part.pages == page
        accepted = _probabilities(part.features[here], weights) >= ACCEPTED
        found += accepted.sum()
        right += part.right[here][accepted].sum()
    return 2 * right / (found + part.expected)


def _fit(parts: Sequence[Evidence], without: str = "") -> NDArray[np.float64]:
    kept = [part.pages != without for part in parts]
    features = [part.features[mask] for part, mask in zip(parts, kept, strict=True)]
    right = [part.right[mask] for part, mask in zip(parts, kept, strict=True)]
    return fit(np.concatenate(features), np.concatenate(right))


def _probabilities(
    features: NDArray[np.float64], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    probabilities: NDArray[np.float64] = 1 / (1 + np.exp(-features @ weights))
    return probabilities


if __name__ == "__main__":
    main()
