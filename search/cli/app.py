"""The commands as they are typed; each returns what is to be done, and does nothing itself."""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from index.errors import WhodexError
from index.records import Kind
from search.cli.action import Action
from search.cli.choices import (
    Aim,
    AnswerFormat,
    ExtractFormat,
    FacetFormat,
    FacetName,
    MatchMode,
    NameKind,
    PlainFormat,
    SortOrder,
)

# A letter option with letters behind it.
JOINED = re.compile(r"-[^\W\d_][^\W\d_].*")

app = typer.Typer(
    name="whodex",
    help="Search folders of scraped pages: cleaned, ranked, faceted by person and company.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Index = Annotated[
    Path | None,
    typer.Option(
        "--index",
        "-i",
        metavar="DIR",
        help="The index. Default: $WHODEX_INDEX, or the nearest .whodex from here upwards.",
    ),
]
People = Annotated[
    list[str] | None,
    typer.Option(
        "--person", "-p", metavar="NAME", help="Mentions this person; repeat for any of several."
    ),
]
Companies = Annotated[
    list[str] | None,
    typer.Option(
        "--company", "-c", metavar="NAME", help="Mentions this company; repeat for any of several."
    ),
]
Sites = Annotated[
    list[str] | None,
    typer.Option(
        "--site", metavar="NAME", help="Published by this site; repeat for any of several."
    ),
]
Authors = Annotated[
    list[str] | None,
    typer.Option(
        "--author", metavar="NAME", help="Written by this author; repeat for any of several."
    ),
]
After = Annotated[
    str | None,
    typer.Option(
        "--after",
        metavar="DATE",
        help="Published on or after: 2025, 2025-01, 2025-01-27, yesterday, 7d.",
    ),
]
Before = Annotated[
    str | None,
    typer.Option("--before", metavar="DATE", help="Published before the first day of this date."),
]
Match = Annotated[
    MatchMode,
    typer.Option(
        "--match", "-m", help="Whether all words must match; auto: all of up to four, else any."
    ),
]
AimOption = Annotated[
    Aim,
    typer.Option(
        "--aim", help="In doubt, drop (precision) or keep (recall) what may be boilerplate."
    ),
]
Tagger = Annotated[
    str | None, typer.Option("--tagger", metavar="NAME", help="What finds people and companies.")
]

KindOption = Annotated[
    NameKind | None, typer.Option("--kind", "-k", help="Where a name is both: which is meant.")
]

OwnList = Annotated[
    Path | None,
    typer.Option("--entities", metavar="FILE", help="Your own list of people and companies."),
]


def _kind(chosen: NameKind | None) -> Kind | None:
    return None if chosen is None else "person" if chosen is NameKind.PERSON else "company"


def refuse_joined(arguments: Sequence[str]) -> None:
    """Raise WhodexError for `-poker`, which would be read as `-p oker`, a person."""
    for argument in arguments:
        if argument == "--":
            return
        if JOINED.fullmatch(argument):
            raise WhodexError(
                f"{argument} is no option.",
                hint=f"To exclude the word, quote the whole query: '... {argument}', "
                f"or write NOT {argument[1:]}. The letter options take a space: "
                f"{argument[:2]} {argument[2:]}",
            )


def app_of(arguments: Sequence[str]) -> typer.Typer:
    """Return the application, with the typed command alone where one is typed.

    Typer studies the parameters of all commands; of one, in a quarter of the time.
    """
    for command in app.registered_commands:
        assert command.callback
        if arguments[:1] == [command.callback.__name__]:
            one = copy.copy(app)
            one.registered_commands, one.registered_groups = [command], []
            return one
    return app


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"whodex {version('whodex')}")
        raise typer.Exit


