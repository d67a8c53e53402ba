"""The teacher: a small pretrained encoder, fine-tuned to label words (Devlin et al., 2019)."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from transformers import BertModel

from index.entities.casing import CASE_CLASSES, case_class
from index.entities.labels import LABELS
from index.entities.tokens import LINE_BREAK
from index.entities.training.corpora import Sentence
from index.entities.wordpieces import word_pieces

SEQUENCE_WORDS = 90
"""Consecutive sentences are packed up to about as many words (125 pieces)."""
ENCODER_RATE, HEAD_RATE = 1.5e-4, 1e-3
BATCH = 32


@dataclass(frozen=True, slots=True)
class Example:
    """Words with the labels allowed (0 or 1) or their probabilities, shape (words, labels)."""

    words: tuple[str, ...]
    targets: NDArray[np.float32]
    weight: float = 1.0


class Teacher(nn.Module):  # type: ignore[misc]
    """all-MiniLM-L6-v2 with letter case in its segment embeddings, and a linear head."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.encoder = BertModel.from_pretrained(
            folder,
            add_pooling_layer=False,
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
        )
        lines = (folder / "vocab.txt").read_text(encoding="utf-8").splitlines()
        self.vocabulary = {piece: number for number, piece in enumerate(lines)}
        width = self.encoder.config.hidden_size
        segments = nn.Embedding(CASE_CLASSES, width)
        with torch.no_grad():
            first = self.encoder.embeddings.token_type_embeddings.weight[0]
            segments.weight.copy_(first + 0.01 * torch.randn(CASE_CLASSES, width))
        self.encoder.embeddings.token_type_embeddings = segments
        self.encoder.config.type_vocab_size = CASE_CLASSES
        self.encoder.embeddings.word_embeddings.weight.requires_grad = False
        self.head = nn.Sequential(nn.Dropout(0.1), nn.Linear(width, len(LABELS)))
        self._pieces: dict[str, tuple[list[int], int]] = {}

    def encode(self, word: str) -> tuple[list[int], int]:
        """Return the piece numbers and the case class of a word."""
        found = self._pieces.get(word)
        if found is None:
            pieces = (
                [self.vocabulary["[SEP]"]]
                if word == LINE_BREAK
                else word_pieces(word, self.vocabulary)
            )
            found = self._pieces[word] = (pieces, case_class(word))
        return found

    def forward(self, batch: Sequence[Sequence[str]]) -> list[torch.Tensor]:
        """Return one tensor (words, labels) of logits for each sequence of words."""
        rows, cases, firsts = [], [], []
        for words in batch:
            row, case, first = [self.vocabulary["[CLS]"]], [8], []
            for word in words:
                pieces, kind = self.encode(word)
                first.append(len(row))
                row.extend(pieces)
                case.extend([kind] * len(pieces))
            row.append(self.vocabulary["[SEP]"])
            case.append(8)
            rows.append(row[:510])
            cases.append(case[:510])
            firsts.append([min(f, 509) for f in first])
        width = max(map(len, rows))
        ids = torch.zeros(len(rows), width, dtype=torch.long)
        kinds = torch.zeros(len(rows), width, dtype=torch.long)
        mask = torch.zeros(len(rows), width, dtype=torch.long)
        for number, row in enumerate(rows):
            ids[number, : len(row)] = torch.tensor(row)
            kinds[number, : len(row)] = torch.tensor(cases[number])
            mask[number, : len(row)] = 1
        hidden = self.encoder(
            input_ids=ids, token_type_ids=kinds, attention_mask=mask
        ).last_hidden_state
        return [self.head(hidden[n, firsts[n]]) for n in range(len(rows))]


