"""Model values for tests, from as few words as possible."""

from __future__ import annotations

from typing import Any

from smac_courses.diagnostics import Location
from smac_courses.model.course import Exam, Pool
from smac_courses.model.questions import MultipleChoice, Option, Question, SingleChoice
from smac_courses.model.rules import Rules

AT = Location("test.md")


def question_from(data: dict[str, Any]) -> Question:
    """A question from the shape that the player reads."""
    kind = {"single": SingleChoice, "multiple": MultipleChoice}[data["kind"]]
    key = data.get("key", "m.q")
    options = tuple(
        Option(id=option["id"], html=option["id"], correct=option["correct"], feedback="", at=AT)
        for option in data["options"]
    )
    return kind(
        id=key.partition(".")[2],
        key=key,
        title=key,
        plain_title=key,
        prompt="",
        points=data["points"],
        options=options,
        feedback="",
        hints=(),
        objectives=(),
        clauses=(),
        at=AT,
    )


def exam_from(data: dict[str, Any]) -> Exam:
    """An exam from the shape that the player reads."""
    rules = data["rules"]
    pools = tuple(
        Pool(
            id=pool["id"],
            title=pool["id"],
            questions=tuple(question_from(question) for question in pool["questions"]),
            draw=pool["draw"],
            must_pass=pool["mustPass"],
            at=AT,
        )
        for pool in data["pools"]
    )
    known = {"attempts": "attempts", "counts": "counts", "shuffle": "shuffle", "feedback": "feedback"}
    chosen = {known[name]: value for name, value in rules.items() if name in known}
    return Exam(pools=pools, rules=Rules(pass_percent=rules["passPercent"], **chosen), sources="")


def single(key: str, right: str = "a", options: str = "abc", points: int = 1) -> dict[str, Any]:
    """A single-choice question as data."""
    return {
        "key": key,
        "kind": "single",
        "points": points,
        "options": [{"id": letter, "correct": letter == right} for letter in options],
    }
