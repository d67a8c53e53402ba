"""The weights of the evidence for a company, fitted to pages labelled by hand."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.entities.candidates import collect
from index.entities.companies import find_listed
from index.entities.lexicon import company_key, load
from index.entities.tagger import load as load_tagger
from index.entities.training.pages import LabelledPage, read_labels, read_pages

PENALTY = 1.0
"""Ridge penalty of the weights (all but the first)."""


def evidence(
    data: Path, labels: Mapping[str, LabelledPage], tagger: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the features of every candidate of the labelled pages, and which are companies."""
    lexicon = load()
    rows, right = [], []
    for page in read_pages(data):
        if page.id not in labels:
            continue
        words = page.words(labels[page.id].characters)
        listed = find_listed(words, lexicon)
        _, candidates = collect(words, load_tagger(tagger).tag(words, listed), listed, lexicon)
        small = frozenset(words)
        keys = {company_key(name) for name in labels[page.id].companies}
        keys |= {company_key(lexicon.canonical.get(key, "")) for key in keys}
        for candidate in candidates:
            rows.append(candidate.features(lexicon, small))
            right.append(float(candidate.key in keys))
    return np.array(rows), np.array(right)


def fit(
    features: NDArray[np.float64], right: NDArray[np.float64], steps: int = 50
) -> NDArray[np.float64]:
    """Return the weights of a logistic regression with a ridge penalty, by Newton's method."""
    weights = np.zeros(features.shape[1])
    penalty = np.full(len(weights), PENALTY)
    penalty[0] = 1e-3
    for _ in range(steps):
        p = 1 / (1 + np.exp(-features @ weights))
        gradient = features.T @ (p - right) + penalty * weights
        hessian = (features * (p * (1 - p))[:, None]).T @ features + np.diag(penalty)
        weights -= np.linalg.solve(hessian, gradient)
    return weights


def main() -> None:
    """Print the weights: `python -m index.entities.training.calibration DATA LABELS TAGGER`."""
    data, path, tagger = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    features, right = evidence(data, read_labels(path), tagger)
    weights = fit(features, right)
    wrong = np.mean((features @ weights > 0) != (right > 0))
    print(f"{len(right)} candidates, {int(right.sum())} companies, {wrong:.1%} wrong")
    print(", ".join(f"{weight:.2f}" for weight in weights))


if __name__ == "__main__":
    main()
