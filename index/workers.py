"""Pages to documents in worker processes, so that no page can end a run."""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import islice

from index.errors import WhodexError
from index.extraction import Options, make_document
from index.records import Document, Page
from index.sources import Problem

# Pages that go to a worker at a time: enough that the sending costs little beside the work.
CHUNK_PAGES = 8
# Chunks under way for each worker, so that none waits, and memory stays bounded.
CHUNKS_AHEAD = 3
# Fewer changed files than this are not worth the start of worker processes.
FILES_WORTH_WORKERS = 100


@dataclass(frozen=True, slots=True)
class Task:
    """A page to be indexed, as it goes to a worker."""

    page: Page
    stored_path: str
    fingerprint: str


Result = Document | Problem


def extract_all(
    tasks: Iterable[Task], options: Options, *, files: int, workers: int | None = None
) -> Iterator[Result]:
    """Yield the document of every page, in order, or why there is none.

    `workers` is the number of processes (default: one a core, or none for a few `files`).
    """
    count = workers or (os.cpu_count() or 1 if files >= FILES_WORTH_WORKERS else 1)
    if count > 1:
        yield from _in_pool(iter(tasks), options, count)
    else:
        for task in tasks:
            yield from _extract([task], options)


def _in_pool(tasks: Iterator[Task], options: Options, workers: int) -> Iterator[Result]:
    """Extract in worker processes; a page that kills its worker is left out, and says so."""
    pool = _pool(workers)
    waiting: deque[tuple[Future[list[Result]], list[Task]]] = deque()
    try:
        while True:
            while len(waiting) < workers * CHUNKS_AHEAD:
                chunk = list(islice(tasks, CHUNK_PAGES))
                if not chunk:
                    break
                waiting.append((pool.submit(_extract, chunk, options), chunk))
            if not waiting:
                break
            future, chunk = waiting.popleft()
            try:
                yield from future.result()
            except BrokenProcessPool:
                pool.shutdown()
                for task in [*chunk, *(task for _, other in waiting for task in other)]:
                    yield from _alone(task, options)
                waiting.clear()
                pool = _pool(workers)
    finally:
        pool.shutdown(cancel_futures=True)


def _pool(workers: int) -> ProcessPoolExecutor:
    # Spawned, not forked: the progress bar runs a thread, and forks of threads can hang.
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))


def _alone(task: Task, options: Options) -> list[Result]:
    """Extract one page in a process of its own."""
    with _pool(1) as pool:
        try:
            return pool.submit(_extract, [task], options).result()
        except BrokenProcessPool:
            return [Problem(task.page.path, "the process that read it died", task.page.line)]


def _extract(tasks: list[Task], options: Options) -> list[Result]:
    """Return the documents of some pages; a defect costs its page alone."""
    results: list[Result] = []
    for task in tasks:
        try:
            results.append(make_document(task.page, task.stored_path, task.fingerprint, options))
        except WhodexError:
            raise
        except Exception as error:  # noqa: BLE001 - one page must not end a run over millions
            reason = f"could not be read ({type(error).__name__}: {error})"
            results.append(Problem(task.page.path, reason, task.page.line))
    return results
