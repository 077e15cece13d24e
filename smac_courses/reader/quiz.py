"""A heading and its lines as a question: its kind, its words, its answers, its hints and feedback."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from smac_courses.diagnostics import Fix, Report
from smac_courses.model.ids import is_id, key_of, slug
from smac_courses.model.questions import Attestation, Credit, Essay, Question
from smac_courses.reader.containers import CALLOUT_MARK
from smac_courses.reader.document import RULE, Line, Section, heading_with_id
from smac_courses.reader.prose import Scope, Slot
from smac_courses.reader.questions._desk import Body, Desk, is_item
from smac_courses.reader.questions._kinds import (
    DIFFICULTIES,
    NAMED_KINDS,
    UNSCORED_KINDS,
    credit_of,
    number_in,
    read_heading,
)
from smac_courses.reader.questions.blanks import has_gap, joined_gaps, last_gap, read_blanks
from smac_courses.reader.questions.choice import (
    is_answer_list,
    is_odd,
    is_option,
    last_has_no_remark,
    read_choice,
)
from smac_courses.reader.questions.draft import read_draft
from smac_courses.reader.questions.order import read_likert, read_order
from smac_courses.reader.questions.pairs import read_matching, read_sorting
from smac_courses.reader.questions.scenario import read_scenario
from smac_courses.reader.questions.typed import (
    TextBody,
    folding,
    is_answer_line,
    is_squeezed,
    read_true_false,
    read_typed,
)
from smac_courses.reader.source import Source

_USUAL_ESSAY = 500
_MOST_LETTERS = 3_000
_MARGIN_QUOTE = re.compile(r" {0,3}>")


@dataclass(slots=True)
class QuestionDraft:
    """A question whose texts wait to be rendered."""

    id: str
    section: Section
    title: Slot
    prompt: Slot | None
    body: Body
    points: int
    credit: Credit
    markdown: str
    feedback: Slot | None = None
    hints: list[Slot] = field(default_factory=list)

    @property
    def is_unscored(self) -> bool:
        """Whether nothing in it can be right or wrong."""
        return bool(UNSCORED_KINDS & set(self.section.attributes.classes))

    def finish(
        self, module_id: str, objectives: tuple[str, ...] = (), clauses: tuple[str, ...] = (), topic: str = ""
    ) -> Question:
        """The question of the model, after rendering; what its pool is about holds where it does not say."""
        values = self.section.attributes.values
        common: dict[str, Any] = {
            "id": self.id,
            "key": key_of(module_id, self.id),
            "title": self.title.html,
            "plain_title": self.title.plain,
            "prompt": self.prompt.html if self.prompt else "",
            "points": self.points,
            "credit": self.credit,
            "feedback": self.feedback.html if self.feedback else "",
            "hints": tuple(hint.html for hint in self.hints),
            "objectives": names_in(values.get("objective", "")) or objectives,
            "clauses": names_in(values.get("policy", "")) or clauses,
            "topic": values.get("topic", topic),
            "difficulty": values.get("difficulty", "") if values.get("difficulty") in DIFFICULTIES else "",
            "markdown": self.markdown,
            "at": self.section.at,
        }
        return self.body.finish(common)


@dataclass(slots=True)
class _EssayBody:
    room: int

    def finish(self, common: dict[str, Any]) -> Question:
        return Essay(**common, room=self.room)


@dataclass(slots=True)
class _AttestBody:
    statement: Slot

    def finish(self, common: dict[str, Any]) -> Question:
        return Attestation(**common, statement=_in_one_line(self.statement.html))


@dataclass(frozen=True, slots=True)
class QuestionSettings:
    """What holds for every question of a module: the program's rule for partial credit, what its language needs.

    `fill` puts variables into the plain words of a line.
    """

    credit: Credit
    comma: bool
    letter_room: int
    fill: Callable[[str, int], str]


def names_in(value: str) -> tuple[str, ...]:
    """Ids with commas between them."""
    return tuple(name.strip() for name in value.split(",") if name.strip())


def is_question(section: Section) -> bool:
    """Whether a section of a lesson is a question, by the rule of the dialect.

    Its heading carries points or a kind, or its lines (up to a rule) hold an answer list, a line of a key or a gap. A
    plain `[ ]` list is a checklist, and so is a ticked one under a heading with `{.checklist}`.
    """
    classes = set(section.attributes.classes)
    if {"checklist", "job-aid"} & classes:
        return False
    lines = section.lines[: _end(section.lines)]
    if "points" in section.attributes.values or classes & NAMED_KINDS.keys():
        return True
    return is_answer_list(lines) or any(map(is_odd, lines)) or has_key(lines) or has_gap(lines)


def has_key(lines: Sequence[Line]) -> bool:
    """Whether a typed answer stands in some lines: a line with = that begins a paragraph. In one it is a formula."""
    return any(
        ((is_answer_line(line) and line.text.lstrip().startswith("=")) or is_squeezed(line))
        and (number == 0 or lines[number - 1].blank)
        for number, line in enumerate(lines)
    )


def split_at_rule(section: Section) -> list[Line]:
    """Cut the section at its first `---` and return what stood behind it."""
    end = _end(section.lines)
    rest = section.lines[end + 1 :]
    section.lines = section.lines[:end]
    return rest


def read_question(
    section: Section, scope: Scope, ids: Ids, source: Source, report: Report, settings: QuestionSettings
) -> QuestionDraft | None:
    """The question of a section, or None after reporting why there is none."""
    desk = Desk(section, scope, source, report, settings.fill, settings.comma, settings.letter_room)
    kind = _kind_of(section, desk)
    points = read_heading(section, kind, report)
    own_id = ids.take(section, "question", report)
    if has_gap([Line(section.at.line, section.title)]):
        report.add("SMAC235", section.at, "a gap in the heading", hint="write the text with its gaps below the heading")
    first, last = _span_of(kind, section.lines)
    title = scope.inline(section.title, section.at)
    prompt_lines, hints = _without_hints(section.lines[:first])
    is_cut = any(is_option(line) for line in section.lines[last:])  # a finding of its own says so
    blanks = None
    if kind == "blanks":
        exact, joined = folding(desk)
        blanks, prompt_lines = read_blanks(prompt_lines, desk, exact=exact, joined=joined)
    prompt = block_of(prompt_lines, scope, source)
    body = blanks or _read_body(kind, section.lines[first:last], prompt, desk, is_whole=not is_cut)
    _refuse_gaps([*(() if blanks else section.lines[:last]), *hints, *section.lines[last:]], source, report)
    if body is None:
        _quotes(section.lines[last:], _begins(kind), source, report)
        return None
    if isinstance(body, TextBody) and any(one.points >= points for one in body.near):
        hint = "give the question more points, or the near miss fewer"
        report.add("SMAC210", section.at, "what is nearly right is worth as much as what is right", hint=hint)
    credit = credit_of(kind, section, settings.credit, report)
    draft = QuestionDraft(own_id, section, title, prompt, body, points, credit, _markdown_of(section, source))
    _read_quotes(draft, [*hints, *section.lines[last:]], _begins(kind), scope, source, report)
    behind = section.lines[last : last + 1]
    if behind and last and not section.lines[last - 1].blank and (bare := last_has_no_remark(body)):
        where = source.whole(behind[0].number)
        report.add("SMAC216", where, f"this feedback is shown to everyone, and answer '{bare}' has none")
    return draft


def _markdown_of(section: Section, source: Source) -> str:
    """The lines of a question as they stand in the file."""
    last = max((line.number for line in section.lines if not line.blank), default=section.at.line)
    return "\n".join(source.lines[section.at.line - 1 : last])


def _kind_of(section: Section, desk: Desk) -> str:
    """The kind that the heading names, or that the lines show."""
    named = [name for name in section.attributes.classes if name in NAMED_KINDS]
    if len(named) > 1:
        at = section.attributes.places["." + named[1]]
        desk.report.add("SMAC244", at, f"the question is both .{named[0]} and .{named[1]}")
    if named:
        return named[0]
    if any(is_option(line) for line in section.lines):
        return "single"  # the answers say later which of the two it is
    if has_key(section.lines):
        return "text"
    return "blanks" if has_gap(section.lines) else "single"


def _refuse_gaps(lines: Sequence[Line], source: Source, report: Report) -> None:
    """A gap outside of the text of a question with gaps would show its own answer."""
    for line in joined_gaps(lines):
        if has_gap([line]):
            hint = "gaps stand in the text of a question that has no other answers; split the question"
            report.add("SMAC235", source.whole(line.number), "a gap where nothing can be filled in", hint=hint)


def _begins(kind: str) -> Callable[[Line], bool]:
    """What begins an answer of a kind of question."""
    match kind:
        case "text" | "number" | "true-false":
            return _is_typed
        case "match" | "categorise" | "order" | "likert" | "post-draft" | "scenario":
            return is_item
        case _:
            return is_option


def _span_of(kind: str, lines: Sequence[Line]) -> tuple[int, int]:
    """Where the answers begin and end. Without any, both are where the first quote at the margin stands."""
    begins = _begins(kind)
    match kind:
        case "blanks":
            # A post to complete may stand in a quote.
            last = last_gap(lines) + 1
            end = next(
                (n for n, line in enumerate(lines) if n >= last and _is_margin_quote(line, lines[:n])), len(lines)
            )
            return end, end
        case "essay" | "attest":
            end = next((n for n, line in enumerate(lines) if _is_margin_quote(line, lines[:n])), len(lines))
            return end, end
    first = next((n for n, line in enumerate(lines) if begins(line)), len(lines))
    if first == len(lines):
        first = next((n for n, line in enumerate(lines) if _is_margin_quote(line, lines[:n])), len(lines))
        return first, first
    return first, _end_of_answers(lines, first, begins)


def _is_typed(line: Line) -> bool:
    return is_answer_line(line) or is_squeezed(line)


def _is_margin_quote(line: Line, before: Sequence[Line]) -> bool:
    """Whether a quote begins here that is no hint: hints may stand anywhere."""
    if line.fenced or not _MARGIN_QUOTE.match(line.text):
        return False
    start = len(before)
    while start and not before[start - 1].fenced and _MARGIN_QUOTE.match(before[start - 1].text):
        start -= 1
    return not any("[!hint]" in one.text.lower() for one in [*before[start:], line])


def _read_body(kind: str, lines: list[Line], prompt: Slot | None, desk: Desk, *, is_whole: bool) -> Body | None:
    match kind:
        case "single" | "multiple" | "survey" | "post-review":
            return read_choice(lines, desk, kind, is_whole=is_whole)
        case "true-false":
            return read_true_false(lines, desk)
        case "text" | "number":
            return read_typed(lines, desk)
        case "match":
            return read_matching(lines, desk)
        case "categorise":
            return read_sorting(lines, desk)
        case "order":
            return read_order(lines, desk)
        case "likert":
            return read_likert(lines, desk)
        case "post-draft":
            return read_draft(lines, desk, _room_of(desk, 0))
        case "scenario":
            return read_scenario(lines, desk)
        case "essay":
            return _EssayBody(desk.room(_room_of(desk, _USUAL_ESSAY)))
        case _:
            if prompt is None:
                desk.lacks("has no statement to confirm", "write its exact words below the heading")
                return None
            return _AttestBody(prompt)


def _in_one_line(html: str) -> str:
    """The words of a text, with a space between its paragraphs and items."""
    spaced = re.sub(r"<(?:/(?:p|li|h[1-6]|t[dhr]|d[dt]|div|blockquote|pre)|br)\b[^>]*>", " ", html)
    return " ".join(unescape(re.sub(r"<[^>]*>", "", spaced)).split())


def _room_of(desk: Desk, usual: int) -> int:
    """`max` of the heading, in letters."""
    return number_in(desk.section, "max", usual, _MOST_LETTERS, desk.report)


class Ids:
    """The ids of one file: those that the author wrote, known from the start, and those proposed for the rest."""

    def __init__(self, written: Iterable[str], source: Source) -> None:
        self._reserved = set(written)
        self._source = source
        self._used: set[str] = set()

    def take(self, section: Section, what: str, report: Report) -> str:
        """The id of a lesson, pool or question: the author's, or for now one made from its title."""
        own_id = section.attributes.id
        if own_id and is_id(own_id):
            if own_id in self._used:
                report.add("SMAC302", section.attributes.places["#"], f"the id '{own_id}' stands twice in this file")
        elif own_id:
            own_id = self._instead_of(own_id, section, report)
        elif section.is_misread:
            own_id = slug(section.title, self._reserved | self._used)
        else:
            own_id = slug(section.title, self._reserved | self._used)
            hint = f"write {{#{own_id}}} behind the heading, or let 'smac check --fix' do it"
            line = self._source.lines[section.at.line - 1]
            changed = heading_with_id(line, own_id)
            fix = Fix(self._source.at(section.at.line, 1, len(line) + 1), changed) if changed else None
            report.add("SMAC304", section.at, f"{what} '{section.title}' has no id", hint=hint, fix=fix)
        self._used.add(own_id)
        return own_id

    def _instead_of(self, own_id: str, section: Section, report: Report) -> str:
        """Another id for one that is malformed: the same in small letters, unless another thing has that."""
        at = section.attributes.places["#"]
        folded = re.sub(r"[\s_]+", "-", own_id.lower())
        twin = is_id(folded) and folded in self._reserved | self._used
        if is_id(folded) and not twin:
            report.add("SMAC303", at, f"'{own_id}' cannot be an id", hint=f"write #{folded}", fix=Fix(at, folded))
            return folded
        hint = f"'{folded}' is taken in this file; choose another one" if twin else ""
        report.add("SMAC303", at, f"'{own_id}' cannot be an id", hint=hint)
        return slug(section.title, self._reserved | self._used)


