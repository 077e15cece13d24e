"""Who is certified: the name that is printed, and the address or number that tells people apart."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_LONGEST_NAME, _LONGEST_KEY = 120, 254
_SPACES = re.compile(r"\s+")
_EMAIL = re.compile(r"[^@\s\"(),:;<>\[\\\]]+@[^@\s]+\.[^@\s.]+")
# Letters by name that show nothing.
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
# What the old and the new rules for domains (IDNA 2003, 2008) make different names of.
_PARTED = frozenset("ßς")
_JOINERS = "\u200c\u200d"  # Persian, Indic scripts and emoji need them between letters


class LearnerError(ValueError):
    """A name or an address that cannot stand on a certificate; the text says what is wrong and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Learner:
    """`key` tells people apart: an e-mail address or a personnel number, in its one form. `email` may be empty."""

    key: str
    name: str
    email: str = ""


def printed_name(text: str) -> str:
    """A name as it is printed: NFC, single spaces. Raises LearnerError.

    Signs that nobody sees and that could make a name read as another one are refused.
    """
    for letter in text:
        category = unicodedata.category(letter)
        is_space = letter in "\t\n\r"
        if (category in {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"} and not is_space) or (
            category == "Cf" and letter not in _JOINERS
        ):
            raise LearnerError(f"the name has a sign that nobody sees, U+{ord(letter):04X}: take it out")
        if letter in _INVISIBLE:
            raise LearnerError(f"the name has a sign that nobody sees, U+{ord(letter):04X}: take it out")
    name = unicodedata.normalize("NFC", _SPACES.sub(" ", text).strip())
    if any(part != part.strip(_JOINERS) for part in name.split(" ")):
        raise LearnerError("the name has a sign that nobody sees at the edge of a word (U+200C, U+200D): take it out")
    if not any(unicodedata.category(letter)[0] == "L" for letter in name):
        raise LearnerError("the name is empty" if not name else f"'{name[:40]}' has no letter: it is no name")
    if len(name) > _LONGEST_NAME:
        raise LearnerError(f"the name has {len(name)} letters; {_LONGEST_NAME} fit: shorten it")
    return name


def learner_key(text: str) -> str:
    """An address or a number in its one form: NFC, without spaces around it, small letters, the domain in ASCII.

    Raises LearnerError.
    """
    key = unicodedata.normalize("NFC", text).strip()
    if not key:
        raise LearnerError("there is nothing that tells the learner apart: neither e-mail address nor number")
    if len(key) > _LONGEST_KEY or any(unicodedata.category(letter)[0] == "C" for letter in key):
        raise LearnerError(f"'{key[:40]}' is too long or has signs that nobody sees")
    if "@" not in key:
        return key.lower()
    if not _EMAIL.fullmatch(key):
        raise LearnerError(f"'{key[:60]}' is no e-mail address")
    local, _, domain = key.lower().rpartition("@")
    if set(domain) & _PARTED:
        raise LearnerError(f"'{domain[:60]}' is written in two ways by different programs: write it as xn--…")
    try:
        return f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError:
        raise LearnerError(f"'{domain[:60]}' is no domain of an e-mail address") from None
