"""A heading and its lines as a question: its words, its answers, its hints and feedback."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from smac_courses.diagnostics import Fix, Report
from smac_courses.model.ids import is_id, key_of, slug
from smac_courses.model.questions import Question
from smac_courses.reader.containers import CALLOUT_MARK
from smac_courses.reader.document import RULE, Line, Section, heading_with_id
from smac_courses.reader.prose import Scope, Slot
from smac_courses.reader.questions.choice import (
    OptionDraft,
    choice_question,
    finished,
    is_answer_list,
    is_odd,
    is_option,
    kind_of,
    read_options,
)
from smac_courses.reader.schema import did_you_mean
from smac_courses.reader.source import Source

MAX_POINTS = 100
_QUESTION_KEYS = ("objective", "points", "policy")
_MARGIN_QUOTE = re.compile(r" {0,3}>")


@dataclass(slots=True)
class QuestionDraft:
    """A question whose texts wait to be rendered."""

    id: str
    section: Section
    title: Slot
    prompt: Slot | None
    options: list[OptionDraft]
    points: int
    feedback: Slot | None = None
    hints: list[Slot] = field(default_factory=list)

    def finish(self, module_id: str, objectives: tuple[str, ...] = (), clauses: tuple[str, ...] = ()) -> Question:
        """The question of the model, after rendering; `objectives` and `clauses` hold where it names none."""
        values = self.section.attributes.values
        return kind_of(self.options)(
            id=self.id,
            key=key_of(module_id, self.id),
            title=self.title.html,
            plain_title=self.title.plain,
            prompt=self.prompt.html if self.prompt else "",
            points=self.points,
            options=tuple(finished(option) for option in self.options),
            feedback=self.feedback.html if self.feedback else "",
            hints=tuple(hint.html for hint in self.hints),
            objectives=names_in(values.get("objective", "")) or objectives,
            clauses=names_in(values.get("policy", "")) or clauses,
            at=self.section.at,
        )


def names_in(value: str) -> tuple[str, ...]:
    """Ids with commas between them."""
    return tuple(name.strip() for name in value.split(",") if name.strip())


def is_question(section: Section) -> bool:
    """Whether a section of a lesson is a question, by the rule of the dialect.

    Its heading carries points, or its lines (up to a rule) hold an answer list. A plain `[ ]` list is a
    checklist, and so is a ticked one under a heading with `{.checklist}`.
    """
    if {"checklist", "job-aid"} & set(section.attributes.classes):
        return False
    lines = section.lines[: _end(section.lines)]
    return "points" in section.attributes.values or is_answer_list(lines) or any(is_odd(line) for line in lines)


def split_at_rule(section: Section) -> list[Line]:
    """Cut the section at its first `---` and return what stood behind it."""
    end = _end(section.lines)
    rest = section.lines[end + 1 :]
    section.lines = section.lines[:end]
    return rest


def read_question(section: Section, scope: Scope, ids: Ids, source: Source, report: Report) -> QuestionDraft | None:
    """The question of a section, or None after reporting why there is none."""
    points = _read_heading(section, report)
    own_id = ids.take(section, "question", report)
    first = next((n for n, line in enumerate(section.lines) if is_option(line)), len(section.lines))
    last = _end_of_answers(section.lines, first)
    options = read_options(section.lines[first:last], source, report)
    if not options:
        report.add("SMAC202", section.at, f"question '{section.title}' has no answers")
        return None
    title = scope.inline(section.title, section.at)
    prompt, hints = _without_hints(section.lines[:first])
    draft = QuestionDraft(own_id, section, title, block_of(prompt, scope, source), options, points)
    _read_quotes(draft, [*hints, *section.lines[last:]], scope, source, report)
    is_cut = any(is_option(line) for line in section.lines[last:])  # a finding of its own says so
    choice_question(options, section, scope, source, report, is_whole=not is_cut)
    behind = section.lines[last : last + 1]
    if behind and not section.lines[last - 1].blank and not options[-1].feedback and any(o.feedback for o in options):
        where = source.whole(behind[0].number)
        report.add("SMAC216", where, f"this feedback is shown to everyone, and answer '{options[-1].id}' has none")
    return draft


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


def _end_of_answers(lines: Sequence[Line], first: int) -> int:
    """Where the answers end: at the first line at the margin that neither begins one nor goes on with one."""
    for number in range(first + 1, len(lines)):
        line = lines[number]
        if line.blank or line.text.startswith(("  ", "\t")) or is_option(line):
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


def _read_heading(section: Section, report: Report) -> int:
    attributes = section.attributes
    for key in attributes.values.keys() - set(_QUESTION_KEYS):
        report.add(
            "SMAC131",
            attributes.places[key],
            f"'{key}' means nothing on a question",
            hint=did_you_mean(key, _QUESTION_KEYS),
        )
    for name in attributes.classes:
        report.add(
            "SMAC131",
            attributes.places["." + name],
            f"'.{name}' is not a kind of question that is known here",
            hint="( ) makes single choice, [ ] several answers",
        )
    points = attributes.values.get("points", "1")
    if points.isascii() and points.isdigit() and len(points) < 5 and 1 <= int(points) <= MAX_POINTS:
        return int(points)
    report.add(
        "SMAC210",
        attributes.places["points"],
        f"points cannot be '{points}'",
        hint=f"write a whole number from 1 to {MAX_POINTS}",
    )
    return 1


def _read_quotes(draft: QuestionDraft, lines: Sequence[Line], scope: Scope, source: Source, report: Report) -> None:
    """Quotes at the margin: hints, and feedback for everyone. Anything else is out of place."""
    feedback: list[tuple[int, str]] = []
    for quote in _quotes(lines, source, report):
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


def _quotes(lines: Sequence[Line], source: Source, report: Report) -> list[list[tuple[int, str]]]:
    """Quotes at the margin, each line with its number; a hint's mark begins a new one."""
    quotes: list[list[tuple[int, str]]] = []
    inside = False
    stray_at = 0  # the last line that belonged nowhere: a run of them makes one finding
    for line in lines:
        stripped = line.text.strip()
        if is_option(line):
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
