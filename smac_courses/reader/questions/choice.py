"""Single choice `( )`, several answers `[ ]`; the same without a key as a survey, or as the pieces of a post.

- ( ) An answer
  > Feedback for whoever chose it.
- (x) The right one {#plain}
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from smac_courses.diagnostics import Fix, Location, Report
from smac_courses.model.ids import OPTION_LETTERS, is_option_id
from smac_courses.model.questions import (
    MAX_OPTIONS,
    MultipleChoice,
    Option,
    PostReview,
    Question,
    SingleChoice,
    Survey,
)
from smac_courses.reader.attributes import split_attributes
from smac_courses.reader.containers import CALLOUT_MARK
from smac_courses.reader.document import Line
from smac_courses.reader.prose import Slot
from smac_courses.reader.questions._desk import MAX_POINTS, Body, Desk
from smac_courses.reader.source import Source

_OPTION = re.compile(r" {0,3}[-*+] (?:\((?P<round>[ xX])\)|\[(?P<square>[ xX])\])(?:[ \t]+(?P<text>.*))?$")
# Brackets that were meant as an answer's: `(x )`, `()`, `[x)`, `(x)text`, `(✓)`, `1. (x)`, `{x}`, `– (x)`, `(x)`.
_ODD = re.compile(
    r" {0,3}(?:(?:[-*+–—•]\s*)?(?P<open>[(\[{])|\d{1,2}[.)]\s+(?P<numbered>\())"
    r"\s*(?P<tick>[xX✓✔✅☑×√*хХ]?)\s*[)\]}](?P<text>.*)$"
)
# Any other list item where an answer could stand.
_ITEM = re.compile(r" {0,1}(?:[-*+]|\d{1,9}[.)])\s")
NO_KEY = "write ( ) or [ ] for every answer: in a survey none is right"
_LINK = re.compile(r" {0,3}[-*+]\s*\[[^\]]*\][(\[:]")


@dataclass(slots=True)
class OptionDraft:
    """One answer as it was read."""

    at: Location
    square: bool
    ticked: bool
    text: list[str]
    text_at: Location
    id: str = ""
    feedback: list[tuple[int, str]] = field(default_factory=list)
    html: Slot | None = None
    feedback_html: Slot | None = None
    weight: int = 1


def is_option(line: Line) -> bool:
    """Whether a line begins an answer, well written or not."""
    return not line.fenced and (_OPTION.match(line.text) is not None or is_odd(line))


def is_odd(line: Line) -> bool:
    """Whether a line was probably meant as an answer but has odd brackets."""
    if line.fenced or _OPTION.match(line.text) or _LINK.match(line.text):
        return False
    return _ODD.match(line.text) is not None


def is_answer_list(lines: Sequence[Line]) -> bool:
    """Whether lines hold answers: a `( )` item, or `[ ]` items of which one is ticked."""
    marks = [found for line in lines if not line.fenced and (found := _OPTION.match(line.text))]
    return any(mark["round"] is not None for mark in marks) or any((mark["square"] or " ") in "xX" for mark in marks)


def read_options(lines: list[Line], desk: Desk, *, is_weighted: bool = False) -> list[OptionDraft]:
    """Answers from the lines that begin with the first of them and hold nothing else.

    With `is_weighted` each may say how many points it counts.
    """
    source, report = desk.source, desk.report
    drafts: list[OptionDraft] = []
    for line in lines:
        found = None if line.fenced else _OPTION.match(line.text)
        if found:
            square = found["square"] is not None
            drafts.append(
                _new_option(found, square, (found["square"] if square else found["round"]), line, desk, is_weighted)
            )
        elif is_odd(line):
            # What was meant is clear enough to go on: one slip of the pen makes one finding, not three.
            meant = _ODD.match(line.text)
            assert meant is not None  # noqa: S101 - is_odd() just matched it
            what = "the brackets of this answer are not understood"
            report.add("SMAC204", source.whole(line.number), what, fix=_mended(meant, line, source))
            drafts.append(
                _new_option(meant, meant["open"] == "[", "x" if meant["tick"] else " ", line, desk, is_weighted)
            )
        elif drafts:
            if not line.fenced and _ITEM.match(line.text):
                report.add("SMAC204", source.whole(line.number), "an answer without brackets that are understood")
            _continue_option(drafts[-1], line, source, report)
    return drafts


class ChoiceBody:
    """Answers to choose from."""

    def __init__(self, drafts: list[OptionDraft]) -> None:
        self.drafts = drafts

    def finish(self, common: dict[str, Any]) -> Question:
        """Square brackets mean that several may be ticked; how many are right does not matter."""
        kind = MultipleChoice if self.drafts[0].square else SingleChoice
        return kind(**common, options=options_of(self.drafts))


class PostReviewBody(ChoiceBody):
    """Pieces of a post."""

    def __init__(self, drafts: list[OptionDraft], author: str, network: str) -> None:
        super().__init__(drafts)
        self._author, self._network = author, network

    def finish(self, common: dict[str, Any]) -> Question:
        """The points of the pieces are those of the question, unless its heading says otherwise."""
        options = options_of(self.drafts)
        total = sum(option.weight for option in options if option.correct)
        points = common["points"] or min(total, MAX_POINTS)
        given = {**common, "points": points}
        return PostReview(**given, options=options, author=self._author, network=self._network)


class SurveyBody(ChoiceBody):
    """Opinions to choose."""

    def finish(self, common: dict[str, Any]) -> Question:
        """No answer is right."""
        return Survey(**common, options=options_of(self.drafts), several=self.drafts[0].square)


def read_choice(lines: list[Line], desk: Desk, kind: str, *, is_whole: bool = True) -> Body | None:
    """Single choice, several answers, a survey or a post to review, from the lines of its answers.

    When some of its answers stand apart, it is not blamed for what it lacks.
    """
    drafts = read_options(lines, desk, is_weighted=kind == "post-review")
    if not drafts:
        hint = "" if kind in {"single", "multiple"} else "write its answers as '- [ ] …'"
        desk.report.add("SMAC202", desk.section.at, f"{desk.title} has no answers", hint=hint)
        return None
    if not drafts[0].square and kind == "single" and "credit" in desk.section.attributes.values:
        at = desk.section.attributes.places["credit"]
        desk.report.add("SMAC131", at, "'credit' means nothing where one answer is right", hint="take it away")
    _check_marks(drafts, desk, kind, is_whole=is_whole)
    _name_options(drafts, desk.report)
    for draft in drafts:
        if not "".join(draft.text).strip():
            desk.report.add("SMAC209", draft.at, "an answer without words")
        draft.html = desk.text(draft.text, draft.text_at)
        draft.feedback_html = desk.remark(draft.feedback)
    match kind:
        case "post-review":
            values = desk.section.attributes.values
            line = desk.section.at.line
            author, network = (desk.fill(values.get(name, ""), line) for name in ("by", "on"))
            return PostReviewBody(drafts, author, network)
        case "survey":
            return SurveyBody(drafts)
        case _:
            return ChoiceBody(drafts)


def last_has_no_remark(body: Body) -> str:
    """The id of the last answer, when others have feedback and it has none; else an empty text."""
    if not isinstance(body, ChoiceBody):
        return ""
    drafts = body.drafts
    return drafts[-1].id if not drafts[-1].feedback and any(draft.feedback for draft in drafts) else ""


def options_of(drafts: list[OptionDraft]) -> tuple[Option, ...]:
    """The options of the model, after rendering."""
    return tuple(
        Option(
            id=draft.id,
            html=draft.html.html if draft.html else "",
            correct=draft.ticked,
            feedback=draft.feedback_html.html if draft.feedback_html else "",
            weight=draft.weight,
            at=draft.at,
        )
        for draft in drafts
    )


def _check_marks(drafts: list[OptionDraft], desk: Desk, kind: str, *, is_whole: bool) -> None:
    report, section, title = desk.report, desk.section, desk.title
    ticked = [draft for draft in drafts if draft.ticked]
    if len({draft.square for draft in drafts}) > 1:
        other = next(draft for draft in drafts if draft.square != drafts[0].square)
        report.add(
            "SMAC205",
            other.at,
            f"{title} mixes round and square brackets",
            related=((drafts[0].at, "the first answer"),),
        )
    elif kind == "survey":
        if ticked:
            report.add("SMAC233", ticked[0].at, f"{title} asks for an opinion, and marks one as right", hint=NO_KEY)
    elif kind == "post-review" and not drafts[0].square:
        desk.lacks("needs square brackets: more than one piece may break the rules", "write - [x] and - [ ]")
    elif is_whole and not ticked:
        mark = "[x]" if drafts[0].square else "(x)"
        report.add("SMAC203", section.at, f"{title} has no correct answer", hint=f"mark the right answer with {mark}")
    elif not drafts[0].square and len(ticked) > 1:
        report.add("SMAC206", ticked[1].at, f"{title} marks more than one answer in round brackets")
    if is_whole and len(drafts) < 2:
        report.add("SMAC207", section.at, f"{title} has only one answer")


def _new_option(
    found: re.Match[str], square: bool, tick: str, line: Line, desk: Desk, is_weighted: bool
) -> OptionDraft:
    source, report = desk.source, desk.report
    raw = found["text"] or ""
    offset = found.start("text") if found["text"] is not None else len(line.text)
    text, attributes = split_attributes(raw, source, line.number, offset, report)
    weight = desk.points_of(attributes, 1) if is_weighted else 1
    desk.refuse(attributes, "an answer", ("points",) if is_weighted else ())
    if (stray := text.find("{#")) >= 0:
        at = source.at(line.number, offset + stray + 1)
        hint = "write {#id} at the end of the line, behind a space"
        report.add(
            "SMAC130", at, "an id that is read as words: a brace is not closed, or no space stands before it", hint=hint
        )
    if attributes.id and not is_option_id(attributes.id):
        report.add(
            "SMAC303",
            attributes.places["#"],
            f"'{attributes.id}' cannot be the id of an answer",
            hint="use lower-case letters, digits and _, at most 16",
        )
        attributes.id = ""
    return OptionDraft(
        at=source.whole(line.number),
        square=square,
        ticked=tick in "xX",
        text=[text],
        text_at=source.at(line.number, offset + 1),
        id=attributes.id,
        weight=weight,
    )


def _mended(meant: re.Match[str], line: Line, source: Source) -> Fix | None:
    """An answer with its brackets put right. A cross may mean right or wrong: that is for the author to say."""
    text = meant["text"].strip()
    if meant["tick"] == "×" or not text or line.text != source.lines[line.number - 1]:
        return None
    brackets = "[]" if meant["open"] == "[" else "()"
    lead = line.text[: len(line.text) - len(line.text.lstrip())]
    sign = line.text.lstrip()[0] if line.text.lstrip()[0] in "-*+" else "-"
    at = source.at(line.number, 1, len(line.text) + 1)
    return Fix(at, f"{lead}{sign} {brackets[0]}{'x' if meant['tick'] else ' '}{brackets[1]} {text}")


def _continue_option(draft: OptionDraft, line: Line, source: Source, report: Report) -> None:
    stripped = line.text.strip()
    if stripped.startswith(">") or draft.feedback:
        if stripped.startswith(">"):
            stripped = stripped[1:].removeprefix(" ")
        if not draft.feedback and (mark := CALLOUT_MARK.match(stripped)):
            hint = "take the mark away: a quote under an answer is its feedback already"
            report.add("SMAC211", source.whole(line.number), f"[!{mark['kind']}] has no meaning in feedback", hint=hint)
            stripped = mark["rest"]
        draft.feedback.append((line.number, stripped))
    else:
        text = line.text.expandtabs(4)
        draft.text.append(text[2:] if text.startswith("  ") else text.lstrip())


def _name_options(drafts: list[OptionDraft], report: Report) -> None:
    named: dict[str, OptionDraft] = {}
    for position, draft in enumerate(drafts):
        draft.id = draft.id or (OPTION_LETTERS[position] if position < MAX_OPTIONS else f"n{position}")
        if draft.id in named:
            report.add(
                "SMAC302",
                draft.at,
                f"two answers have the id '{draft.id}'",
                related=((named[draft.id].at, "the other one"),),
            )
        named[draft.id] = draft
