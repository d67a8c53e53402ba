"""From an article to the people and companies it names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.records import Entity

if TYPE_CHECKING:
    from index.records import Article

DEFAULT_TAGGER = "accurate"
"""The tagger that is used unless another is asked for."""

# How sure a tagger must be of a person whose name is not known, by language: the taggers have
# learnt English, and in German every noun has a capital.
_DOUBT = {"en": 0.0, "de": 1.0}
_DOUBT_ELSEWHERE = 0.85


def extract(article: Article, *, tagger: str = DEFAULT_TAGGER) -> list[Entity]:
    """Return the people and then the companies of an article, each by mentions and first position.

    `tagger` is `accurate`, `fast`, or the name of one that is plugged in (see `tagger.load`).
    Raises WhodexError where the tagger is unknown or not installed; no text makes it raise.
    """
    from index.entities import lexicon, resolver
    from index.entities.companies import find_listed
    from index.entities.tagger import load
    from index.entities.tokens import LINE_BREAK, tokenize

    title, text = tokenize(article.title), tokenize(article.text)
    words = [*title.words, LINE_BREAK, *text.words]
    names = lexicon.load()
    listed = find_listed(words, names)
    spans = load(tagger).tag(words, listed)
    doubt = _DOUBT.get(article.language or "en", _DOUBT_ELSEWHERE)
    page = resolver.Page(words, title, text, (article.title, article.text), doubt)
    return resolver.resolve(page, spans, listed, names)
