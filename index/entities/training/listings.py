"""Stock-exchange listings, cleaned to the names that people call the companies by."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from pathlib import Path

# Securities that are no company: funds, notes, shells made to buy a company, and trusts of them.
_NOT_A_COMPANY = re.compile(
    r"""\b(?:ETFs?|ETNs?|Funds?|ETP|Acquisitions?|Notes?|Bonds?|Debentures?|iShares|ProShares|SPDR
        |Trust\ Preferred|Index|Strategy|Income\ Trust|Municipal|Nuveen|Invesco|WisdomTree
        |Leverage\ Shares|Direxion|GraniteShares|T-REX|Tradr|YieldMax|First\ Trust|Roundhill
        |Test\ Stock|Portfolio|Closed.End|Blank\ Check|Merger|SPAC|Due\ \d{4}|Daily|Target\ Date
        |Capital\ Corp(?:oration)?\ [IVX]+|Royalty\ Trust|Term\ Trust|Premium\ Income
        |Equity\ Partners\ [IVX]+)\b|\d+(?:\.\d+)?%""",
    re.VERBOSE | re.IGNORECASE,
)
_SHARE_CLASS = re.compile(
    r"""\s*(?: \s-\s.* | [,]?\s*\b(?:
        (?:New\s+)?(?:Class|Series)\s+[A-Z0-9]\b.*
        | (?:New\s+)?Common\s+(?:Stock|Shares?|Units?|Unit).*
        | (?:Sponsored\s+)?(?:American\s+)?Deposit[ao]ry\s+(?:Shares?|Receipts?).*
        | Ordinary\s+Shares?.* | Registered\s+Shares?.*
        | (?:Subordinate|Subordinated|Limited|Multiple)\s+Voting.*
        | Warrants?.* | Rights?\b.* | Units?\b.* | Preferred.* | Depositary.*
        | ADSs?\b.* | ADRs?\b.* | Shares?\s+of\s+Beneficial.* | Common\b.* | Sponsored\b.*
        | each\s+representing.* | Capital\s+Stock.* | Limited\s+Partnership.*
        | Voting\s+Shares.* | Shares\b.* ) )$""",
    re.VERBOSE | re.IGNORECASE,
)
LEGAL_FORM = re.compile(
    r"""(?:,\s*|\s+)(?:Inc|Incorporated|Corp|Corporation|Co|Company|Companies|Ltd|Limited|PLC|p\.l\.c|LLC|
        L\.L\.C|LP|L\.P|LLP|N\.V|NV|S\.A|SA|S\.A\.S|SAS|S\.A\.R\.L|SARL|SE|AG|AB|A/S|ASA|Oyj|GmbH|KGaA|
        S\.p\.A|SpA|B\.V|BV|Pty|Bhd|KK|K\.K|Bancorp(?:oration)?(?=\s+Inc)|\(publ\)|S\.A\.B|de\s+C\.V|
        REIT|Trust\s+Inc)\.?,?$""",
    re.VERBOSE | re.IGNORECASE,
)
# Words at the end of a listed name that people leave out ("Reddit Holdings" is called Reddit) are
# kept: dropping them guesses. These alone are safe, as they follow a complete name.
_TAIL = re.compile(
    r"\s+(?:\((?:The|DE|Delaware|New|NEW|Canada|UK|D/B/A)\)|New|/[A-Z]{2}/?|\(.*\)|&(?: Co)?)$"
)


def read_listings(companies: Path) -> list[str]:
    """Return the sorted names of the companies in the CSV files of a folder."""
    names: set[str] = set()
    for path in sorted(companies.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            names.update(clean_listings(row[1] for row in csv.reader(file) if len(row) > 1))
    return sorted(names)


def clean_listings(securities: Iterable[str]) -> Iterable[str]:
    """Yield company names: without funds, shells, share classes and legal forms."""
    for security in securities:
        if _NOT_A_COMPANY.search(security):
            continue
        name = _SHARE_CLASS.sub("", security.strip()).strip(" ,.-")
        previous = ""
        while name != previous:
            previous = name
            name = _TAIL.sub("", LEGAL_FORM.sub("", name)).strip(" ,-")
        name = re.sub(r"^The\s+", "", name).strip()
        if (
            len(name) > 1
            and not name.isdigit()
            and name not in ("Security", "Name", "Company Name")
        ):
            yield name
