"""From points to a result. `player/src/grading.mjs` is its twin; `tests/vectors/rollup` binds the two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from smac_courses.grading.judge import score_answer
from smac_courses.model.course import Exam
from smac_courses.model.rules import Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicScore:
    """Points of one pool in one attempt."""

    id: str
    points: int
    max: int
    percent: int
    passed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamScore:
    """Result of one attempt."""

    points: int
    max: int
    percent: int
    passed: bool
    topics: tuple[TopicScore, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptResult:
    """What is kept of a finished attempt."""

    percent: int
    passed: bool


def percent_of(points: int, maximum: int) -> int:
    """Per cent as a whole number, rounded down, so that 69.9 never looks like a pass at 70.

    `percent_of(p, m) >= n` holds exactly when p / m is at least n per cent, for any whole n.
    """
    return points * 100 // maximum if maximum else 0


def score_exam(exam: Exam, drawn: Sequence[str], answers: Mapping[str, Sequence[str]]) -> ExamScore:
    """Grade one attempt.

    `drawn` are the keys of the questions that were asked, `answers` the ticked option ids by key. A
    question without an answer earns 0. A pool none of whose questions was asked takes no part.
    """
    asked = set(drawn)
    topics = []
    for pool in exam.pools:
        questions = [question for question in pool.questions if question.key in asked]
        if not questions:
            continue
        points = sum(score_answer(question, answers.get(question.key, ())) for question in questions)
        maximum = sum(question.points for question in questions)
        percent = percent_of(points, maximum)
        topics.append(
            TopicScore(id=pool.id, points=points, max=maximum, percent=percent, passed=percent >= pool.must_pass)
        )
    points = sum(topic.points for topic in topics)
    maximum = sum(topic.max for topic in topics)
    percent = percent_of(points, maximum)
    return ExamScore(
        points=points,
        max=maximum,
        percent=percent,
        passed=maximum > 0 and percent >= exam.rules.pass_percent and all(topic.passed for topic in topics),
        topics=tuple(topics),
    )


def counting_result(rules: Rules, best: AttemptResult, last: AttemptResult) -> AttemptResult:
    """The result that is reported after an attempt.

    With `counts: last` it is the last attempt's score, but a pass once earned stays a pass.
    """
    chosen = best if rules.counts == "best" else last
    return AttemptResult(percent=chosen.percent, passed=best.passed or last.passed)


def better(one: AttemptResult, other: AttemptResult) -> AttemptResult:
    """The better of two attempts: a pass before a fail, then the higher per cent; `one` when equal."""
    return other if (other.passed, other.percent) > (one.passed, one.percent) else one


def may_attempt(rules: Rules, used: int, passed: bool) -> bool:
    """Whether another attempt may be started after `used` finished ones. A pass ends the need for one."""
    return not passed and (rules.attempts == 0 or used < rules.attempts)
