"""Bring an index up to date: changed pages in, vanished ones out, one commit."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from index import hosts, naming
from index.extraction import Options, make_id
from index.hosts import PAGES_COUNTED, Hosts, host_of
from index.records import Document
from index.sources import Problem, SourceFile, find, read
from index.store import directory as store
from index.store.manifest import HOSTS, NAMES
from index.store.paths import canonical, is_gone, located_path, stored_path
from index.store.writer import DEFAULT_MEMORY, Writer
from index.workers import Result, Task, extract_all, survey_all

DEFAULT_FOLDER = ".whodex"

# Pages of a host that are looked at for what they share; some turn out to be copies of others.
PAGES_SURVEYED = 2 * PAGES_COUNTED

ONLY_TITLED = "nothing but boilerplate was found: only its title is searched"

# Called with the number of changed files that are done, and of all.
Progress = Callable[[int, int], None]
# Called, before the work begins, with what somebody may want to stop it for.
Notice = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run did; `problems` lists every page that was left out, and why.

    `unchanged` and `removed` count files; `read` and `indexed` count pages.
    """

    folder: Path
    read: int
    indexed: int
    unchanged: int
    removed: int
    documents: int
    seconds: float
    problems: tuple[Problem, ...] = ()

    @property
    def skipped(self) -> tuple[Problem, ...]:
        """The problems for which a page was left out."""
        return tuple(problem for problem in self.problems if problem.skipped)


@dataclass(slots=True)
class _Tally:
    read: int = 0
    indexed: int = 0
    problems: list[Problem] = field(default_factory=list)


def build_index(
    paths: Iterable[str | Path],
    into: str | Path = DEFAULT_FOLDER,
    *,
    options: Options | None = None,
    workers: int | None = None,
    memory: int = DEFAULT_MEMORY,
    progress: Progress | None = None,
    notice: Notice | None = None,
    without: Iterable[str | Path] = (),
) -> Summary:
    """Index the pages at and below `paths` in the folder `into`, made where it is missing.

    Only what changed since the last run is read; documents of files that are gone from `paths`
    are removed. Nothing of the run can be found before its end, and all of it then. `workers`
    is the number of processes (default: one a core); `memory` the bytes the writer may hold;
    files and folders in `without`, and the index itself, are not taken for pages.
    Raises WhodexError where a path does not exist, there is no page, or the index is in use.
    """
    started = time.perf_counter()
    options = options or Options()
    folder = canonical(Path(into))
    roots = [canonical(Path(path)) for path in paths]
    indexed = store.sources(store.open_directory(folder)) if store.is_index(folder) else {}
    emptied = [root for root in roots if any(_is_below(path, [root], folder) for path in indexed)]
    found = [root for root in roots if root not in emptied or not is_gone(root)]
    excepted = {folder, *(canonical(Path(path)) for path in without)}
    files, unusable = find(found, without=excepted, required=not emptied)
    tally = _Tally(problems=unusable)
    with Writer(folder, memory=memory) as writer:
        known = store.sources(writer.index)
        located = {stored_path(file.path, folder): file for file in files}
        marked = {
            path: f"{file.fingerprint}-{options.fingerprint}" for path, file in located.items()
        }
        changed = [path for path, mark in marked.items() if known.get(path) != mark]
        if notice and (other := _other_options(known, located, marked)):
            notice(other)
        vanished = [
            path
            for path in known
            if path not in located
            and _is_below(path, roots, folder)
            and is_gone(located_path(path, folder))
        ]
        for path in (*vanished, *(path for path in changed if path in known)):
            writer.remove(path)
        todo = [(path, located[path], marked[path]) for path in changed]
        kept_hosts = hosts.load(writer.index)
        known_hosts = Hosts() if kept_hosts is None else kept_hosts
        surveyed = located if kept_hosts is None else changed
        _survey([(path, located[path]) for path in surveyed], known_hosts, workers)
        tasks = _tasks(todo, known_hosts, tally, progress)
        results = extract_all(tasks, options, files=len(changed), workers=workers)
        _write(results, writer, tally, folder, set(changed) | set(vanished))
        counted = known_hosts.packed()
        writer.keep(HOSTS, lambda reader: counted)
        writer.keep(NAMES, naming.unified)
    return Summary(
        folder=folder,
        read=tally.read,
        indexed=tally.indexed,
        unchanged=len(files) - len(changed),
        removed=len(vanished),
        documents=writer.index.doc_count(),
        seconds=time.perf_counter() - started,
        problems=tuple(tally.problems),
    )


