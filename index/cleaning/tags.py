"""What the elements of HTML are to the layout of its text."""

from __future__ import annotations

# How an element takes part; one that is not in ROLES is unknown, and holds blocks.
INLINE, HEAD, BLOCK, CELL, HOLDER = range(5)

# Elements that start and end a block (the HTML standard's rendering section: display block, list
# item or table), and controls, which are laid out apart from the text around them.
_BLOCK = (
    "address article aside blockquote body button caption center dd details dialog dir div dl dt "
    "fieldset figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html label "
    "legend li listing main menu nav noscript ol optgroup option p plaintext pre search section "
    "select summary table tbody tfoot thead tr ul xmp"
)
# Elements that mark a stretch of running text (the standard's phrasing content).
_INLINE = (
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd mark nobr q rp rt ruby "
    "s samp small span strike strong sub sup time tt u var"
)
ROLES = {
    tag: role
    for role, tags in (
        (BLOCK, _BLOCK),
        (CELL, "td th"),
        (INLINE, _INLINE),
        (HEAD, "meta link title script"),
    )
    for tag in tags.split()
}
# Elements without text of the page; `head` is not among them, for what it says of the page.
SKIPPED = frozenset(
    "applet area audio base canvas datalist embed iframe img input map math meter noembed "
    "noframes object param picture progress source style svg template textarea track video "
    "wbr".split()
)
BOLD = frozenset("b strong em i mark".split())
# Inline elements whose attributes say nothing, and need not be read.
BARE = frozenset("abbr b code em i kbd s strong sub sup tt u var".split())
HEADINGS = {f"h{level}": level for level in range(1, 7)}
