"""Grading, rollup and draws against the vectors that the player runs too."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from typing import Any

import pytest
from builders import exam_from, question_from, single
from support import ROOT

from smac_courses.grading import words
from smac_courses.grading.draw import draw_exam, option_order
from smac_courses.grading.judge import judge
from smac_courses.grading.rollup import AttemptResult, better, counting_result, may_attempt, percent_of, score_exam
from smac_courses.grading.timing import (
    more_time,
    spent_after_break,
    time_allowed,
    time_left,
    wait_left,
    warning_due,
)
from smac_courses.model.ranks import murmur3
from smac_courses.model.rules import Rules


def vectors(name: str) -> Any:
    return json.loads((ROOT / f"tests/vectors/{name}.json").read_text("utf-8"))


GRADING = [
    pytest.param(vector, id=f"{file.stem}: {vector['name']}")
    for file in sorted((ROOT / "tests/vectors/grading").glob("*.json"))
    for vector in json.loads(file.read_text("utf-8"))
]


@pytest.mark.parametrize("vector", GRADING)
def test_judgements(vector: dict[str, Any]) -> None:
    found = judge(question_from(vector["question"]), vector["answer"])

    assert found.points == vector["points"]
    assert (dict(found.parts), list(found.feedback), found.has_right) == (
        vector["parts"],
        vector["feedback"],
        vector["has_right"],
    )


def test_words() -> None:
    rows = vectors("words/words")
    for text, exact, joined, result in rows["normalised"]:
        assert words.normalised(text, exact=exact, joined=joined) == result, text
    for text, comma, result in rows["decimal"]:
        assert words.decimal_of(text, comma=comma) == result, text
    for text, wanted, result in rows["holds"]:
        assert words.holds(text, wanted) is result, (text, wanted)
    for text, result in rows["first_line"]:
        assert words.first_line(text) == result
    for text, result in rows["length"]:
        assert words.length(text) == result, text
    for text, result in rows["camel_case"]:
        assert words.is_camel_case(text) is result, text


def test_there_are_enough_vectors() -> None:
    assert len(GRADING) >= 300


@pytest.mark.parametrize("vector", vectors("rollup/exam"), ids=lambda vector: vector["name"])
def test_exam_score(vector: dict[str, Any]) -> None:
    score = asdict(score_exam(exam_from(vector["exam"]), vector["drawn"], vector["answers"]))

    assert json.loads(json.dumps(score)) == vector["score"]


def test_attempts() -> None:
    attempts = vectors("rollup/attempts")
    for one, other, best in attempts["better"]:
        assert better(AttemptResult(**one), AttemptResult(**other)) == AttemptResult(**best)
    for counts, best, last, result in attempts["counting"]:
        rules = Rules(pass_percent=50, counts=counts)
        assert counting_result(rules, AttemptResult(**best), AttemptResult(**last)) == AttemptResult(**result)
    for limit, used, passed, may in attempts["may_attempt"]:
        assert may_attempt(Rules(pass_percent=50, attempts=limit), used, passed) is may
    for points, maximum, percent in attempts["percent_of"]:
        assert percent_of(points, maximum) == percent


@pytest.mark.parametrize("vector", vectors("draw/murmur3"), ids=lambda vector: f"{vector['text'][:8]}-{vector['seed']}")
def test_murmur3_gives_the_published_values(vector: dict[str, Any]) -> None:
    assert murmur3(vector["text"], vector["seed"]) == vector["hash"]


def test_times() -> None:
    timing = vectors("timing/timing")
    for minutes, allowance, seconds in timing["allowed"]:
        assert time_allowed(timed(minutes), allowance) == seconds
    for minutes, allowance, spent, seconds in timing["left"]:
        assert time_left(timed(minutes), allowance, spent) == seconds
    for pause, spent, saved_at, now, after in timing["after_break"]:
        assert spent_after_break(timed(30, pause=pause), spent, saved_at, now) == after
    for minutes, allowance, before, spent, warning in timing["warning"]:
        assert warning_due(timed(minutes), allowance, before, spent) == warning
    for offered, allowance, spent, more in timing["more"]:
        assert more_time(timed(30, extra_time=tuple(offered)), allowance, spent) == more
    for hours, finished_at, now, seconds in timing["wait"]:
        assert wait_left(Rules(pass_percent=50, wait_hours=hours), finished_at, now) == seconds


def timed(minutes: int, **rules: Any) -> Rules:
    return Rules(pass_percent=50, time_limit_minutes=minutes, **rules)


def test_draws() -> None:
    data = vectors("draw/exam")
    for draw in data["draws"]:
        exam = exam_from(data["exams"][draw["exam"]])
        assert draw_exam(exam, draw["seed"]) == draw["drawn"]
        for question in exam.questions():
            if question.key in draw["options"]:
                shown = option_order(question, draw["seed"], shuffle=exam.rules.shuffle)
                assert list(shown) == draw["options"][question.key]


def test_every_question_is_drawn_equally_often() -> None:
    """Chi-square over 20,000 seeds: 3 of 8, each expected 7,500 times; 24.3 is the 0.1 % limit for 7 degrees."""
    pool = {"id": "p", "draw": 3, "mustPass": 0, "questions": [single(f"exam.question-{n}") for n in range(8)]}
    exam = exam_from({"rules": {"passPercent": 50}, "pools": [pool]})
    counts = Counter(key for seed in range(20_000) for key in draw_exam(exam, seed))

    assert sum((count - 7_500) ** 2 / 7_500 for count in counts.values()) < 24.3
