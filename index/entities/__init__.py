"""From an article to the people and companies it names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.records import Entity

if TYPE_CHECKING:
    from index.records import Article

DEFAULT_TAGGER = "fast"
"""The tagger that is used unless another is asked for."""


def extract(article: Article, *, tagger: str = DEFAULT_TAGGER) -> list[Entity]:
    """Return the people and then the companies of an article, each by mentions and first position.

    `tagger` is `fast`, `lists`, or the name of one that is plugged in (see `tagger.load`).
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
    foreign = article.language not in (None, "en")
    page = resolver.Page(words, title, text, (article.title, article.text), foreign)
    return resolver.resolve(page, spans, listed, names)
