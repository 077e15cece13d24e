"""Typed answers: lines `= answer`, more of them for what is also accepted, `~ answer` for what is nearly right.

= disclosure
= a disclosure
~ disclaimer
  > Nearly: that is the small print.

A number stands alone: `= 80`, `= 80 ± 2`, `= 80 ± 5%`, `= 10 .. 20`. In quotes it is text: `= "80"`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from smac_courses.grading.words import decimal_of, normalised
from smac_courses.model.questions import NearMiss, NumberAnswer, Question, TextAnswer, TrueFalse
from smac_courses.model.questions import Option as ModelOption
from smac_courses.reader.attributes import Attributes, split_attributes
from smac_courses.reader.document import Line
from smac_courses.reader.prose import Slot
from smac_courses.reader.questions._desk import Body, Desk

_LINE = re.compile(r" {0,3}(?P<sign>[=~])[ \t]+(?P<text>\S.*)$")
_QUOTED = re.compile(r'["“„](?P<text>.*)["”“]')
_MARKED_UP = re.compile(r"([`*_]).*\1")
# What begins like a number is meant as one.
_LIKE_A_NUMBER = re.compile(r"(?:[<>~≈≤≥]|[€£¥$])?\s*[+−-]?\s*[.,]?\d")
_SQUEEZED = re.compile(r" {0,3}=[^\s=>].*$")
_TOLERANCE = re.compile(r"(?P<value>.+?)\s*(?:±|\+-|\+/-)\s*(?P<by>[^%]+?)\s*(?P<percent>%?)")
_RANGE = re.compile(r"(?P<low>.+?)\s*\.\.+\s*(?P<high>.+)")
# Few sizes, so that none says how long the right answer is.
_ROOMS = (40, 100, 250)


@dataclass(slots=True)
class _AnswerLine:
    """One line of the key, as it was read."""

    line: int
    is_near: bool
    text: str
    is_quoted: bool
    attributes: Attributes
    remark: list[tuple[int, str]]


@dataclass(slots=True)
class _Near:
    id: str
    line: _AnswerLine
    points: int
    remark: Slot | None


@dataclass(slots=True)
class TextBody:
    """Words that are accepted, and near misses."""

    accepted: tuple[str, ...]
    near: list[_Near]
    exact: bool
    joined: bool
    desk: Desk

    def finish(self, common: dict[str, Any]) -> Question:
        """The question, with room for twice the longest answer."""
        near = tuple(
            NearMiss(
                id=one.id,
                text=one.line.text,
                points=one.points,
                feedback=one.remark.html if one.remark else "",
                at=self.desk.source.whole(one.line.line),
            )
            for one in self.near
        )
        room = room_for([*self.accepted, *(one.text for one in near)])
        return TextAnswer(**common, accepted=self.accepted, near=near, exact=self.exact, joined=self.joined, room=room)


@dataclass(slots=True)
class NumberBody:
    """A number and how far off one may be."""

    low: str
    high: str
    value: str
    comma: bool

    def finish(self, common: dict[str, Any]) -> Question:
        """The question."""
        return NumberAnswer(**common, low=self.low, high=self.high, value=self.value, comma=self.comma)


@dataclass(slots=True)
class TrueFalseBody:
    """A statement that is true, or not."""

    is_true: bool
    desk: Desk

    def finish(self, common: dict[str, Any]) -> Question:
        """The question; the words of its two answers are those of the page."""
        options = tuple(
            ModelOption(id=name, html="", correct=(name == "true") == self.is_true, feedback="", at=common["at"])
            for name in ("true", "false")
        )
        return TrueFalse(**common, options=options)


def is_answer_line(line: Line) -> bool:
    """Whether a line is one of a key."""
    return not line.fenced and _LINE.match(line.text) is not None


def is_squeezed(line: Line) -> bool:
    """Whether a line was probably meant as one of a key, without the space behind its sign."""
    return not line.fenced and _SQUEEZED.match(line.text) is not None


def room_for(texts: Sequence[str]) -> int:
    """How many letters a learner may type where these are right."""
    wanted = 2 * max((len(text.encode()) for text in texts), default=0)
    return next((room for room in _ROOMS if room >= wanted), _ROOMS[-1])


def folding(desk: Desk) -> tuple[bool, bool]:
    """`case=exact` and `spaces=ignore` of the heading."""
    found = []
    for name, wanted in (("case", "exact"), ("spaces", "ignore")):
        value = desk.section.attributes.values.get(name)
        if value not in (None, wanted):
            at = desk.section.attributes.places[name]
            desk.report.add("SMAC122", at, f"{name} cannot be '{value}'", hint=f"write {name}={wanted}, or nothing")
        found.append(value == wanted)
    return found[0], found[1]


def read_typed(lines: Sequence[Line], desk: Desk) -> Body | None:
    """Text or a number, from the lines of its key."""
    answers = _read_lines(lines, desk)
    right = [one for one in answers if not one.is_near]
    if not right:
        desk.lacks("has no line with a right answer", "write one that begins with =, such as = disclosure")
        return None
    if not right[0].is_quoted and _looks_like_a_number(right[0].text, desk):
        return _number(answers, desk)
    return _text(answers, desk)


def read_true_false(lines: Sequence[Line], desk: Desk) -> Body | None:
    """`= true` or `= false`."""
    answers = _read_lines(lines, desk)
    words = [one.text.lower() for one in answers]
    _refuse_remarks(answers, desk)
    if len(words) != 1 or words[0] not in {"true", "false"}:
        desk.lacks("does not say whether it is true", "write one line below it: = true, or = false")
        return None
    return TrueFalseBody(words[0] == "true", desk)


def _read_lines(lines: Sequence[Line], desk: Desk) -> list[_AnswerLine]:
    answers: list[_AnswerLine] = []
    for line in lines:
        found = None if line.fenced else _LINE.match(line.text)
        stripped = line.text.strip()
        if found:
            offset = found.start("text")
            text, attributes = split_attributes(found["text"], desk.source, line.number, offset, desk.report)
            is_near = found["sign"] == "~"
            desk.refuse(attributes, "an answer", ("points",) if is_near else ())
            quoted = _QUOTED.fullmatch(text)
            filled = desk.fill(quoted["text"] if quoted else text, line.number)
            answers.append(_AnswerLine(line.number, is_near, filled, quoted is not None, attributes, []))
        elif is_squeezed(line):
            hint = "write a space behind the sign: = answer"
            desk.report.add("SMAC234", desk.source.whole(line.number), "an answer without a space before it", hint=hint)
        elif stripped and not stripped.startswith(">") and answers and not answers[-1].remark:
            hint = "an answer stands on one line"
            desk.report.add("SMAC212", desk.source.whole(line.number), "a line that belongs to no answer", hint=hint)
        elif stripped and answers:
            answers[-1].remark.append((line.number, stripped.removeprefix(">").removeprefix(" ")))
        elif answers and answers[-1].remark:
            answers[-1].remark.append((line.number, ""))
    return answers


def _text(answers: list[_AnswerLine], desk: Desk) -> Body | None:
    exact, joined = folding(desk)
    seen: dict[str, int] = {}
    near: list[_Near] = []
    for one in answers:
        plain = normalised(one.text, exact=exact, joined=joined)
        at = desk.source.whole(one.line)
        if not plain:
            desk.report.add("SMAC234", at, "an answer in which nothing can be read")
        elif not one.is_quoted and _MARKED_UP.fullmatch(one.text):
            hint = "write the words alone; if the signs belong to the answer, put quotes around it"
            desk.report.add("SMAC234", at, "an answer with signs of Markdown, which nobody would type", hint=hint)
        elif not one.is_quoted and not one.is_near and _LIKE_A_NUMBER.match(one.text):
            hint = 'write = 80, = 80 ± 2 or = 10 .. 20, without a unit; what is no number, in quotes: = "24/7"'
            desk.report.add("SMAC234", at, f"'{one.text}' begins like a number and is none", hint=hint)
        elif plain in seen:
            related = ((desk.source.whole(seen[plain]), "the other one"),)
            desk.report.add("SMAC243", at, f"'{one.text}' stands there already", related=related)
        if len(one.text.encode()) > _ROOMS[-1]:
            desk.report.add("SMAC234", at, f"an answer of more than {_ROOMS[-1]} bytes, which has no room in a field")
        seen.setdefault(plain, one.line)
        if one.is_near:
            points = desk.points_of(one.attributes, 0)
            near.append(_Near(f"near{len(near) + 1}", one, points, desk.remark(one.remark)))
    _refuse_remarks(answers, desk)
    return TextBody(tuple(one.text for one in answers if not one.is_near), near, exact, joined, desk)


def _refuse_remarks(answers: list[_AnswerLine], desk: Desk) -> None:
    for one in answers:
        if one.remark and not one.is_near:
            hint = "write it at the margin, for everyone"
            where = desk.source.whole(one.remark[0][0])
            desk.report.add("SMAC212", where, "a quote under a right answer", hint=hint)


def _number(answers: list[_AnswerLine], desk: Desk) -> Body | None:
    if len(answers) > 1:
        hint = 'write a range: = 10 .. 20; if these are words, put quotes around them: = "80"'
        desk.report.add("SMAC234", desk.source.whole(answers[1].line), "a number stands alone", hint=hint)
        return None
    (only,) = answers
    _refuse_remarks(answers, desk)
    for name in ("case", "spaces"):
        if name in desk.section.attributes.values:
            at = desk.section.attributes.places[name]
            desk.report.add("SMAC131", at, f"'{name}' means nothing on a number", hint="take it away")
    low, high, value = _span(only.text, desk)
    if low is None or high is None or low > high:
        what = f"'{only.text}' is no number, and no range of numbers"
        hint = 'write = 80, = 80 ± 2, = 80 ± 5% or = 10 .. 20; words that look like a number in quotes: = "80"'
        desk.report.add("SMAC234", desk.source.whole(only.line), what, hint=hint)
        return None
    return NumberBody(_plain(low), _plain(high), _plain(value) if value is not None else "", desk.comma)


def _looks_like_a_number(text: str, desk: Desk) -> bool:
    begins = re.match(r"[+−-]?\s*[.,]?\d", text) is not None
    tolerance, span = _TOLERANCE.fullmatch(text), _RANGE.fullmatch(text)
    return decimal_of(text, comma=desk.comma) is not None or (begins and bool(tolerance or span))


def _span(text: str, desk: Desk) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    """The least, the largest and the one right value; what cannot be read is None."""
    if found := _TOLERANCE.fullmatch(text):
        value, by = _decimal(found["value"], desk), _decimal(found["by"], desk)
        if value is None or by is None or by < 0:
            return None, None, None
        off = abs(value) * by / 100 if found["percent"] else by
        return value - off, value + off, value
    if found := _RANGE.fullmatch(text):
        return _decimal(found["low"], desk), _decimal(found["high"], desk), None
    value = _decimal(text, desk)
    return value, value, value


def _decimal(text: str, desk: Desk) -> Decimal | None:
    plain = decimal_of(text, comma=desk.comma)
    return Decimal(plain) if plain is not None else None


def _plain(value: Decimal) -> str:
    """A decimal without exponent and without zeros at its end."""
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"-0", ""} else text
