"""A heading and its lines as a question: its words, its answers, its hints and feedback."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from smac_courses.diagnostics import Report
from smac_courses.model.ids import is_id, key_of, slug
from smac_courses.model.questions import Question
from smac_courses.reader.document import RULE, Line, Section
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
_MARK = re.compile(r"\[!(?P<name>[A-Za-z]+)\]\s*$")


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

    def finish(self, module_id: str) -> Question:
        """The question of the model, after rendering."""
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
            objective=values.get("objective", ""),
            policy=values.get("policy", ""),
            at=self.section.at,
        )


def is_question(section: Section) -> bool:
    """Whether a section of a lesson is a question, by the rule of the dialect.

    Its heading carries points, or its lines (up to a rule) hold an answer list. A plain `[ ]` list is a
    checklist, and so is a ticked one under a heading with `{.checklist}`.
    """
    if "checklist" in section.attributes.classes:
        return False
    lines = section.lines[: _end(section.lines)]
    return "points" in section.attributes.values or is_answer_list(lines) or any(is_odd(line) for line in lines)


def split_at_rule(section: Section) -> list[Line]:
    """Cut the section at its first `---` and return what stood behind it."""
    end = _end(section.lines)
    rest = section.lines[end + 1 :]
    section.lines = section.lines[:end]
    return rest


def read_question(
    section: Section, scope: Scope, taken: set[str], source: Source, report: Report
) -> QuestionDraft | None:
    """The question of a section, or None after reporting why there is none."""
    points = _read_heading(section, report)
    own_id = read_id(section, taken, "question", report)
    first = next((n for n, line in enumerate(section.lines) if is_option(line)), len(section.lines))
    last = _end_of_answers(section.lines, first)
    options = read_options(section.lines[first:last], source, report)
    if not options:
        report.add("SMAC202", section.at, f"question '{section.title}' has no answers")
        return None
    title = scope.inline(section.title, section.at)
    draft = QuestionDraft(own_id, section, title, block_of(section.lines[:first], scope, source), options, points)
    _read_quotes(draft, section.lines[last:], scope, source, report)
    choice_question(options, section, scope, source, report)
    return draft


def read_id(section: Section, taken: set[str], what: str, report: Report) -> str:
    """The id of a lesson, pool or question: the author's, or for now one made from its title."""
    own_id = section.attributes.id
    if own_id and not is_id(own_id):
        report.add("SMAC303", section.attributes.places["#"], f"'{own_id}' cannot be an id")
        own_id = slug(section.title, taken)
    elif not own_id:
        proposal = slug(section.title, taken)
        report.add(
            "SMAC304",
            section.at,
            f"{what} '{section.title}' has no id",
            hint=f"write {{#{proposal}}} behind the heading, or let 'smac check --fix' do it",
        )
        own_id = proposal
    elif own_id in taken:
        report.add("SMAC302", section.attributes.places["#"], f"the id '{own_id}' stands twice in this file")
    taken.add(own_id)
    return own_id


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
        if line.blank or line.fenced or line.text.startswith(("  ", "\t")) or is_option(line):
            continue
        lazy = not lines[number - 1].blank and not line.text.lstrip().startswith(">")
        if not lazy:
            return number
    return len(lines)


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
    if points.isascii() and points.isdigit() and 1 <= int(points) <= MAX_POINTS:
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
    feedback: list[str] = []
    feedback_line = 0
    for quote in _quotes(lines, source, report):
        first, texts = quote[0][0], [text for _, text in quote]
        mark = _MARK.fullmatch(texts[0].strip())
        if mark is None:
            feedback_line = feedback_line or first
            feedback += ["", *texts] if feedback else texts
        elif mark["name"].upper() == "HINT":
            draft.hints.append(scope.block(texts[1:], source.at(first + 1)))
        else:
            report.add(
                "SMAC211",
                source.whole(first),
                f"[!{mark['name']}] has no meaning in a question",
                hint="use [!HINT], or a plain quote for feedback",
            )
    if feedback:
        draft.feedback = scope.block(feedback, source.at(feedback_line))


def _quotes(lines: Sequence[Line], source: Source, report: Report) -> list[list[tuple[int, str]]]:
    quotes: list[list[tuple[int, str]]] = []
    inside = False
    for line in lines:
        stripped = line.text.strip()
        if not stripped:
            inside = False
        elif stripped.startswith(">") or inside:
            if not inside:
                quotes.append([])
            inside = True
            quotes[-1].append((line.number, stripped.removeprefix(">").removeprefix(" ")))
        else:
            report.add(
                "SMAC212",
                source.whole(line.number),
                "this text stands behind the answers and belongs to none of them",
            )
    return quotes
