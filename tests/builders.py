"""Model values for tests, from as few words as possible."""

from __future__ import annotations

from typing import Any

from smac_courses.diagnostics import Location
from smac_courses.model.course import Exam, Pool
from smac_courses.model.questions import MultipleChoice, Option, Question, SingleChoice
from smac_courses.model.rules import Rules
from smac_courses.model.state import AttemptState, ExamAnswer, ExamState, Result, State, Timed

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
    known = {"attempts", "counts", "shuffle", "feedback"}
    chosen = {name: value for name, value in rules.items() if name in known}
    return Exam(pools=pools, rules=Rules(pass_percent=rules["passPercent"], **chosen), sources="")


def single(key: str, right: str = "a", options: str = "abc", points: int = 1) -> dict[str, Any]:
    """A single-choice question as data."""
    return {
        "key": key,
        "kind": "single",
        "points": points,
        "options": [{"id": letter, "correct": letter == right} for letter in options],
    }


def state_from(data: dict[str, Any]) -> State:
    """A learner's state from the shape that the player keeps."""

    def result(value: dict[str, Any] | None) -> Result | None:
        return Result(**value) if value else None

    def answer(drawn: dict[str, Any]) -> ExamAnswer | None:
        return None if drawn["answer"] is None else ExamAnswer(answer=tuple(drawn["answer"]), checked=drawn["checked"])

    def attempt(value: dict[str, Any]) -> AttemptState:
        timed = value["timed"]
        return AttemptState(
            seed=value["seed"],
            submitted=value["submitted"],
            timed=timed and Timed(allowance=timed["allowance"], spent=timed["spent"], saved_at=timed["savedAt"]),
            drawn={drawn["ordinal"]: answer(drawn) for drawn in value["drawn"]},
        )

    exam = data["exam"]
    return State(
        sequence=data["sequence"],
        run=data["run"],
        place=data["place"],
        lessons_done=frozenset(data["lessonsDone"]),
        practice={int(ordinal): tuple(answer) for ordinal, answer in data["practice"].items()},
        exam=exam
        and ExamState(
            used=exam["used"],
            best=result(exam["best"]),
            last=result(exam["last"]),
            finished_at=exam["finishedAt"],
            attempt=exam["attempt"] and attempt(exam["attempt"]),
        ),
    )
