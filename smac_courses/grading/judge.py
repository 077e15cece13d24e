"""What an answer is worth, part by part. `player/src/grading.mjs` and `player/src/kinds/` are the twin;
`tests/vectors/grading` binds the two.

An answer in parts earns points by one of three rules; all divisions are rounded down, and nothing falls below 0:

    all                 everything right and nothing wrong: all points; else none
    each                points × parts as they should be / parts
    right-minus-wrong   points × (right − wrong) / right ones that there are

With several answers, a part of `each` is as it should be when it is right and ticked, or wrong and not ticked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar, assert_never

from smac_courses.grading import words
from smac_courses.model.questions import (
    Attestation,
    Blank,
    Blanks,
    Categorise,
    Criterion,
    Essay,
    Likert,
    Matching,
    MultipleChoice,
    NumberAnswer,
    Ordering,
    PostDraft,
    PostReview,
    Question,
    Scenario,
    SingleChoice,
    Step,
    Survey,
    TextAnswer,
    TrueFalse,
)

Answer = Sequence[str]
_Part = TypeVar("_Part")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """`points` from 0 to those of the question; `parts` says of each part of the answer whether it is right.

    `feedback` are the ids of the author's remarks that this answer has earned, in the order in which they are shown.
    `has_right` says that something in it is right, even where that earns nothing.
    """

    points: int = 0
    parts: Mapping[str, bool] = field(default_factory=dict)
    feedback: tuple[str, ...] = ()
    has_right: bool = False


@dataclass(frozen=True, slots=True)
class _Tally:
    """`right` and `wrong` of what was done, `total` of what can be right; `fit` of `of` parts are as they should be."""

    right: int
    wrong: int
    total: int
    fit: int
    of: int


def judge(question: Question, answer: Answer) -> Judgement:
    """Grade one answer.

    What the question does not know is ignored, because a package may meet answers from an older version of the course.
    An answer with nothing in it earns 0.
    """
    match question:
        case SingleChoice() | TrueFalse():
            return _single(question, answer)
        case MultipleChoice() | PostReview():
            return _several(question, answer)
        case Likert() | Survey():
            known = _known(question.option_ids(), answer)
            return Judgement(feedback=known)
        case Essay() | Attestation():
            return Judgement()
        case TextAnswer():
            return _text(question, answer)
        case NumberAnswer():
            return _number(question, answer)
        case Blanks():
            return _blanks(question, answer)
        case Matching() | Categorise():
            return _pairs(question, answer)
        case Ordering():
            return _ordering(question, answer)
        case PostDraft():
            return _draft(question, answer)
        case Scenario():
            return _scenario(question, answer)
        case _:
            assert_never(question)


def score_answer(question: Question, answer: Answer) -> int:
    """Whole points for an answer, 0 to `question.points`."""
    return judge(question, answer).points


def is_empty(answer: Answer) -> bool:
    """Whether nothing was answered: nothing ticked, or nothing in any field."""
    return not any(words.normalised(part) for part in answer)


def most_points(steps: Sequence[Step]) -> int:
    """Points of the best way through a conversation. Its steps lead forward only; a way back counts nothing."""
    best = [0] * len(steps)
    for number in reversed(range(len(steps))):
        ways = [
            choice.points + (best[choice.to] if number < choice.to < len(best) else 0)
            for choice in steps[number].choices
        ]
        best[number] = max(ways, default=0)
    return best[0] if best else 0


def _points(question: Question, tally: _Tally) -> int:
    if tally.total == 0:
        return 0
    match question.credit:
        case "all":
            return question.points if tally.right == tally.total and not tally.wrong else 0
        case "each":
            return question.points * tally.fit // tally.of
        case "right-minus-wrong":
            return question.points * max(0, tally.right - tally.wrong) // tally.total
        case _:
            assert_never(question.credit)


def _known(ids: Sequence[str], answer: Answer) -> tuple[str, ...]:
    """What an answer names of a question, each once, in the question's order."""
    return tuple(one for one in ids if one in answer)


def _single(question: SingleChoice | TrueFalse, answer: Answer) -> Judgement:
    ticked = _known(question.option_ids(), answer)
    right = {option.id for option in question.options if option.correct}
    is_right = len(ticked) == 1 and ticked[0] in right
    return Judgement(
        points=question.points if is_right else 0,
        parts={one: one in right for one in ticked},
        feedback=ticked,
        has_right=is_right,
    )


def _several(question: MultipleChoice | PostReview, answer: Answer) -> Judgement:
    ticked = _known(question.option_ids(), answer)
    if not ticked:
        return Judgement()
    right = wrong = total = fit = 0
    for option in question.options:
        is_ticked = option.id in ticked
        right += option.weight * (is_ticked and option.correct)
        wrong += option.weight * (is_ticked and not option.correct)
        total += option.weight * option.correct
        fit += option.weight * (is_ticked == option.correct)
    every = sum(option.weight for option in question.options)
    parts = {option.id: option.correct for option in question.options if option.id in ticked}
    tally = _Tally(right, wrong, total, fit, every)
    return Judgement(points=_points(question, tally), parts=parts, feedback=ticked, has_right=right > 0)


