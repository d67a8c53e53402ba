"""The students: small networks, trained on the corpora and on the teacher's probabilities."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from index.entities.casing import CASE_CLASSES, case_class
from index.entities.companies import find_listed
from index.entities.features import (
    KNOWN_FEATURES,
    PLACE_FEATURES,
    WORD_FEATURES,
    capitalised,
    pieces_of,
    place_features,
    seen_places,
    word_features,
)
from index.entities.labels import LABELS
from index.entities.lexicon import Lexicon
from index.entities.network import WINDOW
from index.entities.training.teacher import Example, loss


@dataclass(frozen=True, slots=True)
class Size:
    """How large a student is: widths of the embeddings and layers."""

    pieces: int
    hashed: int
    rows: int
    hidden: int
    dilations: tuple[int, ...]


SIZES = {
    "fast": Size(40, 24, 8192, 64, (1,)),
    "accurate": Size(160, 64, 32768, 256, (1, 2, 4, 1)),
}
_GAP = 4
"""Empty words between documents: as many as the widest convolution reaches over."""
_BATCH_WORDS = 6000
_LISTED_KEPT = 0.5
"""Share of listed companies that training is told about, so that context is learnt as well."""
_FORGOTTEN = 0.15
"""Share of capitalised words of a batch that are as unknown as new names are."""


class Student(nn.Module):  # type: ignore[misc]
    """The network of `index.entities.network`, to be trained."""

    def __init__(self, size: Size, embeddings: np.ndarray) -> None:
        super().__init__()
        self.size = size
        centred = embeddings - embeddings.mean(0)
        _, _, axes = np.linalg.svd(centred[::7], full_matrices=False)
        reduced = centred @ axes[: size.pieces].T
        reduced *= 0.5 / reduced.std()
        self.pieces = nn.EmbeddingBag.from_pretrained(
            torch.tensor(reduced, dtype=torch.float32), freeze=False, mode="mean", padding_idx=None
        )
        self.hashed = nn.EmbeddingBag(size.rows, size.hashed, mode="sum", padding_idx=0)
        nn.init.normal_(self.hashed.weight, std=0.1)
        with torch.no_grad():
            self.hashed.weight[0] = 0
        width, hidden = size.pieces + size.hashed, size.hidden
        self.first = nn.Parameter(torch.randn(width, WINDOW * hidden) / (width * 2) ** 0.5)
        self.places = nn.Parameter(torch.zeros(PLACE_FEATURES, hidden))
        self.first_bias = nn.Parameter(torch.zeros(hidden))
        self.residual = nn.ModuleList(nn.Linear(3 * hidden, hidden) for _ in size.dilations)
        self.own = nn.Linear(hidden, hidden, bias=False)
        self.pooled = nn.Linear(2 * hidden, hidden)
        self.labels = nn.Linear(hidden, len(LABELS))
        self.dropout = nn.Dropout(0.25)

    def forward(self, batch: Batch) -> torch.Tensor:
        """Return the logits of the words of a batch that are looked at, shape (words, labels)."""
        vectors = torch.cat(
            [self.pieces(batch.pieces, batch.piece_offsets), self.hashed(batch.hashed)], 1
        )
        vectors = self.dropout(vectors)
        vectors = torch.cat([torch.zeros_like(vectors[:1]), vectors[1:]])
        hidden = self.size.hidden
        factored = (vectors @ self.first).view(-1, WINDOW, hidden)
        state = batch.places @ self.places + self.first_bias
        for offset in range(WINDOW):
            state = state + factored[batch.types[batch.seen + offset - WINDOW // 2], offset]
        state = functional.relu(state)
        row_of = torch.full((len(batch.types),), len(batch.seen))
        row_of[batch.seen] = torch.arange(len(batch.seen))
        for dilation, layer in zip(self.size.dilations, self.residual, strict=True):
            padded = functional.pad(self.dropout(state), (0, 0, 0, 1))
            before, after = row_of[batch.seen - dilation], row_of[batch.seen + dilation]
            windows = torch.cat([padded[before], padded[:-1], padded[after]], 1)
            state = state + functional.relu(layer(windows))
        named = state[batch.capitals]
        count = int(batch.groups.max()) + 1
        index = batch.groups[:, None].expand(-1, hidden)
        mean = torch.zeros(count, hidden).scatter_reduce(
            0, index, named, "mean", include_self=False
        )
        most = torch.zeros(count, hidden).scatter_reduce(
            0, index, named, "amax", include_self=False
        )
        pooled = self.pooled(torch.cat([mean, most], 1))
        both = self.own(state).index_add(0, batch.capitals, pooled[batch.groups])
        return self.labels(self.dropout(functional.relu(both)))


@dataclass(frozen=True)
class Batch:
    """Documents one after the other, empty words (type 0) around them.

    `types` number the distinct words, `seen` the places looked at, `capitals` the rows among those
    with a capital, and `groups` the distinct words of each document at these.
    """

    types: torch.Tensor
    seen: torch.Tensor
    capitals: torch.Tensor
    groups: torch.Tensor
    pieces: torch.Tensor
    piece_offsets: torch.Tensor
    hashed: torch.Tensor
    places: torch.Tensor
    targets: torch.Tensor
    weights: torch.Tensor


class Encoder:
    """Turns examples into batches."""

    def __init__(self, vocabulary: dict[str, int], lexicon: Lexicon, rows: int) -> None:
        self._vocabulary, self._lexicon, self._rows = vocabulary, lexicon, rows
        self._words: dict[str, tuple[list[int], list[int], int]] = {}

    def _word(self, word: str) -> tuple[list[int], list[int], int]:
        found = self._words.get(word)
        if found is None:
            rows = word_features(word, self._lexicon, self._rows)
            rows += [0] * (WORD_FEATURES - len(rows))
            found = self._words[word] = (pieces_of(word, self._vocabulary), rows, case_class(word))
        return found

    def batch(self, examples: Sequence[Example], rng: random.Random | None) -> Batch:
        """Return the examples as one batch; with `rng` some names are withheld."""
        numbers: dict[str, int] = {}
        groups: dict[tuple[int, str], int] = {}
        types = [0] * _GAP
        seen, group, capitals, places, targets, weights = [], [], [], [], [], []
        rows = 0
        for document, example in enumerate(examples):
            words = example.words
            listed = find_listed(words, self._lexicon)
            if rng is not None:
                withheld = {match.spelling for match in listed if rng.random() > _LISTED_KEPT}
                listed = [match for match in listed if match.spelling not in withheld]
            cases = np.array([self._word(word)[2] for word in words], np.int8)
            at = seen_places(cases)
            named = np.flatnonzero(capitalised(cases[at]))
            places.append(place_features(words, cases, listed, at))
            seen.append(at + len(types))
            capitals.append(named + rows)
            group += [
                groups.setdefault((document, words[index]), len(groups))
                for index in at[named].tolist()
            ]
            types += [numbers.setdefault(word, len(numbers) + 1) for word in words] + [0] * _GAP
            targets.append(example.targets[at])
            weights += [example.weight] * len(at)
            rows += len(at)
        is_name = capitalised(np.arange(CASE_CLASSES, dtype=np.int8))
        pieces: list[int] = [0]
        offsets, hashed = [0], [[0] * WORD_FEATURES]
        for word in numbers:
            its_pieces, its_rows, case = self._word(word)
            forgotten = rng is not None and is_name[case] and rng.random() < _FORGOTTEN
            offsets.append(len(pieces))
            pieces += its_pieces
            hashed.append(
                [0] * KNOWN_FEATURES + its_rows[KNOWN_FEATURES:] if forgotten else its_rows
            )
        return Batch(
            torch.tensor(types), torch.from_numpy(np.concatenate(seen)),
            torch.from_numpy(np.concatenate(capitals)), torch.tensor(group),
            torch.tensor(pieces), torch.tensor(offsets), torch.tensor(hashed),
            torch.from_numpy(np.concatenate(places)),
            torch.from_numpy(np.concatenate(targets)), torch.tensor(weights),
        )  # fmt: skip


def train(
    student: Student,
    encoder: Encoder,
    examples: Sequence[Example],
    *,
    epochs: int,
    rate: float = 2e-3,
    seed: int = 0,
) -> None:
    """Train in place with Adam, the rate lowered to nothing along a line."""
    rng = random.Random(seed)
    torch.manual_seed(seed)
    slow = [student.pieces.weight]
    others = [p for p in student.parameters() if p is not student.pieces.weight]
    optimizer = torch.optim.Adam([{"params": others, "lr": rate}, {"params": slow, "lr": rate / 4}])
    total = sum(len(example.words) for example in examples)
    steps = max(1, epochs * total // _BATCH_WORDS)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / (0.03 * steps + 1), max(0.01, 1 - step / steps))
    )
    student.train()
    step, running = 0, 0.0
    for epoch in range(epochs):
        for group in _groups(examples, rng):
            batch = encoder.batch(group, rng)
            logits = student(batch)
            value = (
                loss(logits, batch.targets, mean=False) * batch.weights
            ).sum() / batch.weights.sum()
            optimizer.zero_grad()
            value.backward()
            nn.utils.clip_grad_norm_(student.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            step, running = step + 1, running + value.item()
            if step % 100 == 0:
                print(
                    f"student: epoch {epoch + 1}, step {step}/{steps}, loss {running / 100:.4f}",
                    flush=True,
                )
                running = 0.0
    student.eval()


def _groups(examples: Sequence[Example], rng: random.Random) -> list[list[Example]]:
    order = list(examples)
    rng.shuffle(order)
    groups: list[list[Example]] = []
    size = _BATCH_WORDS
    for example in order:
        if size + len(example.words) > _BATCH_WORDS:
            groups.append([])
            size = 0
        groups[-1].append(example)
        size += len(example.words)
    rng.shuffle(groups)
    return groups


def export(student: Student, vocabulary: Sequence[str], path: Path) -> None:
    """Write the weights to an npz file as int8, with one scale for each column."""
    state = {name: tensor.detach().numpy() for name, tensor in student.state_dict().items()}
    layers = range(len(student.size.dilations))
    matrices = {
        "first": state["first"], "places": state["places"], "own": state["own.weight"].T,
        "pooled": state["pooled.weight"].T, "labels": state["labels.weight"].T,
        **{f"residual{n}": state[f"residual.{n}.weight"].T for n in layers},
    }  # fmt: skip
    arrays: dict[str, np.ndarray] = {
        "dilations": np.array(student.size.dilations, np.int8),
        "vocabulary": np.frombuffer("\n".join(vocabulary).encode(), np.uint8),
        "first_bias": state["first_bias"], "pooled_bias": state["pooled.bias"],
        "labels_bias": state["labels.bias"],
        **{f"residual{n}_bias": state[f"residual.{n}.bias"] for n in layers},
    }  # fmt: skip
    for name, matrix in matrices.items():
        scale = np.maximum(np.abs(matrix).max(0), 1e-8) / 127
        arrays[name] = np.round(matrix / scale).astype(np.int8)
        arrays[f"{name}_scale"] = scale.astype(np.float32)
    for name in ("pieces", "hashed"):
        table = state[f"{name}.weight"]
        scale = np.maximum(np.abs(table).max(0), 1e-8) / 127
        arrays[name] = np.round(table / scale).astype(np.int8)
        arrays[f"{name}_scale"] = scale.astype(np.float32)
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type]