@app.callback()
def whodex(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Search folders of scraped pages: cleaned, ranked, faceted by person and company."""


@app.command()
def index(
    pages: Annotated[list[Path], typer.Argument(metavar="PAGES...", help="Files and folders.")],
    index: Index = None,
    aim: AimOption = Aim.BALANCED,
    tagger: Tagger = None,
    entities: OwnList = None,
    report: Annotated[
        Path | None,
        typer.Option(
            "--report", metavar="FILE", help="Write every skipped page and why, as JSON Lines."
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option("--workers", min=1, metavar="N", help="Processes. Default: one a core."),
    ] = None,
    memory: Annotated[
        int,
        typer.Option("--memory", min=16, metavar="MB", help="What the writer may hold in memory."),
    ] = 256,
    format: Annotated[
        PlainFormat, typer.Option("--format", "-f", help="How to print the summary.")
    ] = PlainFormat.TEXT,
) -> Action:
    """Build an index of PAGES, or bring it up to date: only what changed is read."""
    from search.cli import indexing

    chosen = indexing.Extraction(aim.value, tagger, entities)
    return indexing.Build(pages, index, chosen, report, workers, memory, format.value)


@app.command()
def search(
    query: Annotated[
        list[str] | None,
        typer.Argument(metavar="[QUERY]", help='Words, "phrases", AND OR NOT, field:word, pre*.'),
    ] = None,
    index: Index = None,
    person: People = None,
    company: Companies = None,
    site: Sites = None,
    author: Authors = None,
    after: After = None,
    before: Before = None,
    match: Match = MatchMode.AUTO,
    sort: Annotated[
        SortOrder, typer.Option("--sort", "-s", help="The order of the hits.")
    ] = SortOrder.RELEVANCE,
    limit: Annotated[
        int, typer.Option("--limit", "-n", min=0, metavar="N", help="At most so many hits.")
    ] = 10,
    offset: Annotated[
        int, typer.Option("--offset", min=0, metavar="N", help="Leave out the first N hits.")
    ] = 0,
    facet: Annotated[
        list[FacetName] | None,
        typer.Option("--facet", help="Count the values of this field; repeat for several."),
    ] = None,
    facet_limit: Annotated[
        int,
        typer.Option("--facet-limit", min=1, metavar="N", help="At most so many values a facet."),
    ] = 10,
    no_snippets: Annotated[
        bool, typer.Option("--no-snippets", help="Leave the snippets out.")
    ] = False,
    format: Annotated[
        AnswerFormat, typer.Option("--format", "-f", help="How to print the answer.")
    ] = AnswerFormat.TEXT,
) -> Action:
    """Find the pages that answer QUERY, the best first."""
    from search.cli import asking

    text = " ".join(query or ())
    question = asking.Question(text, person, company, site, author, after, before, match.value)
    facets = tuple(field.value for field in facet or ())
    return asking.Search(
        question,
        index,
        sort.value,
        limit,
        offset,
        facets,
        facet_limit,
        not no_snippets,
        format.value,
    )


@app.command()
def facets(
    query: Annotated[
        list[str] | None,
        typer.Argument(metavar="[QUERY]", help="Count among the pages that answer it."),
    ] = None,
    by: Annotated[
        str,
        typer.Option(
            "--by",
            metavar="FIELDS",
            help=f"Fields, separated by commas: {', '.join(FacetName)}.",
        ),
    ] = "person,company",
    index: Index = None,
    person: People = None,
    company: Companies = None,
    site: Sites = None,
    author: Authors = None,
    after: After = None,
    before: Before = None,
    match: Match = MatchMode.AUTO,
    limit: Annotated[
        int,
        typer.Option("--limit", "-n", min=1, metavar="N", help="At most so many values a field."),
    ] = 20,
    format: Annotated[
        FacetFormat, typer.Option("--format", "-f", help="How to print the counts.")
    ] = FacetFormat.TEXT,
) -> Action:
    """Count who and what the pages name: in all of them, or in those that answer QUERY."""
    from search.cli import asking

    text = " ".join(query or ())
    question = asking.Question(text, person, company, site, author, after, before, match.value)
    return asking.CountFacets(question, index, by, limit, format.value)


@app.command()
def who(
    name: Annotated[list[str], typer.Argument(metavar="NAME", help="In any spelling.")],
    index: Index = None,
    kind: KindOption = None,
    limit: Annotated[
        int, typer.Option("--limit", "-n", min=0, metavar="N", help="At most so many of each list.")
    ] = 8,
    format: Annotated[
        PlainFormat, typer.Option("--format", "-f", help="How to print the profile.")
    ] = PlainFormat.TEXT,
) -> Action:
    """Tell of one person or company: spellings, when, beside whom, and what is said."""
    from search.cli import naming

    return naming.Who(" ".join(name), index, _kind(kind), limit, format.value)


@app.command()
def show(
    id: Annotated[str, typer.Argument(metavar="ID", help="A hit's id, or the path of its page.")],
    index: Index = None,
    format: Annotated[
        PlainFormat, typer.Option("--format", "-f", help="How to print the article.")
    ] = PlainFormat.TEXT,
) -> Action:
    """Show an article as it was cleaned, with the people and companies in it."""
    from search.cli import asking

    return asking.Show(id, index, format.value)


@app.command()
def extract(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="Pages, or folders of them; - for standard input."),
    ],
    dropped: Annotated[
        bool, typer.Option("--dropped", help="Show also what was dropped, and why.")
    ] = False,
    aim: AimOption = Aim.BALANCED,
    tagger: Tagger = None,
    entities: OwnList = None,
    format: Annotated[
        ExtractFormat, typer.Option("--format", "-f", help="How to print the articles.")
    ] = ExtractFormat.TEXT,
) -> Action:
    """Clean pages and find who is in them, without an index."""
    from search.cli import indexing

    chosen = indexing.Extraction(aim.value, tagger, entities)
    return indexing.Extract(files, dropped, chosen, format.value)


@app.command()
def stats(
    index: Index = None,
    format: Annotated[
        PlainFormat, typer.Option("--format", "-f", help="How to print the numbers.")
    ] = PlainFormat.TEXT,
) -> Action:
    """Tell what the index holds."""
    from search.cli import asking

    return asking.Stats(index, format.value)


@app.command()
def verify(index: Index = None) -> Action:
    """Read all of the index, and say whether it is as it was written."""
    from search.cli import indexing

    return indexing.Verify(index)


@app.command()
def optimize(index: Index = None) -> Action:
    """Make the index smaller and faster: one segment, without what was removed."""
    from search.cli import indexing

    return indexing.Optimize(index)


alias = typer.Typer(
    name="alias",
    help="Merge, rename, split or hide people and companies; nothing is indexed anew.",
    no_args_is_help=True,
)
app.add_typer(alias)


@alias.command()
def merge(
    names: Annotated[list[str], typer.Argument(metavar="NAME...", help="Who are all the same.")],
    into: Annotated[str, typer.Option("--into", metavar="NAME", help="The name of them all.")],
    index: Index = None,
    kind: KindOption = None,
) -> Action:
    """Make several names one."""
    from search.cli import naming

    return naming.AddSame(names, into, index, _kind(kind))


@alias.command()
def rename(
    old: Annotated[str, typer.Argument(metavar="OLD", help="The name that is shown now.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The name to show.")],
    index: Index = None,
    kind: KindOption = None,
) -> Action:
    """Show somebody under another name."""
    from search.cli import naming

    return naming.AddSame([old], new, index, _kind(kind))


@alias.command()
def split(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Who is two.")],
    spelling: Annotated[str, typer.Argument(metavar="SPELLING", help="How the other is spelled.")],
    into: Annotated[
        str | None,
        typer.Option("--into", metavar="NAME", help="The other's name. Default: SPELLING."),
    ] = None,
    index: Index = None,
    kind: KindOption = None,
) -> Action:
    """Make a spelling of somebody a person or company of its own."""
    from search.cli import naming

    return naming.AddSplit(name, spelling, into or spelling, index, _kind(kind))


@alias.command()
def hide(
    names: Annotated[list[str], typer.Argument(metavar="NAME...", help="Who are nobody.")],
    index: Index = None,
    kind: KindOption = None,
) -> Action:
    """Show somebody no longer."""
    from search.cli import naming

    return naming.AddHide(names, index, _kind(kind))


@alias.command("list")
def list_rules(
    index: Index = None,
    format: Annotated[
        PlainFormat, typer.Option("--format", "-f", help="How to print the rules.")
    ] = PlainFormat.TEXT,
) -> Action:
    """List the rules, numbered."""
    from search.cli import naming

    return naming.ListRules(index, format.value)


@alias.command()
def undo(
    number: Annotated[
        int | None, typer.Argument(metavar="[NUMBER]", help="Of `list`. Default: the last.")
    ] = None,
    index: Index = None,
) -> Action:
    """Take a rule back."""
    from search.cli import naming

    return naming.UndoRule(number, index)