def block_of(lines: Sequence[Line], scope: Scope, source: Source) -> Slot | None:
    """Lines as one slot of prose, or None when they are blank."""
    start = next((n for n, line in enumerate(lines) if not line.blank), None)
    if start is None:
        return None
    return scope.block([line.text for line in lines[start:]], source.at(lines[start].number))


def _end(lines: Sequence[Line]) -> int:
    return next((n for n, line in enumerate(lines) if not line.fenced and RULE.match(line.text)), len(lines))


def _end_of_answers(lines: Sequence[Line], first: int, begins: Callable[[Line], bool]) -> int:
    """Where the answers end: at the first line at the margin that neither begins one nor goes on with one."""
    for number in range(first + 1, len(lines)):
        line = lines[number]
        if line.blank or line.text.startswith(("  ", "\t")) or begins(line):
            continue
        if line.fenced:
            return number
        lazy = not lines[number - 1].blank and not line.text.lstrip().startswith(">")
        if not lazy:
            return number
    return len(lines)


def _without_hints(lines: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """The prompt's lines without the hints that stand before the answers (blank in their place), and the hints."""
    prompt: list[Line] = []
    hints: list[Line] = []
    inside = False
    for line in lines:
        quote = not line.fenced and _MARGIN_QUOTE.match(line.text) is not None
        inside = quote and (inside or "[!hint]" in line.text.lower())
        prompt.append(Line(line.number, "") if inside else line)
        hints.append(line if inside else Line(line.number, ""))
    return prompt, hints


def _read_quotes(
    draft: QuestionDraft,
    lines: Sequence[Line],
    begins: Callable[[Line], bool],
    scope: Scope,
    source: Source,
    report: Report,
) -> None:
    """Quotes at the margin: hints, and feedback for everyone. Anything else is out of place."""
    feedback: list[tuple[int, str]] = []
    for quote in _quotes(lines, begins, source, report):
        first, start = quote[0]
        mark = CALLOUT_MARK.match(start.strip())
        if mark is None:
            feedback += quote
        elif mark["kind"].upper() == "HINT":
            texts = [mark["rest"], *(text for _, text in quote[1:])]
            draft.hints.append(scope.block(texts, source.at(first)))
        else:
            hint = "use [!HINT], or a plain quote for feedback"
            report.add("SMAC211", source.whole(first), f"[!{mark['kind']}] has no meaning in a question", hint=hint)
    if feedback:
        texts_at = dict(feedback)
        span = range(feedback[0][0], feedback[-1][0] + 1)
        draft.feedback = scope.block([texts_at.get(number, "") for number in span], source.at(span.start))


def _quotes(
    lines: Sequence[Line], begins: Callable[[Line], bool], source: Source, report: Report
) -> list[list[tuple[int, str]]]:
    """Quotes at the margin, each line with its number; a hint's mark begins a new one."""
    quotes: list[list[tuple[int, str]]] = []
    inside = False
    stray_at = 0  # the last line that belonged nowhere: a run of them makes one finding
    for line in lines:
        stripped = line.text.strip()
        if begins(line):
            hint = "indent the quote above by two spaces: it is the feedback of one answer"
            if not quotes:
                hint = "keep all answers of a question together; text stands before them"
            report.add("SMAC212", source.whole(line.number), "an answer behind the end of the answers", hint=hint)
        elif stripped.startswith(">") or (inside and stripped and not line.fenced):
            text = stripped.removeprefix(">").removeprefix(" ")
            if not inside or CALLOUT_MARK.match(text.strip()):
                quotes.append([])
            inside = True
            quotes[-1].append((line.number, text))
        elif stripped:
            if stray_at != line.number - 1:
                where = source.whole(line.number)
                report.add("SMAC212", where, "this text stands behind the answers and belongs to none of them")
            stray_at = line.number
        else:
            inside = False
    return quotes
