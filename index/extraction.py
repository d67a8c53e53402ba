"""One page to one document: clean it, find who is in it, let what is given win."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from index import cleaning, entities
from index.cleaning import Aim, SiteEvidence
from index.errors import WhodexError
from index.own_names import OwnNames
from index.records import Article, Document, Entity, Kind, Mention, Page
from index.sources import Problem, read, read_stream

# To be raised when the same page comes out differently: pages indexed before are then read again.
EXTRACTION_VERSION = 5

# What Options.fingerprint is made of; the list of names has one of its own.
FINGERPRINT = re.compile(
    r"(?P<version>\d+)-(?P<aim>[a-z]+)-(?P<tagger>.+?)(?:-(?P<own>[0-9a-f]{12}))?"
)

# Characters of an id that is made from the place of a page: 48 bits, so that among a million
# pages two meet once in some 500 indexes.
ID_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Options:
    """How pages become articles and entities; a change of it makes pages new."""

    aim: Aim = "balanced"
    tagger: str = entities.DEFAULT_TAGGER
    own_names: OwnNames = field(default_factory=OwnNames)

    @property
    def fingerprint(self) -> str:
        """What to add to a file's fingerprint, so that a change of options is seen."""
        parts = (str(EXTRACTION_VERSION), self.aim, self.tagger, self.own_names.fingerprint)
        return "-".join(part for part in parts if part)

    @staticmethod
    def told(fingerprint: str) -> str:
        """Return how the options of a fingerprint of this version are typed; "" for another."""
        found = FINGERPRINT.fullmatch(fingerprint)
        if found is None or found["version"] != str(EXTRACTION_VERSION):
            return ""
        told = [f"--aim {found['aim']}"]
        if found["tagger"] != entities.DEFAULT_TAGGER:
            told.append(f"--tagger {found['tagger']}")
        if found["own"]:
            told.append("--entities FILE")
        return " ".join(told)


def extract(
    page: Page | str | bytes,
    options: Options | None = None,
    *,
    site: SiteEvidence | None = None,
    explain: bool = False,
) -> tuple[Article, list[Entity]]:
    """Return the article of a page, and the people and companies in it, persons first.

    A text, or its bytes, is a page of HTML or of plain text, as its content tells. What the
    page's source states (`page.given`) stands in the place of what was found. `site` is what is
    known of the other pages of its host; `explain` names the strongest reason for what was
    dropped, which takes longer. Raises WhodexError where it is no page.
    """
    page = _page_of(page)
    options = options or Options()
    article = _article(page, options, site, explain=explain)
    given: dict[Kind, tuple[str, ...] | None] = {
        "person": page.given.people,
        "company": page.given.companies,
    }
    found: list[Entity] = []
    if None in given.values():
        found = options.own_names.apply(article, entities.extract(article, tagger=options.tagger))
    return article, [
        entity
        for kind, names in given.items()
        for entity in (
            [entity for entity in found if entity.kind == kind]
            if names is None
            else [_stated(kind, name, article) for name in names]
        )
    ]


def extract_file(
    path: str | Path, options: Options | None = None, *, explain: bool = False
) -> Iterator[tuple[Page, Article, list[Entity]] | Problem]:
    """Yield every page of a file with its article and entities, or what is wrong with it."""
    yield from extract_pages(read(Path(path)), options, explain=explain)


def extract_pages(
    pages: Iterable[Page | Problem], options: Options | None = None, *, explain: bool = False
) -> Iterator[tuple[Page, Article, list[Entity]] | Problem]:
    """Yield pages with their articles and entities, and what is wrong with those that have none."""
    for page in pages:
        if isinstance(page, Problem):
            yield page
            continue
        try:
            yield (page, *extract(page, options, explain=explain))
        except WhodexError:
            raise
        except Exception as error:  # noqa: BLE001 - one page must not end a run over many
            yield Problem.of_defect(page, error)


def make_document(
    page: Page,
    stored_path: str,
    fingerprint: str,
    options: Options,
    site: SiteEvidence | None = None,
) -> Document | Problem:
    """Return the document of a page, or why there is none; `stored_path` is the index's for it."""
    article, found = extract(page, options, site=site)
    if not article.text and not article.title:
        return Problem(page.path, "nothing but boilerplate in it", page.line)
    return Document(
        id=page.given.id or make_id(stored_path, page.line),
        path=stored_path,
        fingerprint=fingerprint,
        article=replace(article, dropped=()),
        entities=tuple(found),
        line=page.line,
    )


def make_id(path: str, line: int | None) -> str:
    """Return the id of a page that states none: the same for the same place, and for no other."""
    place = path if line is None else f"{path}\n{line}"
    digest = hashlib.blake2b(place.encode("utf-8", "surrogateescape"), digest_size=ID_LENGTH // 2)
    return digest.hexdigest()


def _page_of(page: object) -> Page:
    """Return a page of which the library may have been given the text alone."""
    if isinstance(page, Page):
        return page
    if isinstance(page, str):
        page = page.encode("utf-8", "replace")
    if not isinstance(page, bytes):
        raise WhodexError(
            f"{type(page).__name__} is no page.",
            hint="A page is a text, its bytes, or an index.Page; index.extract_file reads a file.",
        )
    found = read_stream(io.BytesIO(page), "-")
    if isinstance(found, Problem):
        raise WhodexError(f"This is no page: {found.reason}.")
    return found


def _article(page: Page, options: Options, site: SiteEvidence | None, *, explain: bool) -> Article:
    given = page.given
    if given.text is None:
        article = cleaning.clean(page, aim=options.aim, site=site, explain=explain)
    else:
        article = cleaning.as_it_stands(given.text)
    stated = {
        name: value
        for name in ("title", "author", "published", "url", "site", "language")
        if (value := getattr(given, name)) is not None
    }
    return replace(article, **stated)


def _stated(kind: Kind, name: str, article: Article) -> Entity:
    """Return the entity that a source names, with the places where the article does too."""
    pattern = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
    titled = [Mention("title", *match.span()) for match in pattern.finditer(article.title)]
    written = [Mention("text", *match.span()) for match in pattern.finditer(article.text)]
    return Entity(kind, name, (name,), (*titled, *written))
