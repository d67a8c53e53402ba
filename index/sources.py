"""From the paths that were named to pages: files, folders, gzip, JSON Lines."""

from __future__ import annotations

import datetime
import email.utils
import gzip
import json
import os
import re
import stat
import zlib
from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from index.cleaning import dates
from index.errors import WhodexError
from index.records import Given, Markup, Page
from index.store.paths import canonical, is_gone

HTML_SUFFIXES = frozenset({"html", "htm", "xhtml", "shtml"})
TEXT_SUFFIXES = frozenset({"txt", "text", "md", "markdown"})
LINES_SUFFIXES = frozenset({"jsonl", "ndjson"})
# Names under which crawlers save pages without saying what they are: the content decides.
UNTOLD_SUFFIXES = frozenset({"", "php", "asp", "aspx", "jsp", "cfm", "cgi"})

# `page.html?id=3` is how crawlers name the answer to a query.
SUFFIX = re.compile(r"\.([A-Za-z0-9]{1,8})(?:[?@].*)?$")

# A page larger than this is no page; it is skipped with this reason.
MAX_PAGE_BYTES = 128 * 2**20
HEAD_BYTES = 4096
HIDDEN = "hidden: its name begins with a dot"
BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
# Of the pairs of bytes of UTF-16 text without a mark, so many have a zero on the one side (every
# space and sign has, in any script), and on the other.
WIDE_SHARE, RARE_SHARE = 0.15, 0.02
SHORTEST_WIDE = 4
# Stray zeros in a page of text: programs and images have more.
STRAY_SHARE = 0.002
# Epoch seconds up to the year 5138 are less than this, milliseconds since 1973 more.
LEAST_MILLISECONDS = 1e11
# The first year that a number of seconds can mean: less is a year, a count or a mistake.
EARLIEST_EPOCH_YEAR = 1990
KNOWN_FORMATS = {
    b"%PDF": "a PDF file",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"GIF8": "an image",
    b"PK\x03\x04": "a zip archive",
    b"\x1f\x8b": "a gzip file inside another",
    b"\x7fELF": "a program",
}
HTML_SIGN = re.compile(rb"<(?:!doctype\s+html|html|head|body|div|p|article|title)\b", re.IGNORECASE)

READABLE = ".html, .htm, .xhtml, .shtml, .txt, .md, .jsonl and .ndjson, each also .gz"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that a run could not take as it was; `skipped` says that a page was left out."""

    path: str
    reason: str
    line: int | None = None
    skipped: bool = True

    @classmethod
    def of_defect(cls, page: Page, error: Exception) -> Problem:
        """Return the problem of a page on which whodex itself failed."""
        return cls(page.path, f"could not be read ({type(error).__name__}: {error})", page.line)

    @property
    def place(self) -> str:
        """The file, and the line in it where it holds many pages."""
        return self.path if self.line is None else f"{self.path}:{self.line}"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that holds pages, and the fingerprint of the state it is in."""

    path: Path
    fingerprint: str


def find(
    paths: Iterable[str | Path], *, without: Container[Path] = (), required: bool = True
) -> tuple[list[SourceFile], list[Problem]]:
    """Return the files with pages at and below `paths`, in order, and what else lies there.

    Folders are read without hidden files, which are listed, and without the absolute paths in
    `without`. Raises WhodexError where a path does not exist, or where there is no page at all
    (if one is `required`).
    """
    roots = [canonical(Path(path)) for path in paths]
    if missing := [str(root) for root in roots if is_gone(root) and not root.is_symlink()]:
        raise WhodexError(
            f"There is no file or folder {', '.join(missing)}.",
            hint="Check the spelling; a relative path starts at the current folder.",
        )
    files: dict[Path, SourceFile] = {}
    problems: list[Problem] = []
    for root in roots:
        for path in _below(root, without, problems):
            named = path == root
            if not named and not _is_readable(path):
                problems.append(Problem(str(path), f"not a page ({_suffix(path.name)} file)"))
                continue
            try:
                status = path.stat()
            except OSError as error:
                problems.append(_unreadable(path, error))
                continue
            if not stat.S_ISREG(status.st_mode):
                problems.append(Problem(str(path), "not a regular file"))
                continue
            files[path] = SourceFile(path, f"{status.st_size:x}-{status.st_mtime_ns:x}")
    if not files and required:
        listed = ", ".join(str(root) for root in roots)
        others = f" ({len(problems)} other files)" if problems else ""
        raise WhodexError(
            f"There are no pages in {listed}{others}.", hint=f"whodex reads {READABLE}."
        )
    return list(files.values()), problems


