"""A course as the data that the player needs: `course.json`, without any text that the page already shows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from smac_courses.model.course import Course, Exam, Lesson
from smac_courses.model.questions import Question
from smac_courses.model.state import Answer, longest_state


def player_data(course: Course) -> dict[str, Any]:
    """What the script of a package reads: ids, keys, points, the answer key and the rules.

    Shape: `{course: {id, title, version}, lessons: [{key, ordinal, practice: [question]}], exam: {…} | null,
    lms: {fail, exitOnPass, settleSeconds}}`,
    a question being `{key, ordinal, kind, points, options: [{id, n, correct}]}`, where `n` is an answer's number
    in `course.lock`; a question of the exam has `lessons`, keys of what to read again after a wrong answer.
    """
    return {
        "course": {"id": course.id, "title": course.title, "version": course.version},
        "lessons": [_lesson(course, lesson) for lesson in course.lessons()],
        "exam": _exam(course, course.exam) if course.exam else None,
        "lms": {
            "fail": course.lms.fail,
            "exitOnPass": course.lms.exit_on_pass,
            "settleSeconds": course.lms.settle_seconds,
        },
    }


def longest_saved_state(course: Course) -> int:
    """Characters of the longest state that any learner of this course can reach.

    That learner began with the oldest version: answers to questions that are gone are kept, too.
    """
    ordinals = course.ordinals
    present = {question.key for question in course.questions()}
    gone = {
        ordinal: tuple(range(len(ordinals.options.get(key, ()))))
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
        "options": [
            {"id": option.id, "n": numbers.index(option.id), "correct": option.correct} for option in question.options
        ],
    }


def _longest_draw(course: Course) -> Iterator[tuple[int, Answer]]:
    """An upper bound for every pool: its highest ordinals, each with the pool's longest answer."""
    for pool in course.exam.pools if course.exam else ():
        answers = [_longest_answer(course, question) for question in pool.questions]
        longest = max(answers, key=lambda answer: (len(answer), answer), default=())
        highest = sorted((course.ordinals.questions[question.key] for question in pool.questions), reverse=True)
        yield from ((ordinal, longest) for ordinal in highest[: pool.draw])


def _longest_answer(course: Course, question: Question) -> Answer:
    """Numbers of the answers that cost most bits: the last one, or all of them."""
    numbers = course.ordinals.options[question.key]
    used = tuple(number for number, option in enumerate(numbers) if option in question.option_ids())
    return used[-1:] if question.kind == "single" else used