def pack(sentences: Sequence[Sentence], rng: random.Random, titled: float = 0.0) -> list[Example]:
    """Join consecutive sentences into sequences; a share of them also as title-case headings."""
    examples: list[Example] = []
    words: list[str] = []
    allowed: list[tuple[int, ...]] = []

    def flush() -> None:
        if words:
            targets = np.zeros((len(words), len(LABELS)), np.float32)
            for row, labels in zip(targets, allowed, strict=True):
                row[list(labels)] = 1
            examples.append(Example(tuple(words), targets))
            words.clear()
            allowed.clear()

    for sentence in sentences:
        if len(words) + len(sentence.words) > SEQUENCE_WORDS:
            flush()
        style = rng.random()
        if style < titled:
            change = str.upper if style < titled / 4 else _title
            words.extend(change(word) for word in sentence.words)
        else:
            words.extend(sentence.words)
        allowed.extend(sentence.allowed)
        words.append(LINE_BREAK)
        allowed.append((0,))
    flush()
    return examples


def _title(word: str) -> str:
    return word[0].upper() + word[1:] if len(word) > 3 else word


def loss(logits: torch.Tensor, targets: torch.Tensor, *, mean: bool = True) -> torch.Tensor:
    """Return the mean loss: minus the log of the probability of the allowed labels.

    Where a row of targets sums to one with parts (soft labels) it is the cross-entropy.
    """
    log_p = logits.log_softmax(-1)
    soft = ((targets > 0) & (targets < 1)).any(-1)
    hard = -torch.logsumexp(log_p.masked_fill(targets <= 0, -1e4), -1)
    each = torch.where(soft, -(targets * log_p).sum(-1), hard)
    return each.mean() if mean else each


def batches(examples: Sequence[Example], rng: random.Random, size: int) -> Iterator[list[Example]]:
    """Yield batches of sequences of about the same length, in random order."""
    order = sorted(examples, key=lambda example: sum(map(len, example.words)) + 20 * rng.random())
    groups = [order[start : start + size] for start in range(0, len(order), size)]
    rng.shuffle(groups)
    yield from groups


def fine_tune(teacher: Teacher, examples: Sequence[Example], *, epochs: int, seed: int = 0) -> None:
    """Train in place, the rates warmed up over 5% of the steps and lowered to nothing."""
    rng = random.Random(seed)
    torch.manual_seed(seed)
    head = [*teacher.head.parameters(), teacher.encoder.embeddings.token_type_embeddings.weight]
    known = {id(parameter) for parameter in head}
    body = [p for p in teacher.encoder.parameters() if p.requires_grad and id(p) not in known]
    optimizer = torch.optim.AdamW(
        [{"params": body, "lr": ENCODER_RATE}, {"params": head, "lr": HEAD_RATE}],
        weight_decay=0.01,
    )
    steps = epochs * ((len(examples) + BATCH - 1) // BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / (0.05 * steps + 1), (steps - step) / steps)
    )
    teacher.train()
    step, running = 0, 0.0
    for epoch in range(epochs):
        for batch in batches(examples, rng, BATCH):
            logits = teacher([example.words for example in batch])
            targets = torch.from_numpy(np.concatenate([example.targets for example in batch]))
            value = loss(torch.cat(logits), targets)
            optimizer.zero_grad()
            value.backward()
            nn.utils.clip_grad_norm_(teacher.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            step += 1
            running += value.item()
            if step % 20 == 0:
                print(
                    f"teacher: epoch {epoch + 1}, step {step}/{steps}, loss {running / 20:.4f}",
                    flush=True,
                )
                running = 0.0
    teacher.eval()


@torch.inference_mode()  # type: ignore[untyped-decorator]
def label(teacher: Teacher, words: Sequence[str]) -> NDArray[np.float32]:
    """Return the label probabilities of one document's words, shape (words, labels).

    The document is read in windows of which only the middle is kept, so that each word is seen
    with its context.
    """
    teacher.eval()
    size, margin = 150, 20
    starts = list(range(0, max(len(words) - 2 * margin, 1), size - 2 * margin))
    windows = [words[start : start + size] for start in starts]
    result = np.zeros((len(words), len(LABELS)), np.float32)
    for group in range(0, len(windows), 16):
        logits = teacher(windows[group : group + 16])
        for start, window in zip(starts[group : group + 16], logits, strict=True):
            probabilities = window.softmax(-1).numpy()
            skip = margin if start else 0
            result[start + skip : start + len(probabilities)] = probabilities[skip:]
    return result