def read(path: Path) -> Iterator[Page | Problem]:
    """Yield the pages of a file, or what is wrong with them; raises nothing on bad content."""
    try:
        with _open(path) as stream:
            if _suffix(path.name) in LINES_SUFFIXES:
                yield from _read_lines(path, stream)
            else:
                yield _read_page(path, stream)
    except (OSError, EOFError, zlib.error) as error:
        yield _unreadable(path, error)


def read_stream(stream: BinaryIO, place: str) -> Page | Problem:
    """Return the one page that a stream has: HTML or text, as its content tells."""
    return _read_page(Path(place), stream)


def _below(root: Path, without: Container[Path], problems: list[Problem]) -> Iterator[Path]:
    if not os.path.isdir(root):  # noqa: PTH112 - pathlib raises where it may not look
        yield root
        return

    def note(error: OSError) -> None:
        problems.append(_unreadable(Path(str(error.filename)), error))

    for folder, folders, names in os.walk(root, onerror=note):
        here = Path(folder)
        wanted = {name for name in (*folders, *names) if here / name not in without}
        hidden = {name for name in wanted if name.startswith(".")}
        problems += [Problem(str(here / name), HIDDEN) for name in sorted(hidden)]
        folders[:] = sorted(wanted.intersection(folders) - hidden)
        yield from (here / name for name in sorted(wanted.intersection(names) - hidden))


def _suffix(name: str) -> str:
    """Return what kind of file a name says it is, in lower case, seen through `.gz`."""
    found = SUFFIX.search(name)
    suffix = found[1].lower() if found else ""
    return (
        _suffix(name[: -len(".gz")]) if suffix == "gz" and name.lower().endswith(".gz") else suffix
    )


def _is_readable(path: Path) -> bool:
    return _suffix(path.name) in HTML_SUFFIXES | TEXT_SUFFIXES | LINES_SUFFIXES | UNTOLD_SUFFIXES


def _open(path: Path) -> BinaryIO:
    if path.name.lower().endswith(".gz"):
        return cast("BinaryIO", gzip.open(path, "rb"))
    return path.open("rb")


def _unreadable(path: Path, error: BaseException) -> Problem:
    if isinstance(error, gzip.BadGzipFile | EOFError | zlib.error):
        return Problem(str(path), "the gzip data are damaged")
    reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return Problem(str(path), f"cannot be read: {reason}")


def _read_page(path: Path, stream: BinaryIO) -> Page | Problem:
    content = stream.read(MAX_PAGE_BYTES + 1)
    if len(content) > MAX_PAGE_BYTES:
        return Problem(str(path), f"larger than {MAX_PAGE_BYTES // 2**20} MB")
    if not content.strip():
        return Problem(str(path), "empty")
    if reason := _not_text(content[:HEAD_BYTES]):
        return Problem(str(path), reason)
    return Page(str(path), content, _markup(path, content))


def _markup(path: Path, content: bytes) -> Markup:
    suffix = _suffix(path.name)
    if suffix in HTML_SUFFIXES:
        return "html"
    if suffix in TEXT_SUFFIXES:
        return "text"
    return "html" if HTML_SIGN.search(content[:HEAD_BYTES]) else "text"


def _not_text(head: bytes) -> str | None:
    """Return what a file is that has no text, judged by its first bytes."""
    for signature, name in KNOWN_FORMATS.items():
        if head.startswith(signature):
            return f"not text: {name}"
    if b"\0" not in head or head.startswith(BYTE_ORDER_MARKS):
        return None
    if HTML_SIGN.search(head) or head.count(0) <= len(head) * STRAY_SHARE:
        return None
    # UTF-16 without a mark has zeros on one side of its pairs of bytes, and only there.
    pairs = len(head) // 2
    zeros = sorted((head[0::2].count(0), head[1::2].count(0)))
    wide = (
        pairs >= SHORTEST_WIDE and zeros[0] <= pairs * RARE_SHARE and zeros[1] >= pairs * WIDE_SHARE
    )
    return None if wide else "not text"


