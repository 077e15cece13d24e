"""Model values for tests, from as few words as possible."""

from __future__ import annotations

from typing import Any

from smac_courses.diagnostics import Location
from smac_courses.model.course import Exam, Pool
from smac_courses.model.questions import (
    Attestation,
    Blank,
    Blanks,
    Categorise,
    Choice,
    Criterion,
    Essay,
    Item,
    Likert,
    Matching,
    MultipleChoice,
    NearMiss,
    NumberAnswer,
    Option,
    Ordering,
    PostDraft,
    PostReview,
    Question,
    Scenario,
    SingleChoice,
    Step,
    Survey,
    Target,
    TextAnswer,
    TrueFalse,
)
from smac_courses.model.rules import Rules
from smac_courses.model.state import AttemptState, ExamAnswer, ExamState, Result, State, Timed

AT = Location("test.md")


def question_from(data: dict[str, Any]) -> Question:
    """A question from the shape that the player reads."""
    kind, solution = data["kind"], data.get("solution", {})
    ids = [option["id"] for option in data.get("options", [])]
    key = data.get("key", "m.q")
    common: dict[str, Any] = {
        "id": key.partition(".")[2],
        "key": key,
        "title": key,
        "plain_title": key,
        "prompt": "",
        "points": data["points"],
        "credit": data.get("credit", "all"),
        "feedback": "",
        "hints": (),
        "objectives": (),
        "clauses": (),
        "at": AT,
    }
    folding = {"exact": data.get("exact", False), "joined": data.get("joined", False)}
    match kind:
        case "single" | "multiple" | "true-false" | "post-review" | "likert":
            kinds = {
                "single": SingleChoice,
                "multiple": MultipleChoice,
                "true-false": TrueFalse,
                "post-review": PostReview,
                "likert": Likert,
            }
            right, weights = solution.get("right", []), solution.get("weights", {})
            return kinds[kind](**common, options=tuple(option(one, one in right, weights.get(one, 1)) for one in ids))
        case "survey":
            return Survey(**common, options=tuple(option(one) for one in ids), several=True)
        case "text":
            near = tuple(
                NearMiss(id=one["id"], text=one["text"], points=one["points"], feedback="", at=AT)
                for one in solution["near"]
            )
            return TextAnswer(**common, accepted=tuple(solution["accept"]), near=near, **folding, room=250)
        case "number":
            return NumberAnswer(
                **common, low=solution["low"], high=solution["high"], value=solution["value"], comma=data["comma"]
            )
        case "essay":
            return Essay(**common, room=500)
        case "blanks":
            blanks = tuple(
                Blank(
                    id=blank["id"],
                    accepted=() if "options" in blank else tuple(right),
                    options=tuple(option(one["id"], one["id"] in right) for one in blank.get("options", [])),
                    room=50,
                )
                for blank, right in zip(data["blanks"], solution["blanks"], strict=True)
            )
            return Blanks(**common, blanks=blanks, **folding)
        case "match" | "categorise":
            items = tuple(
                Item(id=one, html=one, target=solution["pairs"][one], feedback="", at=AT) for one in data["items"]
            )
            targets = tuple(Target(id=one, words=one) for one in data["targets"])
            pairs_kind = Matching if kind == "match" else Categorise
            return pairs_kind(**common, items=items, targets=targets)
        case "order":
            return Ordering(**common, options=tuple(option(one, correct=True) for one in solution["order"]))
        case "post-draft":
            criteria = tuple(
                Criterion(html="", feedback="", at=AT, **{**one, "words": tuple(one["words"])})
                for one in solution["criteria"]
            )
            return PostDraft(**common, criteria=criteria, room=500, alt_room=150)
        case "scenario":
            steps = tuple(
                Step(
                    html="",
                    at=AT,
                    choices=tuple(
                        Choice(
                            id=one["id"],
                            html="",
                            to=one["to"],
                            points=solution["points"][one["id"]],
                            feedback="",
                            at=AT,
                        )
                        for one in choices
                    ),
                )
                for choices in data["steps"]
            )
            return Scenario(**common, steps=steps)
        case "attest":
            return Attestation(**common, statement="")
    raise AssertionError(kind)


def option(own_id: str, correct: bool = False, weight: int = 1) -> Option:
    """An answer to choose."""
    return Option(id=own_id, html=own_id, correct=correct, feedback="", at=AT, weight=weight)


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
        "credit": "all",
        "options": [{"id": letter, "n": number} for number, letter in enumerate(options)],
        "about": [],
        "solution": {"right": [right]},
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
