"""A course as the data that the player needs: `course.json`, without any text that the page already shows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, assert_never

from smac_courses.model.course import Course, Exam, Lesson, Policy
from smac_courses.model.questions import (
    Attestation,
    Blanks,
    Categorise,
    Essay,
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
    TextAnswer,
    TrueFalse,
)
from smac_courses.model.state import Answer, longest_state, size_of_answer

# Letters of eight bits; `player/src/letters.mjs` counts what a text needs.
ROOM_OF_A_NUMBER = 30
MOST_KEPT_OF_GONE = 36
_CHOSEN = 96  # stands before what was chosen in a gap
_LAST_DAY = 99_999  # since 1970: a date far behind the end of any certificate


def player_data(course: Course) -> dict[str, Any]:
    """What the script of a package reads: ids, keys, points, the answer key and the rules.

    Shape: `{course: {id, title, version}, lessons: [{key, ordinal, practice: [question]}], exam: {…} | null,
    lms: {fail, exitOnPass, settleSeconds, language, hasExam, satisfies}}`, where `satisfies` says that being done is
    a pass. A question is `{key, ordinal, kind, points, credit, options: [{id, n}], about: [name], …, solution: {…}}`.
    `options` is everything that an answer may name, `n` its number in `course.lock`; a kind adds what it needs, and
    `solution` is its key. A question of the exam has `lessons`, keys of what to read again after a wrong answer.
    """
    return {
        "course": {"id": course.id, "title": course.title, "version": course.version},
        "lessons": [_lesson(course, lesson) for lesson in course.lessons()],
        "exam": _exam(course, course.exam) if course.exam else None,
        "lms": {
            "fail": course.lms.fail,
            # A part whose attempt was closed would begin anew when somebody looks back, and the whole be incomplete.
            "exitOnPass": "suspend" if course.part_of else course.lms.exit_on_pass,
            "settleSeconds": course.lms.settle_seconds,
            # Run-times take a language and one part more.
            "language": "-".join(course.language.split("-")[:2]),
            "hasExam": course.exam is not None,
            "satisfies": course.has_full_sequencing,
        },
    }


def longest_saved_state(course: Course) -> int:
    """Characters of the longest state that any learner of this course can reach.

    That learner began with the oldest version: answers to questions that are gone are kept, too.
    """
    ordinals = course.ordinals
    present = {question.key for question in course.questions()}
    gone = {
        # What it was is not known any more; the player keeps no more than so many numbers of it.
        ordinal: tuple(range(len(ordinals.options.get(key, ())))) or (63,) * MOST_KEPT_OF_GONE
        for key, ordinal in ordinals.questions.items()
        if key not in present
    }
    practice = {ordinals.questions[question.key]: _longest_answer(course, question) for question in course.practice()}
    return longest_state(
        lessons=ordinals.lessons.values(),
        practice={**gone, **practice},
        asked=_longest_draw(course),
        has_exam=course.exam is not None,
    )


def largest_answer(course: Course) -> tuple[Question | None, int]:
    """The question whose answer can need most room, and about how many characters of the state that is."""
    sizes = ((question, size_of_answer(_longest_answer(course, question)) // 6) for question in course.questions())
    return max(sizes, key=lambda pair: pair[1], default=(None, 0))


def _lesson(course: Course, lesson: Lesson) -> dict[str, Any]:
    return {
        "key": lesson.key,
        "ordinal": course.ordinals.lessons[lesson.key],
        "practice": [_question(course, question) for question in lesson.questions()],
    }


def _exam(course: Course, exam: Exam) -> dict[str, Any]:
    rules = exam.rules
    return {
        "rules": {
            "passPercent": rules.pass_percent,
            "attempts": rules.attempts,
            "counts": rules.counts,
            "shuffle": rules.shuffle,
            "feedback": rules.feedback,
            "opens": rules.opens,
            "waitHours": rules.wait_hours,
            "timeLimitMinutes": rules.time_limit_minutes,
            "extraTime": list(rules.extra_time),
            "pause": rules.pause,
        },
        "pools": [
            {
                "id": pool.id,
                "title": pool.title,
                "draw": pool.draw,
                "mustPass": pool.must_pass,
                "questions": [_exam_question(course, question) for question in pool.questions],
            }
            for pool in exam.pools
        ],
    }


def _exam_question(course: Course, question: Question) -> dict[str, Any]:
    behind = [lesson.key for lesson in course.lessons_behind(question)]
    return {**_question(course, question), "lessons": behind}


def _question(course: Course, question: Question) -> dict[str, Any]:
    numbers = course.ordinals.options[question.key]
    return {
        "key": question.key,
        "ordinal": course.ordinals.questions[question.key],
        "kind": question.kind,
        "points": question.points,
        "credit": question.credit,
        "options": [{"id": part, "n": numbers.index(part)} for part in _shown_parts(question)],
        "about": about(question),
        **shown_data(question, numbers, course.policy),
        "solution": solution_of(question),
    }


def about(question: Question) -> list[str]:
    """What a question is about, as names that an LMS can report: objectives, clauses, topic, difficulty."""
    return [
        *question.objectives,
        *(f"policy.{clause}" for clause in question.clauses),
        *([f"topic.{question.topic}"] if question.topic else []),
        *([f"difficulty.{question.difficulty}"] if question.difficulty else []),
    ]


@dataclass(frozen=True, slots=True)
class Attested:
    """What a learner confirms, by digests: `mark` goes into the saved state, `record` to the LMS."""

    mark: str  # six hex digits over the statement and the policy
    record: str  # at most 200 characters
    statement_digest: str  # "sha256:" and 64 hex digits


def attested(policy: Policy | None, question: Attestation) -> Attested:
    """The mark and the record of an attestation: whoever confirms one version has not confirmed the next."""
    statement = hashlib.sha256(question.statement.encode()).hexdigest()
    digest = policy.digest if policy else ""
    mark = hashlib.sha256(f"{question.statement}\n{digest}".encode()).hexdigest()[:6]
    record = f"statement sha256:{statement[:32]}"
    if policy:
        record += f"; policy {policy.id} {policy.version} {digest[: len('sha256:') + 32]}"
    return Attested(mark, record, f"sha256:{statement}")


def _shown_parts(question: Question) -> tuple[str, ...]:
    """Everything with a number, in the order of the page where that says nothing of the key."""
    match question:
        case SingleChoice() | MultipleChoice() | TrueFalse() | PostReview() | Likert() | Survey():
            return question.option_ids()
        case _:
            return question.part_ids()


def shown_data(question: Question, numbers: Sequence[str], policy: Policy | None) -> dict[str, Any]:
    """What a kind needs besides, and may be seen before an answer; `numbers` are its parts in the order of the lock."""
    match question:
        case TextAnswer():
            return {"exact": question.exact, "joined": question.joined}
        case NumberAnswer():
            return {"comma": question.comma}
        case Blanks():
            blanks = [
                {"id": blank.id, "options": _numbered(numbers, blank.options)} if blank.options else {"id": blank.id}
                for blank in question.blanks
            ]
            return {"blanks": blanks, "exact": question.exact, "joined": question.joined}
        case Matching() | Categorise():
            return {
                "items": [item.id for item in question.items],
                "targets": [target.id for target in question.targets],
            }
        case Scenario():
            return {
                "steps": [[{"id": choice.id, "to": choice.to} for choice in step.choices] for step in question.steps]
            }
        case Attestation():
            about_it = attested(policy, question)
            return {"mark": about_it.mark, "record": about_it.record}
        case _:
            return {}


def _numbered(numbers: Sequence[str], options: tuple[Option, ...]) -> list[dict[str, Any]]:
    return [{"id": one.id, "n": numbers.index(one.id), "words": one.html} for one in options]


def solution_of(question: Question) -> dict[str, Any]:
    """The key: what a learner must not see before an answer."""
    match question:
        case SingleChoice() | MultipleChoice() | TrueFalse() | PostReview():
            weights = {option.id: option.weight for option in question.options if option.weight != 1}
            right = [option.id for option in question.options if option.correct]
            return {"right": right, "weights": weights} if weights else {"right": right}
        case TextAnswer():
            near = [{"id": one.id, "text": one.text, "points": one.points} for one in question.near]
            return {"accept": list(question.accepted), "near": near}
        case NumberAnswer():
            return {"low": question.low, "high": question.high, "value": question.value}
        case Blanks():
            return {
                "blanks": [
                    [option.id for option in blank.options if option.correct] if blank.options else list(blank.accepted)
                    for blank in question.blanks
                ]
            }
        case Matching() | Categorise():
            return {"pairs": {item.id: item.target for item in question.items}}
        case Ordering():
            return {"order": list(question.option_ids())}
        case PostDraft():
            return {
                "criteria": [
                    {
                        "id": one.id,
                        "test": one.test,
                        "words": list(one.words),
                        "least": one.least,
                        "most": one.most,
                        "points": one.points,
                    }
                    for one in question.criteria
                ]
            }
        case Scenario():
            return {"points": {choice.id: choice.points for choice in question.choices()}}
        case Likert() | Survey() | Essay() | Attestation():
            return {}
        case _:
            assert_never(question)


def _longest_draw(course: Course) -> Iterator[tuple[int, Answer]]:
    """An upper bound for every pool: its highest ordinals, with its longest answers."""
    for pool in course.exam.pools if course.exam else ():
        answers = sorted(
            (_longest_answer(course, question) for question in pool.questions), key=size_of_answer, reverse=True
        )
        highest = sorted((course.ordinals.questions[question.key] for question in pool.questions), reverse=True)
        yield from zip(highest[: pool.draw], answers, strict=False)


def _longest_answer(course: Course, question: Question) -> Answer:
    """Numbers of the answer that costs most bits."""
    numbers = course.ordinals.options[question.key]
    used = tuple(number for number, part in enumerate(numbers) if part in question.part_ids())
    match question:
        case SingleChoice() | TrueFalse() | Likert():
            return used[-1:]
        case MultipleChoice() | PostReview() | Survey() | Ordering() | Scenario():
            return used
        case Matching() | Categorise():
            return tuple(number for item in used[: len(question.items)] for number in (item, used[-1]))
        case TextAnswer() | Essay():
            return _longest_text(question.room)
        case NumberAnswer():
            return _longest_text(ROOM_OF_A_NUMBER)
        case PostDraft():
            return (*_longest_text(question.room), 0, *_longest_text(question.alt_room))
        case Blanks():
            gaps = (
                ((_CHOSEN, numbers.index(blank.options[-1].id) + 1) if blank.options else _longest_text(blank.room))
                for blank in question.blanks
            )
            return tuple(number for gap in gaps for number in (0, *gap))[1:]
        case Attestation():
            return (_LAST_DAY, 0xFFFFFF)
        case _:
            assert_never(question)


def _longest_text(room: int) -> Answer:
    """A text that needs all of its room: twice as many of the cheapest letters have the longest count."""
    return (7,) * (2 * room)
