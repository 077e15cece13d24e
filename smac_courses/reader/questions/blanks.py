"""A text with gaps: `[[=answer / other]]` is typed, `[[one / (the right one) / another]]` is chosen."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from smac_courses.grading.words import normalised
from smac_courses.model.ids import OPTION_LETTERS
from smac_courses.model.questions import FIRST_BLANK, MAX_BLANKS, MAX_OPTIONS, Blank, Blanks, Question
from smac_courses.model.questions import Option as ModelOption
from smac_courses.reader.document import CODE_SPAN, Line
from smac_courses.reader.questions._desk import Desk

_GAP = re.compile(r"\[\[(?P<inside>(?=\s*=|[^\[\]]*/|\s*\()[^\[\]]*)\]\]")
_OPENED = re.compile(r"\[\[(?![^\[\]]*\]\])\s*(?:=|\S[^\]]*/)")
_UNCLOSED = re.compile(r"\[\[(?![^\[\]]*\]\])")
_OWN_CHARACTERS = re.compile(f"[{chr(FIRST_BLANK)}-{chr(FIRST_BLANK + 0xFFFD)}]")
_MARKED_UP = re.compile(r"([`*_]).*\1")
_ROOMS = (25, 100)


@dataclass(slots=True)
class BlanksBody:
    """The gaps; the text around them is the question's prompt."""

    blanks: tuple[Blank, ...]
    exact: bool
    joined: bool

    def finish(self, common: dict[str, Any]) -> Question:
        """The question."""
        return Blanks(**common, blanks=self.blanks, exact=self.exact, joined=self.joined)


def has_gap(lines: Sequence[Line]) -> bool:
    """Whether a gap stands in some lines, well written or not."""
    return any(
        not line.fenced and (_GAP.search(plain) or _OPENED.search(plain)) for line, plain in _without_code(lines)
    )


def read_blanks(lines: Sequence[Line], desk: Desk, *, exact: bool, joined: bool) -> tuple[BlanksBody, list[Line]]:
    """The gaps of a text, and the text with one character in the place of each."""
    blanks: list[Blank] = []
    out: list[Line] = []
    for line, plain in _without_code(lines):
        if line.fenced:
            out.append(line)
            continue
        if opened := _UNCLOSED.search(plain):
            at = desk.source.at(line.number, opened.start() + 1)
            hint = "write ]] behind its answers, and no square brackets in it"
            desk.report.add("SMAC235", at, "a gap that is not closed", hint=hint)
        text, last = "", 0
        for found in _GAP.finditer(plain):
            text += _OWN_CHARACTERS.sub("", line.text[last : found.start()])
            last = found.end()
            if len(blanks) == MAX_BLANKS:
                hint = "split the question"
                desk.report.add("SMAC235", desk.source.whole(line.number), f"more than {MAX_BLANKS} gaps", hint=hint)
                break
            text += chr(FIRST_BLANK + len(blanks))
            blanks.append(_blank(found, f"b{len(blanks) + 1}", line, desk))
        out.append(Line(line.number, text + _OWN_CHARACTERS.sub("", line.text[last:])))
    return BlanksBody(tuple(blanks), exact, joined), out


def joined_gaps(lines: Sequence[Line]) -> list[Line]:
    """Lines, those over which a gap goes put together."""
    return [line for line, _ in _without_code(lines)]


def last_gap(lines: Sequence[Line]) -> int:
    """The place of the last line with a gap; -1 without any."""
    return max((n for n, _ in enumerate(lines) if has_gap(lines[max(0, n - 1) : n + 1])), default=-1)


def _without_code(lines: Sequence[Line]) -> list[tuple[Line, str]]:
    """Lines, each with code spans blotted out at equal length. A gap that goes on over lines makes one of them."""
    plain = [(line, CODE_SPAN.sub(lambda found: "x" * len(found[0]), line.text)) for line in lines]
    made: list[tuple[Line, str]] = []
    for line, text in plain:
        if made and not line.fenced and not line.blank and not made[-1][0].fenced:
            before, opened = made[-1]
            whole = f"{opened} {text.lstrip()}"
            if any(found.start() < len(opened) < found.end() for found in _GAP.finditer(whole)):
                made[-1] = Line(before.number, f"{before.text} {line.text.lstrip()}"), whole
                continue
        made.append((line, text))
    return made


def _blank(found: re.Match[str], own_id: str, line: Line, desk: Desk) -> Blank:
    inside = line.text[found.start("inside") : found.end("inside")]
    at = desk.source.at(line.number, found.start() + 1, found.end() + 1)
    if inside.lstrip().startswith("="):
        accepted = tuple(desk.fill(part.strip(), line.number) for part in inside.lstrip()[1:].split(" / "))
        if not all(normalised(part) for part in accepted):
            hint = "write the answer behind the =: [[=answer]]"
            desk.report.add("SMAC235", at, "a gap without an answer", hint=hint)
        if any(_MARKED_UP.fullmatch(part) for part in accepted):
            hint = "write the words alone"
            desk.report.add("SMAC235", at, "a gap whose answer has signs of Markdown", hint=hint)
        if len({normalised(part) for part in accepted}) < len(accepted):
            desk.report.add("SMAC243", at, "a gap that accepts the same twice")
        if max(len(part.encode()) for part in accepted) > _ROOMS[-1]:
            hint = "make it shorter"
            message = f"a gap whose answer has more than {_ROOMS[-1]} bytes, for which there is no room"
            desk.report.add("SMAC235", at, message, hint=hint)
        wanted = 2 * max(len(part.encode()) for part in accepted)
        room = next((one for one in _ROOMS if one >= wanted), _ROOMS[-1])
        return Blank(id=own_id, accepted=accepted, options=(), room=room)
    words = [part.strip() for part in inside.split(" / ")]
    right = [part for part in words if part.startswith("(") and part.endswith(")")]
    if len(words) < 2 or not all(words):
        hint = "write [[=answer]] for a gap to type in, [[one / (the right one)]] for one to choose from"
        desk.report.add("SMAC235", at, "a gap with nothing to choose from", hint=hint)
    elif len(right) != 1:
        message = "a gap in which no answer is right" if not right else "a gap in which several answers are right"
        desk.report.add("SMAC235", at, message, hint="put round brackets around the one that is right")
    elif len(set(words)) < len(words):
        desk.report.add("SMAC243", at, "a gap that offers the same twice")
    elif len(words) > MAX_OPTIONS:
        desk.report.add("SMAC235", at, f"a gap with more than {MAX_OPTIONS} answers", hint="leave some out")
    options = tuple(
        ModelOption(
            id=f"{own_id}{OPTION_LETTERS[number]}",
            html=desk.fill(part.removeprefix("(").removesuffix(")") if part in right else part, line.number),
            correct=part in right,
            feedback="",
            at=at,
        )
        for number, part in enumerate(words[:MAX_OPTIONS])
    )
    return Blank(id=own_id, accepted=(), options=options, room=0)
