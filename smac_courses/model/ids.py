"""Ids belong to the author: written in the source, short, and safe in every format that we write."""

from __future__ import annotations

import re
import unicodedata

# Lower case with hyphens: an XML name, a URL fragment, a SCORM identifier and a file name all take it.
ID_PATTERN = r"[a-z][a-z0-9-]{0,47}"
# No hyphen in an option's id: Moodle's SCORM 2004 refuses it in a response (standards sheet, row a-1).
OPTION_ID_PATTERN = r"[a-z0-9_]{1,16}"

_ID = re.compile(ID_PATTERN)
_OPTION_ID = re.compile(OPTION_ID_PATTERN)
OPTION_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


def is_id(text: str) -> bool:
    """Whether a text can be the id of a module, a lesson or a question."""
    return _ID.fullmatch(text) is not None


def is_option_id(text: str) -> bool:
    """Whether a text can be the id of an option. Two words mean something else to every object of JavaScript."""
    return _OPTION_ID.fullmatch(text) is not None and text not in {"constructor", "__proto__"}


def key_of(module_id: str, own_id: str) -> str:
    """The name of a lesson or question that is unique in a course: `module.id`."""
    return f"{module_id}.{own_id}"


def slug(title: str, taken: frozenset[str] | set[str] = frozenset()) -> str:
    """An id made from a title, different from all that are `taken`.

    It is a proposal for the author to keep (`smac check --fix` writes it down), never an id that is
    recomputed: otherwise a corrected typo would orphan recorded answers.
    """
    ascii_text = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", ascii_text)
    base = ""
    for word in words:
        if base and len(base) + 1 + len(word) > 40:
            break
        base = f"{base}-{word}" if base else word[:40]
    if not base or not base[0].isalpha():
        base = f"q-{base}".rstrip("-")
    candidate, number = base, 2
    while candidate in taken:
        candidate, number = f"{base}-{number}", number + 1
    return candidate
