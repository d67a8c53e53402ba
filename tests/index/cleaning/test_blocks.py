"""A page is cut into the blocks that a reader sees, by either parser alike."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from index.cleaning.blocks import parse, parse_pathological
from index.cleaning.outline import Outline

PARSERS = [parse, parse_pathological]
Parser = Callable[[str], Outline]


def lines(outline: Outline) -> list[tuple[str, int, str]]:
    return [(block.kind, block.level, block.text) for block in outline.blocks]


@pytest.mark.parametrize("parser", PARSERS)
def test_structure_is_kept_in_order(parser: Parser) -> None:
    page = """<html><body><h2>Orchard   opens</h2><p>First <b>apples</b>
      are sold.</p><ul><li>Red<ul><li>Gala</li></ul></li><li>Green</li></ul>
      <blockquote><p>So sweet!</p></blockquote><pre>  x = 1\n\n  y = 2</pre>
      <table><tr><th>Kind</th><th>Price</th></tr><tr><td>Gala</td><td>2</td></tr></table>
      </body></html>"""
    assert lines(parser(page)) == [
        ("heading", 2, "Orchard opens"),
        ("paragraph", 0, "First apples are sold."),
        ("item", 1, "Red"),
        ("item", 2, "Gala"),
        ("item", 1, "Green"),
        ("quote", 0, "So sweet!"),
        ("code", 0, "  x = 1\n\n  y = 2"),
        ("row", 0, "Kind | Price"),
        ("row", 0, "Gala | 2"),
    ]


@pytest.mark.parametrize("parser", PARSERS)
def test_two_line_breaks_part_paragraphs_and_one_does_not(parser: Parser) -> None:
    page = "<div>One<br>line<br>\n<br>Another</div>"
    assert [block.text for block in parser(page).blocks] == ["One line", "Another"]


@pytest.mark.parametrize("parser", PARSERS)
def test_scripts_and_styles_are_no_text(parser: Parser) -> None:
    page = "<body><script>var a;</script><style>p{}</style><p>Text<!-- note --></p></body>"
    assert [block.text for block in parser(page).blocks] == ["Text"]


@pytest.mark.parametrize("parser", PARSERS)
def test_the_head_is_read(parser: Parser) -> None:
    page = """<html lang="de"><head><title> A
      title </title><meta property="OG:Title" content="Another"><link rel="canonical"
      href="https://orchard.example/a"><script type="application/ld+json">{"a": 1}</script>
      </head><body><p>x <time datetime="2025-01-27">January</time></p></body></html>"""
    head = parser(page).head
    assert head.language == "de"
    assert head.title == "A title"
    assert head.meta == {"og:title": "Another"}
    assert head.canonical == "https://orchard.example/a"
    assert head.scripts == ['{"a": 1}']
    assert head.times == [("2025-01-27", 0, "")]


@pytest.mark.parametrize("parser", PARSERS)
def test_links_are_counted_and_kept_apart(parser: Parser) -> None:
    (block,) = parser("<p><a href=x>News</a><a href=y>Sport</a> and more</p>").blocks
    assert block.text == "News Sport and more"
    assert (block.links, block.linked) == (2, 9)


@pytest.mark.parametrize("parser", PARSERS)
def test_elements_know_their_names_and_parents(parser: Parser) -> None:
    outline = parser('<body><div class="post" hidden><p id="lead">Text</p></div></body>')
    (block,) = outline.blocks
    paragraph = outline.elements[block.element]
    assert (paragraph.tag, paragraph.names, paragraph.hidden) == ("p", "lead", True)
    assert outline.elements[paragraph.parent].names == "post"


@pytest.mark.parametrize("parser", PARSERS)
@pytest.mark.parametrize("markup", ["", " ", "<", "<p>", "<!-- ", "\x00", "no markup at all"])
def test_fragments_are_pages_too(parser: Parser, markup: str) -> None:
    texts = [block.text for block in parser(markup).blocks]
    assert texts == (["no markup at all"] if markup.startswith("no") else texts)
    assert parser(markup).elements


@pytest.mark.parametrize("parser", PARSERS)
@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<span>Oda Lindqvist</span><span>Miller</span>", "Oda Lindqvist Miller"),
        ("<b>Oda Lindqvist</b><i class=role>Miller</i>", "Oda Lindqvist Miller"),
        ("<span>8 min</span><span class=icon></span><span>Share</span>", "8 min Share"),
        ("<span>It was sold.</span><span>Next</span>", "It was sold. Next"),
        ("<span style='display: block'>oda</span>miller", "oda miller"),
        ("oda<span style=display:flex>miller</span>", "oda miller"),
        ("<span>mill</span><span>ing</span>", "milling"),
        ("<code>logging.</code><code>Logger</code>", "logging.Logger"),
        ("<span>“</span><span>Tides”</span>", "“Tides”"),
        ("O’<span>Brien</span>", "O’Brien"),
        ("<pre><b>import</b><b>Mill</b></pre>", "importMill"),
    ],
)
def test_names_set_side_by_side_are_not_glued_into_one(
    parser: Parser, markup: str, text: str
) -> None:
    assert [block.text for block in parser(f"<div>{markup}</div>").blocks] == [text]


@pytest.mark.parametrize("parser", PARSERS)
def test_cells_that_hold_a_paragraph_each_make_a_row(parser: Parser) -> None:
    page = """<table><tr><td><p>Gala</p></td><td> <p>2 <b>crowns</b></p> </td></tr>
      <tr><td><p>One story.</p><p>Goes on.</p></td></tr></table>"""
    assert lines(parser(page)) == [
        ("row", 0, "Gala | 2 crowns"),
        ("row", 0, "One story."),
        ("row", 0, "Goes on."),
    ]
