"""A course as the data that the player needs: `course.json`, without any text that the page already shows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from smac_courses.model.course import Course, Exam, Lesson
from smac_courses.model.lock import Ordinals
from smac_courses.model.questions import Question
from smac_courses.model.state import Answer, longest_state


def player_data(course: Course) -> dict[str, Any]:
    """What the script of a package reads: ids, keys, points, the answer key and the rules.

    Shape: `{course: {id, title, version}, lessons: [{key, ordinal, practice: [question]}], exam: {…} | null}`,
    a question being `{key, ordinal, kind, points, options: [{id, correct}]}`.
    """
    return {
        "course": {"id": course.id, "title": course.title, "version": course.version},
        "lessons": [_lesson(course, lesson) for lesson in course.lessons()],
        "exam": _exam(course, course.exam) if course.exam else None,
    }


def longest_saved_state(course: Course, ordinals: Ordinals) -> int:
    """Characters of the longest state that any learner of this course can reach."""
    return longest_state(
        lessons=[ordinals.lessons[lesson.key] for lesson in course.lessons()],
        practice={ordinals.questions[question.key]: _longest_answer(question) for question in course.practice()},
        asked=_longest_draw(course, ordinals),
        has_exam=course.exam is not None,
    )


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
        },
        "pools": [
            {
                "id": pool.id,
                "title": pool.title,
                "draw": pool.draw,
                "mustPass": pool.must_pass,
                "questions": [_question(course, question) for question in pool.questions],
            }
            for pool in exam.pools
        ],
    }


def _question(course: Course, question: Question) -> dict[str, Any]:
    return {
        "key": question.key,
        "ordinal": course.ordinals.questions[question.key],
        "kind": question.kind,
        "points": question.points,
        "options": [{"id": option.id, "correct": option.correct} for option in question.options],
    }


def _longest_draw(course: Course, ordinals: Ordinals) -> Iterator[tuple[int, Answer]]:
    """An upper bound for every pool: its highest ordinals, each with the pool's longest answer."""
    for pool in course.exam.pools if course.exam else ():
        answers = [_longest_answer(question) for question in pool.questions]
        longest = max(answers, key=lambda answer: (len(answer), answer), default=())
        highest = sorted((ordinals.questions[question.key] for question in pool.questions), reverse=True)
        yield from ((ordinal, longest) for ordinal in highest[: pool.draw])


def _longest_answer(question: Question) -> Answer:
    """Indexes of the options that cost most bits: the last one, or all of them."""
    last = len(question.options) - 1
    return (last,) if question.kind == "single" else tuple(range(len(question.options)))
