"""The pages that the taggers are measured on."""

from __future__ import annotations

import json
from collections import Counter
from importlib.resources import files
from pathlib import Path

from index.entities.training.pages import read_labels

GOLD = Path(__file__).parents[2] / "benchmarks" / "entities-gold.jsonl"


def test_no_page_is_both_learnt_from_and_measured_on() -> None:
    trained = read_labels(Path(str(files("index.entities.training") / "pages.jsonl")))
    measured = read_labels(GOLD)
    assert len(trained) > 200
    assert len(measured) > 100
    assert trained.keys().isdisjoint(measured)


def test_a_page_is_measured_in_one_split_only() -> None:
    rows = [json.loads(line) for line in GOLD.read_text("utf-8").splitlines()]
    assert len({row["id"] for row in rows}) == len(rows)
    assert min(Counter(row["split"] for row in rows).values()) >= 30
    assert {row["split"] for row in rows} == {"development", "test"}
