"""What may stand in an attribute or an element: a test, and the words for somebody who wrote something else."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

_NAME_START = (
    r"A-Za-z_\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C\u200D"
    r"\u2070-\u218F\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD"
)
_NAME = re.compile(f"[{_NAME_START}][{_NAME_START}0-9.\\u00B7\\u0300-\\u036F\\u203F-\\u2040-]*")
# White space as XML has it: a no-break space is none, and neither are the digits of other scripts numbers.
_SPACE = " \t\r\n"
_DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.A)
_DURATION = re.compile(r"P(?=\d|T\d)(\d+Y)?(\d+M)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?", re.A)
_DATE_TIME = re.compile(r"-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?", re.A)


@dataclass(frozen=True, slots=True)
class Value:
    """`wanted` goes on from "must be"."""

    wanted: str
    allows: Callable[[str], bool]


def text(longest: int = 0) -> Value:
    """Any words, at most so many characters; 0 for any number."""
    if not longest:
        return Value("text", lambda _: True)
    return Value(f"text of at most {longest:,} characters", lambda value: len(value) <= longest)


def one_of(*words: str) -> Value:
    """One of some words, white space around it aside."""
    return Value(f"one of {', '.join(words)}", lambda value: value.strip(_SPACE) in words)


def exactly(*words: str) -> Value:
    """One of some words, to the letter."""
    return Value(f"one of {', '.join(words)}", lambda value: value in words)


def number(low: str, high: str) -> Value:
    """A decimal number without an exponent."""

    def allows(value: str) -> bool:
        if not _DECIMAL.fullmatch(value.strip(_SPACE)):
            return False
        try:
            return Decimal(low) <= Decimal(value.strip(_SPACE)) <= Decimal(high)
        except InvalidOperation:
            return False

    return Value(f"a number from {low} to {high}", allows)


def pattern(wanted: str, expression: str) -> Value:
    """Whatever an expression matches as a whole."""
    compiled = re.compile(expression, re.A)
    return Value(wanted, lambda value: compiled.fullmatch(value.strip(_SPACE)) is not None)


def or_nothing(value: Value) -> Value:
    """The same, or left empty, as many programs do."""
    return Value(value.wanted, lambda words: not words.strip(_SPACE) or value.allows(words))


BOOLEAN = one_of("true", "false", "1", "0")
IDENTIFIER = Value(
    "an identifier: a letter or _ first, no space, no colon",
    lambda value: _NAME.fullmatch(value.strip(_SPACE)) is not None,
)
COUNT = pattern("a whole number, 0 or more", r"\+?\d+|-0+")
DURATION = Value("a duration such as PT1H30M", lambda value: _DURATION.fullmatch(value.strip(_SPACE)) is not None)
DATE_TIME = Value(
    "a moment such as 2026-11-22T09:00:00", lambda value: _DATE_TIME.fullmatch(value.strip(_SPACE)) is not None
)
LANGUAGE = pattern("a language tag such as en", r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
NAME = Value("a name", lambda value: bool(value.strip(_SPACE)))
ADDRESS = Value("an address", lambda value: "\n" not in value.strip(_SPACE))
