"""Single choice `( )` and several answers `[ ]`.

- ( ) An answer
  > Feedback for whoever chose it.
- (x) The right one {#plain}
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from smac_courses.diagnostics import Fix, Location, Report
from smac_courses.model.ids import OPTION_LETTERS, is_option_id
from smac_courses.model.questions import MAX_OPTIONS, MultipleChoice, Option, SingleChoice
from smac_courses.reader.attributes import split_attributes
from smac_courses.reader.containers import CALLOUT_MARK
from smac_courses.reader.document import Line, Section
from smac_courses.reader.prose import Scope, Slot
from smac_courses.reader.source import Source

_OPTION = re.compile(r" {0,3}[-*+] (?:\((?P<round>[ xX])\)|\[(?P<square>[ xX])\])(?:[ \t]+(?P<text>.*))?$")
# Brackets that were meant as an answer's: `(x )`, `()`, `[x)`, `(x)text`, `(✓)`, `1. (x)`, `{x}`, `– (x)`, `(x)`.
_ODD = re.compile(
    r" {0,3}(?:(?:[-*+–—•]\s*)?(?P<open>[(\[{])|\d{1,2}[.)]\s+(?P<numbered>\())"
    r"\s*(?P<tick>[xX✓✔✅☑×√*хХ]?)\s*[)\]}](?P<text>.*)$"
)
# Any other list item where an answer could stand.
_ITEM = re.compile(r" {0,1}(?:[-*+]|\d{1,9}[.)])\s")
_BLOCK = re.compile(r"^ *(?:[-*+] |\d{1,9}[.)] |```|~~~|\||>)", re.MULTILINE)
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


def read_options(lines: list[Line], source: Source, report: Report) -> list[OptionDraft]:
    """Answers from the lines that begin with the first of them and hold nothing else."""
    drafts: list[OptionDraft] = []
    for line in lines:
        found = None if line.fenced else _OPTION.match(line.text)
        if found:
            square = found["square"] is not None
            drafts.append(
                _new_option(found, square, (found["square"] if square else found["round"]), line, source, report)
            )
        elif is_odd(line):
            # What was meant is clear enough to go on: one slip of the pen makes one finding, not three.
            meant = _ODD.match(line.text)
            assert meant is not None  # noqa: S101 - is_odd() just matched it
            what = "the brackets of this answer are not understood"
            report.add("SMAC204", source.whole(line.number), what, fix=_mended(meant, line, source))
            drafts.append(_new_option(meant, meant["open"] == "[", "x" if meant["tick"] else " ", line, source, report))
        elif drafts:
            if not line.fenced and _ITEM.match(line.text):
                report.add("SMAC204", source.whole(line.number), "an answer without brackets that are understood")
            _continue_option(drafts[-1], line, source, report)
    return drafts


def choice_question(
    drafts: list[OptionDraft],
    section: Section,
    scope: Scope,
    source: Source,
    report: Report,
    *,
    is_whole: bool = True,
) -> None:
    """Check the answers of one question and hand their texts to the renderer.

    When some of its answers stand apart, it is not blamed for what it lacks.
    """
    title = f"question '{section.title}'"
    if len({draft.square for draft in drafts}) > 1:
        other = next(draft for draft in drafts if draft.square != drafts[0].square)
        report.add(
            "SMAC205",
            other.at,
            f"{title} mixes round and square brackets",
            related=((drafts[0].at, "the first answer"),),
        )
    elif is_whole and not any(draft.ticked for draft in drafts):
        mark = "[x]" if drafts[0].square else "(x)"
        report.add("SMAC203", section.at, f"{title} has no correct answer", hint=f"mark the right answer with {mark}")
    elif not drafts[0].square and sum(draft.ticked for draft in drafts) > 1:
        second = [draft for draft in drafts if draft.ticked][1]
        report.add("SMAC206", second.at, f"{title} marks more than one answer in round brackets")
    if is_whole and len(drafts) < 2:
        report.add("SMAC207", section.at, f"{title} has only one answer")
    _name_options(drafts, report)
    for draft in drafts:
        if not "".join(draft.text).strip():
            report.add("SMAC209", draft.at, "an answer without words")
        paragraphs = "\n".join(draft.text).strip()
        draft.html = (
            scope.block(draft.text, draft.text_at)
            if "\n\n" in paragraphs or _BLOCK.search(paragraphs.partition("\n")[2])
            else scope.inline(paragraphs, draft.text_at)
        )
        if draft.feedback:
            draft.feedback_html = scope.block([text for _, text in draft.feedback], source.at(draft.feedback[0][0]))


def finished(draft: OptionDraft) -> Option:
    """The option of the model, after rendering."""
    return Option(
        id=draft.id,
        html=draft.html.html if draft.html else "",
        correct=draft.ticked,
        feedback=draft.feedback_html.html if draft.feedback_html else "",
        at=draft.at,
    )


def kind_of(drafts: list[OptionDraft]) -> type[SingleChoice] | type[MultipleChoice]:
    """Square brackets mean that several may be ticked; how many are right does not matter."""
    return MultipleChoice if drafts[0].square else SingleChoice


def _new_option(
    found: re.Match[str], square: bool, tick: str, line: Line, source: Source, report: Report
) -> OptionDraft:
    raw = found["text"] or ""
    offset = found.start("text") if found["text"] is not None else len(line.text)
    text, attributes = split_attributes(raw, source, line.number, offset, report)
    for place in (*attributes.classes, *attributes.values):
        at = attributes.places.get(place) or attributes.places["." + place]
        report.add(
            "SMAC131",
            at,
            f"'{place}' means nothing on an answer",
            hint="an answer can have an id only: {#id}",
        )
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
