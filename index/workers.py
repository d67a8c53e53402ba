"""Pages to documents in worker processes, so that no page can end a run."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from itertools import islice
from multiprocessing.synchronize import Event
from typing import TypeVar

from index.cleaning import SiteEvidence, survey
from index.errors import WhodexError
from index.extraction import Options, make_document
from index.records import Document, Page
from index.sources import Problem
from index.worker_start import begin, stopped

# Spawned, not forked: the progress bar runs a thread, and forks of threads can hang.
CONTEXT = multiprocessing.get_context("spawn")

# Pages that go to a worker at a time: enough that the sending costs little beside the work.
CHUNK_PAGES = 8
# Chunks under way for each worker, so that none waits, and memory stays bounded.
CHUNKS_AHEAD = 3
# Fewer changed files than this are not worth the start of worker processes.
FILES_WORTH_WORKERS = 100


@dataclass(frozen=True, slots=True)
class Task:
    """A page to be indexed, as it goes to a worker; `site` is what its host tells of it."""

    page: Page
    stored_path: str
    fingerprint: str
    site: SiteEvidence | None = None


Result = Document | Problem
Returned = TypeVar("Returned")
Answer = TypeVar("Answer")


def extract_all(
    tasks: Iterable[Task], options: Options, *, files: int, workers: int | None = None
) -> Iterator[Result]:
    """Yield the document of every page, in order, or why there is none.

    `workers` is the number of processes (default: one a core, or none for a few `files`).
    """
    yield from _each(tasks, partial(_document, options), _death, _count(files, workers))


def survey_all(
    tasks: Iterable[Task], *, files: int, workers: int | None = None
) -> Iterator[frozenset[int]]:
    """Yield the fingerprints of every page's blocks, in order; none of one that cannot be read."""
    yield from _each(tasks, _fingerprints, _nothing, _count(files, workers))


def _document(options: Options, task: Task) -> Result:
    """Return the document of a page; a defect costs its page alone."""
    try:
        place = (task.stored_path, task.fingerprint)
        return make_document(task.page, *place, options, task.site)
    except WhodexError:
        raise
    except Exception as error:  # noqa: BLE001 - one page must not end a run over millions
        return Problem.of_defect(task.page, error)


def _death(task: Task) -> Result:
    return Problem(task.page.path, "the process that read it died", task.page.line)


def _fingerprints(task: Task) -> frozenset[int]:
    try:
        return survey(task.page)
    except Exception:  # noqa: BLE001 - the defect is told when the page is extracted
        return frozenset()


def _nothing(task: Task) -> frozenset[int]:
    return frozenset()


def _count(files: int, workers: int | None) -> int:
    return workers or (os.cpu_count() or 1 if files >= FILES_WORTH_WORKERS else 1)


def _each(
    tasks: Iterable[Task],
    work: Callable[[Task], Returned],
    died: Callable[[Task], Returned],
    workers: int,
) -> Iterator[Returned]:
    """Yield what `work` returns for every task, in order, or what `died` does if it ends there."""
    return map(work, tasks) if workers == 1 else _in_pool(iter(tasks), work, died, workers)


def _in_pool(
    tasks: Iterator[Task],
    work: Callable[[Task], Returned],
    died: Callable[[Task], Returned],
    workers: int,
) -> Iterator[Returned]:
    stop = CONTEXT.Event()
    pool = _pool(workers, stop)
    waiting: deque[tuple[Future[list[Returned]], list[Task]]] = deque()
    try:
        while True:
            while len(waiting) < workers * CHUNKS_AHEAD:
                chunk = list(islice(tasks, CHUNK_PAGES))
                if not chunk:
                    break
                waiting.append((_submit(pool, _chunk, work, chunk), chunk))
            if not waiting:
                break
            future, chunk = waiting.popleft()
            try:
                yield from future.result()
            except BrokenProcessPool:
                # Whoever killed it is among these: each is done again in a process of its own.
                pool.shutdown()
                for task in [*chunk, *(task for _, other in waiting for task in other)]:
                    yield _alone(task, work, died)
                waiting.clear()
                pool = _pool(workers, stop)
    finally:
        # Not terminated: a process that ends while it sends its pages lets the pool wait for ever.
        stop.set()
        pool.shutdown(cancel_futures=True)


def _chunk(work: Callable[[Task], Returned], tasks: list[Task]) -> list[Returned]:
    return [work(task) for task in tasks if not stopped()]


def _alone(
    task: Task, work: Callable[[Task], Returned], died: Callable[[Task], Returned]
) -> Returned:
    with _pool(1, CONTEXT.Event()) as pool:
        try:
            return _submit(pool, work, task).result()
        except BrokenProcessPool:
            return died(task)


def _submit(
    pool: ProcessPoolExecutor, work: Callable[..., Answer], *arguments: object
) -> Future[Answer]:
    """Give work to a pool, which may start a process for it.

    That inherits what is blocked here: no interruption, which is the parent's to deal with, finds
    it half begun.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        return pool.submit(work, *arguments)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        return pool.submit(work, *arguments)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _pool(workers: int, stop: Event) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(workers, mp_context=CONTEXT, initializer=begin, initargs=(stop,))
