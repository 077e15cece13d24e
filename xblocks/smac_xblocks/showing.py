"""What of a quiz goes to a browser: forms without a key, and of the key what has been earned."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from smac_courses.grading.draw import option_order
from smac_courses.grading.judge import judge
from smac_courses.html.blocks import blocks_html
from smac_courses.html.markup import Strings, fragment, text
from smac_courses.html.questions import exam_points, question_form, remarks_of
from smac_courses.model.blocks import Block, Practice
from smac_courses.model.codec import shown_data, solution_of
from smac_courses.model.course import Policy
from smac_courses.model.masked import Masked, masked
from smac_courses.model.questions import Question

_NOTE_ID = re.compile(r'((?:id="|href="#))([^"]*\._(?:note|ref)[^"]*")')
_CITED = re.compile(r'href="#([^"]*\._note[^"]*)"')
_NOTE = re.compile(r'<li id="([^"]+)"(.*?</li>)', re.S)
# Addresses of files and places, as the platform has them.
Finish = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Page:
    """What every form on a page shares. `prefix` keeps the ids of two blocks apart, `addresses` makes them real."""

    prefix: str
    strings: Strings
    policy: Policy | None
    addresses: Finish
    notes: str = ""  # every footnote of the quiz

    def finish(self, html: str) -> str:
        """HTML with the platform's addresses, and with ids of footnotes that no other block has."""
        return self.addresses(_NOTE_ID.sub(rf"\1{self.prefix}.\2", html))

    def mask(self, question: Question) -> Masked:
        """The question as it may be shown, under an id that no other block has."""
        return masked(question, f"{self.prefix}.{question.id}")

    def form(
        self, question: Question, *, with_check: bool, seed: int, is_shuffled: bool, is_exam: bool
    ) -> dict[str, Any]:
        """A question as data for the script: `{id, key, kind, html, options, order, …}`."""
        mask = self.mask(question)
        shown = mask.question
        html = question_form(shown, self.strings, level=4, with_check=with_check, with_remarks=False)
        points = f'<p class="points">{exam_points(question.points, self.strings)}</p>' if is_exam else ""
        return {
            "id": question.id,
            "key": shown.key,
            "kind": shown.kind,
            "points": shown.points,
            "html": self.finish(points + html),
            "title": question.plain_title,
            "options": [{"id": part, "n": number} for number, part in enumerate(shown.part_ids())],
            "order": list(option_order(shown, seed, shuffle=is_shuffled)),
            **shown_data(shown, shown.part_ids(), self.policy),
        }

    def judged(self, question: Question, answer: Sequence[str], *, with_key: bool) -> dict[str, Any]:
        """What is said of an answer: its points, part by part, the author's remarks that it has earned.

        `solution` is there only where the key may be seen.
        """
        mask = self.mask(question)
        found = judge(question, answer)
        remarks = remarks_of(question, self.strings)
        earned = {part: self._with_notes(remarks[part]) for part in (*found.feedback, "") if part in remarks}
        return {
            "points": found.points,
            "parts": {mask.shown_id(part): is_right for part, is_right in found.parts.items()},
            "feedback": [mask.shown_id(part) for part in found.feedback],
            "hasRight": found.has_right,
            "remarks": {mask.shown_id(part) if part else "": self.finish(html) for part, html in earned.items()},
            "solution": mask.shown_solution(solution_of(question)) if with_key else None,
        }

    def around(self, blocks: Iterable[Block]) -> list[dict[str, str]]:
        """What stands between the questions of a practice: `{html}`, or `{question}` with the id of one."""
        parts: list[dict[str, str]] = []
        for block in blocks:
            if isinstance(block, Practice):
                parts.append({"question": block.question.id})
            else:
                parts.append({"html": self.finish(blocks_html([block], self.strings))})
        return parts

    def _with_notes(self, remark: str) -> str:
        """A remark and the footnotes that it cites: they are earned with it."""
        notes = "".join(_notes_in(self.notes, [remark]))
        return f'{remark}<ol class="sources">{fragment(notes, self.strings)}</ol>' if notes else remark

    def sources(self, html: str, shown: Iterable[str]) -> str:
        """The footnotes that something on the page cites, below everything."""
        kept = "".join(_notes_in(html, shown, self.prefix))
        if not kept:
            return ""
        html = f"<ol>{kept}</ol>"
        title = text(self.strings["sources"])
        return self.finish(f'<div class="sources"><h4>{title}</h4>{fragment(html, self.strings)}</div>')


def _notes_in(notes: str, shown: Iterable[str], prefix: str = "") -> Iterator[str]:
    """Those footnotes that are cited, each with its number."""
    cited = {name.removeprefix(f"{prefix}.") for text in shown for name in _CITED.findall(text)}
    for number, found in enumerate(_NOTE.finditer(notes), 1):
        if found[1] in cited:
            yield f'<li value="{number}" id="{found[1]}"{found[2]}'


def state_for(mask: Masked, answer: Sequence[str] | None) -> list[str]:
    """A kept answer as the page knows it; empty where there is none."""
    return mask.shown(answer) if answer else []


def words_for(strings: Mapping[str, str], *others: Mapping[str, str]) -> dict[str, str]:
    """Every word of a page for the script."""
    together = dict(strings)
    for more in others:
        together.update(more)
    return together