def _text(question: TextAnswer, answer: Answer) -> Judgement:
    def same(accepted: str) -> bool:
        return words.same(accepted, answer[0], exact=question.exact, joined=question.joined)

    if is_empty(answer[:1]):
        return Judgement()
    if any(map(same, question.accepted)):
        return Judgement(points=question.points, parts={"": True}, has_right=True)
    near = next((one for one in question.near if same(one.text)), None)
    if near is None:
        return Judgement(parts={"": False})
    return Judgement(
        points=min(near.points, question.points),
        parts={"": False},
        feedback=(near.id,),
        has_right=True,
    )


def _number(question: NumberAnswer, answer: Answer) -> Judgement:
    if is_empty(answer[:1]):
        return Judgement()
    number = words.decimal_of(answer[0], comma=question.comma)
    is_right = (
        number is not None and words.compared(question.low, number) <= 0 and words.compared(number, question.high) <= 0
    )
    return Judgement(points=question.points if is_right else 0, parts={"": is_right}, has_right=is_right)


def _blanks(question: Blanks, answer: Answer) -> Judgement:
    def is_right(blank: Blank, given: str) -> bool:
        if blank.options:
            return any(option.id == given and option.correct for option in blank.options)
        return any(
            words.same(accepted, given, exact=question.exact, joined=question.joined) for accepted in blank.accepted
        )

    def is_known(blank: Blank, given: str) -> bool:
        return not blank.options or any(option.id == given for option in blank.options)

    parts = {
        blank.id: is_right(blank, given) for blank, given in _filled(question.blanks, answer) if is_known(blank, given)
    }
    return _of_parts(question, parts, len(question.blanks))


def _pairs(question: Matching | Categorise, answer: Answer) -> Judgement:
    targets = {target.id for target in question.targets}
    parts = {item.id: item.target == given for item, given in _filled(question.items, answer) if given in targets}
    return _of_parts(question, parts, len(question.items), feedback=tuple(parts))


def _ordering(question: Ordering, answer: Answer) -> Judgement:
    ids = question.option_ids()
    given = [one for one in dict.fromkeys(answer) if one in ids]
    if not given:
        return Judgement()
    parts = {one: place < len(ids) and ids[place] == one for place, one in enumerate(given)}
    return _of_parts(question, parts, len(ids), feedback=tuple(given))


def _draft(question: PostDraft, answer: Answer) -> Judgement:
    text, alt = (*answer, "", "")[:2]
    if is_empty((text, alt)):
        return Judgement()
    parts = {one.id: _TESTS[one.test](one, text, alt) for one in question.criteria}
    met = sum(one.points for one in question.criteria if parts[one.id])
    total = sum(one.points for one in question.criteria)
    # Whoever writes next to nothing breaks no rule; that alone earns nothing, where there is something to do.
    to_do = [one for one in question.criteria if one.test not in _ABSTAINING]
    if to_do and not any(parts[one.id] for one in to_do):
        met = 0
    return Judgement(
        points=_points(question, _Tally(met, total - met, total, met, total)),
        parts=parts,
        feedback=tuple(one for one, is_met in parts.items() if not is_met),
        has_right=met > 0,
    )


_ABSTAINING = frozenset({"never", "camel-case"})


_TESTS: dict[str, Callable[[Criterion, str, str], bool]] = {
    "first-line": lambda one, text, alt: any(words.holds(words.first_line(text), word) for word in one.words),
    "contains": lambda one, text, alt: any(words.holds(text, word) for word in one.words),
    "never": lambda one, text, alt: not any(words.holds(part, word) for part in (text, alt) for word in one.words),
    "alt-text": lambda one, text, alt: one.least <= words.length(alt) <= one.most,
    "length": lambda one, text, alt: one.least <= words.length(text) <= one.most,
    "camel-case": lambda one, text, alt: words.is_camel_case(text),
}


def _scenario(question: Scenario, answer: Answer) -> Judgement:
    parts: dict[str, bool] = {}
    earned = step = 0
    for said in answer:
        choices = question.steps[step].choices if step < len(question.steps) else ()
        choice = next((one for one in choices if one.id == said), None)
        if choice is None or said in parts:
            break
        earned += choice.points
        parts[said] = choice.points == max(one.points for one in choices)
        step = choice.to
    total = most_points(question.steps)
    tally = _Tally(earned, total - earned, total, earned, total)
    return Judgement(
        points=_points(question, tally) if parts else 0, parts=parts, feedback=tuple(parts), has_right=earned > 0
    )


def _filled(parts: Sequence[_Part], answer: Answer) -> list[tuple[_Part, str]]:
    """Parts with what was put into them, without those left empty."""
    return [(part, given) for part, given in zip(parts, answer, strict=False) if words.normalised(given)]


def _of_parts(
    question: Question, parts: Mapping[str, bool], total: int, *, feedback: tuple[str, ...] = ()
) -> Judgement:
    right = sum(parts.values())
    tally = _Tally(right, len(parts) - right, total, right, total)
    points = _points(question, tally) if parts else 0
    return Judgement(points=points, parts=parts, feedback=feedback, has_right=right > 0)
