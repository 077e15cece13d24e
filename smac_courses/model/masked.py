"""A question as a learner may see it before an answer, where a server keeps the key.

What is shown is made of a question from which the key is taken out: so nothing in a page can depend on it. The ids
of what can be chosen say nothing either: those of the author may be names (`{#right}`), and those of things to put in
order or to match are made in an order that can be worked out. In their place stand numbers, by the place in the text
where that is no key, and by the words where it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar, assert_never

from smac_courses.model.questions import (
    Attestation,
    Blanks,
    Categorise,
    Choice,
    Essay,
    Item,
    Likert,
    Matching,
    MultipleChoice,
    NumberAnswer,
    Option,
    Ordering,
    PostDraft,
    PostReview,
    Question,
    Scenario,
    SingleChoice,
    Survey,
    Target,
    TextAnswer,
    TrueFalse,
)

# Every field for a few words has the same size: one that fitted the answer would tell of it.
ROOM_OF_WORDS = 200
ROOM_OF_A_POST, ROOM_OF_ALT_TEXT = 5_000, 500
_Part = TypeVar("_Part", Option, Item, Target, Choice)


@dataclass(frozen=True, slots=True)
class Masked:
    """A question without its key, and the way back from what a learner says of it.

    `question` may be shown to anybody. `ids` gives the real id of each that stands in it.
    """

    question: Question
    original: Question
    ids: Mapping[str, str]

    def answer(self, shown: Sequence[str]) -> list[str]:
        """An answer in the real ids; what the question does not have is left out."""
        match self.original, self.question:
            case ((Matching() | Categorise() as real), (Matching() | Categorise() as mask)):
                targets = {one.id for one in mask.targets}
                said = dict(zip((self.ids[item.id] for item in mask.items), shown, strict=False))
                known = [said.get(item.id, "") for item in real.items]
                return [self.ids[one] if one in targets else "" for one in known]
            case Blanks() as real, _:
                pairs = zip(real.blanks, shown, strict=False)
                return [self.ids.get(given, "") if blank.options else given for blank, given in pairs]
            case ((TextAnswer() | NumberAnswer() | Essay() | PostDraft() | Attestation()), _):
                return list(shown)
            case _:
                return [self.ids[one] for one in shown if one in self.ids]

    def shown(self, answer: Sequence[str]) -> list[str]:
        """The same in the ids that are shown."""
        names = {real: shown for shown, real in self.ids.items()}
        match self.original, self.question:
            case ((Matching() | Categorise() as real), (Matching() | Categorise() as mask)):
                said = dict(zip((item.id for item in real.items), answer, strict=False))
                return [names.get(said.get(self.ids[item.id], ""), "") for item in mask.items]
            case Blanks() as real, _:
                pairs = zip(real.blanks, answer, strict=False)
                return [names.get(given, "") if blank.options else given for blank, given in pairs]
            case ((TextAnswer() | NumberAnswer() | Essay() | PostDraft() | Attestation()), _):
                return list(answer)
            case _:
                return [names[one] for one in answer if one in names]

    def shown_id(self, part: str) -> str:
        """The id that stands for a part in what is shown."""
        return next((shown for shown, real in self.ids.items() if real == part), part)

    def shown_solution(self, solution: Mapping[str, Any]) -> dict[str, Any]:
        """The key in the ids that are shown, for whoever may see it by now."""
        match self.original:
            case Blanks() as real:
                told = zip(real.blanks, solution["blanks"], strict=True)
                return {"blanks": [list(map(self.shown_id, key)) if blank.options else key for blank, key in told]}
            case Matching() | Categorise():
                return {"pairs": {self.shown_id(one): self.shown_id(to) for one, to in solution["pairs"].items()}}
            case Ordering():
                return {"order": [self.shown_id(one) for one in solution["order"]]}
            case Scenario():
                return {"points": {self.shown_id(one): points for one, points in solution["points"].items()}}
            case SingleChoice() | MultipleChoice() | TrueFalse() | PostReview():
                return {"right": [self.shown_id(one) for one in solution["right"]]}
            case _:
                return dict(solution)


def masked(question: Question, key: str) -> Masked:
    """A question as it may be shown, under a key of its own: what stands in a page needs another one in each block."""
    ids: dict[str, str] = {}
    common: dict[str, Any] = {
        "id": question.id,
        "key": key,
        "feedback": "",
        "objectives": (),
        "clauses": (),
        "topic": "",
        "difficulty": "",
        "markdown": "",
    }
    return Masked(_without_key(question, common, ids), question, ids)


def _without_key(question: Question, common: dict[str, Any], ids: dict[str, str]) -> Question:
    match question:
        case SingleChoice() | MultipleChoice() | TrueFalse() | PostReview() | Likert() | Survey():
            return replace(question, **common, options=tuple(map(_bare, _numbered(question.options, "o", ids))))
        case Ordering():
            options = sorted(question.options, key=lambda one: (one.html, one.id))
            return replace(question, **common, options=tuple(map(_bare, _numbered(options, "o", ids))))
        case TextAnswer():
            return replace(question, **common, accepted=(), near=(), room=ROOM_OF_WORDS)
        case NumberAnswer():
            # A keyboard without a minus would say that no number below nothing is wanted.
            return replace(question, **common, low="-1", high="-1", value="")
        case Blanks():
            blanks = tuple(
                replace(
                    blank,
                    accepted=(),
                    options=tuple(map(_bare, _numbered(blank.options, f"{blank.id}o", ids))),
                    room=ROOM_OF_WORDS,
                )
                for blank in question.blanks
            )
            return replace(question, **common, blanks=blanks)
        case Matching():
            items, targets = _numbered(question.items, "i", ids), sorted(question.targets, key=_by_words)
        case Categorise():
            # Things to sort stand in an order that was made from their groups; groups in that of the author.
            items = _numbered(sorted(question.items, key=lambda one: (one.html, one.id)), "i", ids)
            targets = list(question.targets)
        case PostDraft():
            bare_criteria = (
                replace(one, words=(), least=0, most=0, points=0, feedback="") for one in question.criteria
            )
            return replace(
                question,
                **common,
                room=ROOM_OF_A_POST,
                alt_room=ROOM_OF_ALT_TEXT,
                criteria=tuple(bare_criteria),
            )
        case Scenario():
            steps = tuple(
                replace(
                    step,
                    choices=tuple(
                        replace(one, points=0, feedback="") for one in _numbered(step.choices, f"s{number}c", ids)
                    ),
                )
                for number, step in enumerate(question.steps)
            )
            return replace(question, **common, steps=steps)
        case Essay() | Attestation():
            return replace(question, **common)
        case _:
            assert_never(question)
    bare = tuple(replace(item, target="", feedback="") for item in items)
    return replace(question, **common, items=bare, targets=tuple(_numbered(targets, "t", ids)))


def _numbered(parts: Sequence[_Part], letter: str, ids: dict[str, str]) -> list[_Part]:
    """Parts under new ids; those without words of their own keep theirs, by which the page knows what to write."""
    named = []
    for number, part in enumerate(parts, 1):
        has_words = not isinstance(part, Option) or bool(part.html)
        shown = f"{letter}{number}" if has_words else part.id
        ids[shown] = part.id
        named.append(replace(part, id=shown))
    return named


def _bare(option: Option) -> Option:
    return replace(option, correct=False, feedback="", weight=1)


def _by_words(target: Target) -> tuple[str, str]:
    return target.words.lower(), target.words
