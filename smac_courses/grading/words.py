"""Typed answers: when two texts are the same, what a number is, what a drafted post holds.

`player/src/words.mjs` is the twin; `tests/vectors/words` and `tests/vectors/grading` bind the two. Only what Python and
JavaScript do alike is used: NFC, `lower()` and `upper()`, and lists of our own for everything else. `casefold()` has no
twin, and neither language's idea of white space or of a letter is the other's.
"""

from __future__ import annotations

import re
import unicodedata

# What people and keyboards put between words.
_SPACES = re.compile("[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
# Signs that nobody sees: soft hyphen, zero width space, marks of direction, byte order mark.
_UNSEEN = re.compile("[\xad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
# What phones and word processors write instead of what was typed.
_TYPOGRAPHIC = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u02bc\u00b4\u2032", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
    "\u2026": "...",
}
_TYPOGRAPHY = str.maketrans(_TYPOGRAPHIC)
_DIGITS = str.maketrans(
    {chr(zero + digit): str(digit) for zero in (0x0660, 0x06F0, 0xFF10) for digit in range(10)}
    | {"\u066a": "%", "\uff05": "%", "\u066c": " ", "\uff0e": ".", "\uff0c": ",", "\uff0d": "-", "\uff0b": "+"}
)
_ARABIC_POINT = "\u066b"
_PLAIN = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")
_MOST_DIGITS = 30
_ENDS = ".!?,;:\u3002\uff01\uff1f\u061f\u060c\u061b\u0964"
_HASHTAG = re.compile(r"#([^ #.,;:!?'\"()\[\]{}<>/\\|@&*+=~^%$-]+)")
_NO_LETTERS = re.compile("[0-9_]")
# A word of so many letters is mostly one; more of them are mostly two.
_ONE_WORD = 9
BEFORE_MORE = 125  # code points


def normalised(text: str, *, exact: bool = False, joined: bool = False) -> str:
    """A text as it is compared: NFC, plain quotes and hyphens, single spaces, small letters (and one small sigma).

    With `exact` capitals count; with `joined` no space does.
    """
    text = unicodedata.normalize("NFC", _UNSEEN.sub("", text)).translate(_TYPOGRAPHY)
    text = _SPACES.sub("" if joined else " ", text).strip(" ")
    # One small sigma: which of the two lower() gives depends on what follows, and there the languages differ.
    return text if exact else unicodedata.normalize("NFC", text.lower()).replace("\u03c2", "\u03c3")


def same(one: str, other: str, *, exact: bool = False, joined: bool = False) -> bool:
    """Whether a typed answer is an accepted one: as normalised, or without quotation marks and a full stop around it.

    Phones end a sentence by themselves.
    """
    first, second = (normalised(text, exact=exact, joined=joined) for text in (one, other))
    return first == second or (bare(first) == bare(second) != "")


def bare(text: str) -> str:
    """A normalised text without quotation marks around it and the signs that end a sentence."""
    return text.strip("\"'").rstrip(_ENDS).strip("\"'").strip(" ")


def decimal_of(text: str, *, comma: bool) -> str | None:
    """A typed number as a plain decimal (`-12.5`), or None.

    `comma` says that learners write 0,5. Groups of three digits, a plus, a per-cent sign, Arabic and full-width digits
    are understood; a sign between digits that cannot part a group parts the decimals, whichever it is. A number has at
    most 30 signs.
    """
    group, point = (".", ",") if comma else (",", ".")
    text = normalised(text.translate(_DIGITS).replace(_ARABIC_POINT, point)).removesuffix("%").rstrip(" ")
    text = re.sub(r"(?<=^[+-]) |(?<=[0-9])[' ](?=[0-9]{3}(?![0-9]))", "", text)
    for parts, decimals, most in ((group, point, ""), (point, group, "{1}")):
        groups = rf"[+-]?[1-9][0-9]{{0,2}}(?:{re.escape(parts)}[0-9]{{3}})+(?:{re.escape(decimals)}[0-9]*){most or '?'}"
        if re.fullmatch(groups, text):
            text = text.replace(parts, "")
            break
    if text.count(",") == 1 and "." not in text:
        text = text.replace(",", ".")
    if not _PLAIN.fullmatch(text) or len(text) > _MOST_DIGITS:
        return None
    whole, _, rest = text.lstrip("+-").partition(".")
    whole, rest = whole.lstrip("0") or "0", rest.rstrip("0")
    number = f"{whole}.{rest}" if rest else whole
    return f"-{number}" if text.startswith("-") and number != "0" else number


def compared(one: str, other: str) -> int:
    """Which of two plain decimals is larger: a number below, at or above 0."""
    places = max(len(text.partition(".")[2]) for text in (one, other))
    first, second = (int(_whole(text, places)) for text in (one, other))
    return (first > second) - (first < second)


def holds(text: str, words: str) -> bool:
    """Whether some words stand in a text as words: `ad` is not in `advance`, `#ad` is in `(#ad)`.

    Where a script has no small and large letters, it mostly has no spaces either: there any place will do.
    """
    inside, wanted = normalised(text), normalised(words)
    if not wanted:
        return False
    at = inside.find(wanted)
    while at >= 0:
        before, after = inside[at - 1 : at] if at else "", inside[at + len(wanted) : at + len(wanted) + 1]
        if not (_is_wordy(before) and _is_wordy(wanted[0])) and not (_is_wordy(after) and _is_wordy(wanted[-1])):
            return True
        at = inside.find(wanted, at + 1)
    return False


def first_line(text: str) -> str:
    """The first line with anything on it, as far as networks show it before "more"."""
    line = next((line for line in re.split("[\n\r\x85\u2028\u2029]", text) if normalised(line)), "")
    return line[:BEFORE_MORE]


def length(text: str) -> int:
    """How long a text is, in code points of NFC, without white space around it."""
    whole = unicodedata.normalize("NFC", text)
    ends = [found.span() for found in _SPACES.finditer(whole)]
    start = ends[0][1] if ends and ends[0][0] == 0 else 0
    return max((ends[-1][0] if ends and ends[-1][1] == len(whole) else len(whole)) - start, 0)


def is_camel_case(text: str) -> bool:
    """Whether every hashtag of more than nine letters has a capital, so that a screen reader can tell its words."""
    return all(
        len(_NO_LETTERS.sub("", tag)) <= _ONE_WORD or tag.lower() != tag or tag.upper() == tag
        for tag in _HASHTAG.findall(normalised(text, exact=True))
    )


def _whole(number: str, places: int) -> str:
    whole, _, rest = number.partition(".")
    return whole + rest.ljust(places, "0")


def _is_wordy(sign: str) -> bool:
    return bool(sign) and (sign.lower() != sign.upper() or sign in "0123456789_")
