"""The language of a text, by its script and its commonest words."""

from __future__ import annotations

import re
from collections import Counter

# Words looked at, and the share of them that must be stop words of the language.
SAMPLE = 200
LEAST_SHARE = 0.08

# The commonest function words of each language that the others here do not share, or seldom.
_STOP_WORDS = {
    "en": "the of and a to in is that for it with as was on are this be by have from at which you",
    "de": "der die und das ist nicht ein eine zu den von mit für auf dem im sich auch als wird",
    "fr": "le la les des et est une dans que pour qui sur pas par avec sont du ce aux plus il",
    "es": "el la los las y en que es un una por con para del se su al lo como más pero",
    "it": "il di che è la e per un una in non sono con del della gli nel alla anche più",
    "pt": "o a os as e de que em um uma do da não para com por se na no mais são ao",
    "nl": "de het een en van is dat op te in voor met zijn niet aan er ook als maar bij",
    "sv": "och att det som en på är av för med den till inte har om ett var jag från",
    "da": "og at det er en til af på som den med for ikke der de et har jeg fra også",
    "no": "og det er en til av på som med for ikke de et har jeg fra også å om å",
    "fi": "ja on ei se että oli hän mutta myös ovat kun joka mukaan sekä vain tai niin",
    "pl": "i w na się nie z do to że jest o jak po za od są przez dla oraz tym",
    "cs": "a se na v je že o s z do to jako pro by ale které jsou byl nebo při",
    "ro": "și în de la a cu pe nu care din este mai un o pentru sunt fi ce prin",
    "hu": "a az és hogy nem is egy van meg de volt csak mint már ha vagy azt ez",
    "tr": "ve bir bu için ile da de olarak çok daha olan gibi en ne kadar sonra",
    "id": "yang dan di dengan untuk ini dari dalam tidak itu pada adalah akan ke juga",
    "vi": "và của là có không được cho các một trong với những này để người đã",
}
_VOTES: dict[str, list[str]] = {}
for _language, _words in _STOP_WORDS.items():
    for _word in set(_words.split()):
        _VOTES.setdefault(_word, []).append(_language)
_CYRILLIC = {"uk": "іїєґ", "be": "ў", "sr": "ђћљњџј", "mk": "ѓќѕ"}
_SCRIPTS = (
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
    ("ru", re.compile("[\u0400-\u04ff]")),
    ("el", re.compile("[\u0370-\u03ff]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("fa", re.compile("[پچژگ]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
    ("hi", re.compile("[\u0900-\u097f]")),
    ("bn", re.compile("[\u0980-\u09ff]")),
    ("ta", re.compile("[\u0b80-\u0bff]")),
)
_OF_A_SCRIPT = re.compile(f"[{''.join(script.pattern[1:-1] for _, script in _SCRIPTS)}]")
# Share of the letters that a script must have; Japanese mixes in Chinese characters.
_SCRIPT_SHARE = {"ja": 0.1, "fa": 0.02}
_LETTER = re.compile(r"[^\W\d_]")
# Not the "s" of "it's" and "name(s)".
_WORD = re.compile(r"(?<![\w'’(])[^\W\d_]+")
_CODE = re.compile(r"^([a-z]{2})(?:$|[-_])")


def detect(text: str, declared: str = "") -> str | None:
    """Return the ISO 639-1 code of the language of `text`, else the `declared` one, else None."""
    sample = text[: SAMPLE * 6]
    if _OF_A_SCRIPT.search(sample) and (script := _by_script(sample)):
        return script
    words = _WORD.findall(sample.lower())[:SAMPLE]
    votes = Counter(language for word in words for language in _VOTES.get(word, ()))
    if votes:
        (best, count), *others = votes.most_common(2)
        runner_up = others[0][1] if others else 0
        if len(words) >= 20 and count >= LEAST_SHARE * len(words) and count > 1.2 * runner_up:
            return best
    code = _CODE.match(declared.strip().lower())
    return code[1] if code else None


def _by_script(sample: str) -> str | None:
    letters = len(_LETTER.findall(sample)) or 1
    for language, script in _SCRIPTS:
        if len(script.findall(sample)) > _SCRIPT_SHARE.get(language, 0.3) * letters:
            if language != "ru":
                return language
            lower = sample.lower()
            for other, marks in _CYRILLIC.items():
                if sum(lower.count(mark) for mark in marks) > 0.01 * letters:
                    return other
            return "bg" if lower.count("ъ") > 0.008 * letters and "ы" not in lower else "ru"
    return None