def _read_lines(path: Path, stream: BinaryIO) -> Iterator[Page | Problem]:
    number = records = 0
    while line := stream.readline(MAX_PAGE_BYTES + 1):
        number += 1
        if len(line) > MAX_PAGE_BYTES:
            reason = f"a line larger than {MAX_PAGE_BYTES // 2**20} MB; the rest is not read"
            yield Problem(str(path), reason, number)
            return
        if line.strip():
            records += 1
            yield from _read_record(str(path), number, line)
    if not records:
        yield Problem(str(path), "empty")


def _read_record(path: str, number: int, line: bytes) -> Iterator[Page | Problem]:
    try:
        record = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        reason = "not UTF-8" if isinstance(error, UnicodeError) else "not JSON"
        if isinstance(error, json.JSONDecodeError):
            reason = f"not JSON: {error.msg} at character {error.pos}"
        yield Problem(path, reason, number)
        return
    if not isinstance(record, dict):
        yield Problem(path, "not a JSON object", number)
        return
    text, html = record.get("text"), record.get("html")
    if not isinstance(text, str) and not isinstance(html, str):
        yield Problem(path, 'neither "text" nor "html" in it', number)
        return
    text = _whole(text) if isinstance(text, str) else None
    content = text if text is not None else _whole(str(html))
    title = _string(record, "title")
    if not content.strip() and not title:
        yield Problem(path, "empty", number)
        return
    date = record.get("date", record.get("published"))
    published = parse_date(date)
    if published is None and date not in (None, ""):
        reason = f"the date {date!r} is not understood as a day; indexed without it"
        yield Problem(path, reason, number, skipped=False)
    given = Given(
        id=_string(record, "id"),
        title=title,
        text=text,
        url=_string(record, "url"),
        author=", ".join(_strings(record, "author") or ()) or None,
        published=published,
        site=_string(record, "site"),
        language=_string(record, "language"),
        people=_strings(record, "people"),
        companies=_strings(record, "companies"),
    )
    encoded = content.encode("utf-8")
    yield Page(path, encoded, "html" if text is None else "text", number, given)


def _string(record: Mapping[str, Any], key: str) -> str | None:
    value = record.get(key)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return _whole(value) if isinstance(value, str) and value else None


def _whole(text: str) -> str:
    """Return `text` with "?" for halves of surrogate pairs, which UTF-8 does not have."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _strings(record: Mapping[str, Any], key: str) -> tuple[str, ...] | None:
    """Return the names under `key`: a list of strings or one string; None where it is absent."""
    value = record.get(key)
    if value is None:
        return None
    names = value if isinstance(value, list) else [value]
    cleaned = (" ".join(_whole(name).split()) for name in names if isinstance(name, str))
    return tuple(dict.fromkeys(name for name in cleaned if name))


def parse_date(value: object) -> datetime.date | None:
    """Return the day, in UTC, that a given date says; None where it does not say one day.

    A string is ISO 8601, RFC 2822 or a date as pages write it; a number is YYYYMMDD, or seconds
    or milliseconds since 1970.
    """
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return _numeric_date(value)
        return _written_date(value.strip()) if isinstance(value, str) else None
    except (ValueError, OverflowError, OSError, TypeError):
        return None


def _numeric_date(number: float) -> datetime.date | None:
    if re.fullmatch(r"\d{8}", str(number)):
        return datetime.datetime.strptime(str(number), "%Y%m%d").date()
    seconds = number / 1000 if number >= LEAST_MILLISECONDS else number
    moment = datetime.datetime.fromtimestamp(seconds, datetime.UTC)
    past = moment <= datetime.datetime.now(datetime.UTC)
    return moment.date() if moment.year >= EARLIEST_EPOCH_YEAR and past else None


def _written_date(typed: str) -> datetime.date | None:
    for read in (datetime.datetime.fromisoformat, email.utils.parsedate_to_datetime):
        with suppress(ValueError, TypeError):
            moment = read(typed)
            return (moment.astimezone(datetime.UTC) if moment.tzinfo else moment).date()
    # A day that could be a month is not guessed: there is no page to tell.
    days = {dates.parse_date(typed, month_first=first) for first in (True, False)}
    return days.pop() if len(days) == 1 else None