def _other_options(
    known: Mapping[str, str], located: Mapping[str, SourceFile], marked: Mapping[str, str]
) -> str:
    """Return the remark that unchanged files are read again for the sake of options alone."""
    former = Counter[str]()
    for path, file in located.items():
        mark, start = known.get(path, ""), f"{file.fingerprint}-"
        if mark.startswith(start) and mark != marked[path]:
            former[Options.told(mark.removeprefix(start))] += 1
    del former[""]
    if not former:
        return ""
    count, (options, _) = former.total(), former.most_common(1)[0]
    files = "1 unchanged file is" if count == 1 else f"{count:,} unchanged files are"
    return (
        f"{files} read again: the index was made with other options, which are not remembered.\n"
        f"They were: {options}"
    )


def _is_below(stored: str, roots: Iterable[Path], folder: Path) -> bool:
    path = located_path(stored, folder)
    return any(path == root or path.is_relative_to(root) for root in roots)


def _survey(files: list[tuple[str, SourceFile]], known: Hosts, workers: int | None) -> None:
    """Count the blocks of some pages of every host that more than one page comes from."""
    places: list[tuple[str, str]] = []
    pages_of = Counter[str]()

    def wanted() -> Iterator[Task]:
        for path, file in files:
            for page in read(file.path):
                host = None if isinstance(page, Problem) else host_of(page)
                if host is None or isinstance(page, Problem) or page.given.text is not None:
                    continue
                place = make_id(path, page.line)
                if pages_of[host] < PAGES_SURVEYED and known.wants(host, place):
                    pages_of[host] += 1
                    places.append((host, place))
                    yield Task(page, path, file.fingerprint)

    for number, blocks in enumerate(survey_all(wanted(), files=len(files), workers=workers)):
        known.add(*places[number], blocks)


def _tasks(
    changed: list[tuple[str, SourceFile, str]],
    known: Hosts,
    tally: _Tally,
    progress: Progress | None,
) -> Iterator[Task]:
    """Yield the pages of the changed files; what cannot be read goes into the tally."""
    for done, (path, file, fingerprint) in enumerate(changed):
        if progress:
            progress(done, len(changed))
        for page in read(file.path):
            if isinstance(page, Problem):
                tally.problems.append(page)
                tally.read += page.skipped
            else:
                tally.read += 1
                yield Task(page, path, fingerprint, known.evidence(host_of(page)))
    if progress:
        progress(len(changed), len(changed))


def _write(
    results: Iterable[Result], writer: Writer, tally: _Tally, folder: Path, replaced: set[str]
) -> None:
    """Add the documents; an id that another page has keeps its first document."""
    owners = _Owners(writer, replaced)
    for result in results:
        if isinstance(result, Problem):
            tally.problems.append(result)
            continue
        place = str(located_path(result.path, folder))
        owner = owners.take(result)
        if owner is not None:
            reason = f"its id {result.id!r} is already that of {owner}"
            tally.problems.append(Problem(place, reason, result.line))
            continue
        writer.add(result)
        tally.indexed += 1
        if not result.article.text:
            tally.problems.append(Problem(place, ONLY_TITLED, result.line, skipped=False))


class _Owners:
    """Which page has which id, in this run and in the index as it was."""

    def __init__(self, writer: Writer, replaced: set[str]) -> None:
        self._reader = writer.index.reader()
        self._replaced = replaced
        self._taken: dict[str, str] = {}

    def take(self, document: Document) -> str | None:
        """Give an id to its document, or return the place of the page that has it already."""
        owner = self._taken.get(document.id) or self._indexed(document.id)
        if owner is not None:
            return owner
        line = "" if document.line is None else f":{document.line}"
        self._taken[document.id] = f"{document.path}{line}"
        return None

    def _indexed(self, id_: str) -> str | None:
        if not self._reader.doc_frequency("id", id_):
            return None
        matcher = self._reader.postings("id", id_)
        while matcher.is_active():
            path = self._reader.stored_fields(matcher.id())["path"]
            if path not in self._replaced:
                return str(path)
            matcher.next()
        return None
