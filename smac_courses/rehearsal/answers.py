"""Answers that a robot gives, read off the data of a package: one that is right, and one that is not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from smac_courses.model.sealing import unsealed

Answer = list[str]
# No course accepts it, and every field takes it.
_NONSENSE = "zzqx"


def questions_of(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every question of a page, its key in clear."""
    for lesson in data["lessons"]:
        yield from map(_opened, lesson["practice"])
    for pool in (data["exam"] or {"pools": []})["pools"]:
        yield from map(_opened, pool["questions"])


def _opened(question: dict[str, Any]) -> dict[str, Any]:
    if "sealed" not in question:
        return question
    return {**question, "solution": unsealed(question["sealed"], question["key"])["solution"]}


def right_answer(question: dict[str, Any]) -> Answer:
    """What earns all points, as far as anything does."""
    solution = question["solution"]
    match question["kind"]:
        case "single" | "multiple" | "true-false" | "post-review":
            return list(solution["right"])
        case "likert" | "survey":
            return [question["options"][0]["id"]]
        case "text":
            return [solution["accept"][0]]
        case "number":
            return [solution["value"]]
        case "blanks":
            return [gap[0] for gap in solution["blanks"]]
        case "match" | "categorise":
            return [solution["pairs"][item] for item in question["items"]]
        case "order":
            return list(solution["order"])
        case "scenario":
            return _way(question, best=True)
        case "post-draft":
            return _draft(solution["criteria"])
        case "attest":
            return ["yes"]
        case _:
            return ["What a learner would write here."]


def wrong_answer(question: dict[str, Any]) -> Answer:
    """What earns no point, or as few as can be."""
    solution = question["solution"]
    match question["kind"]:
        case "single" | "multiple" | "true-false" | "post-review":
            wrong = [one["id"] for one in question["options"] if one["id"] not in solution["right"]]
            return wrong[:1] or solution["right"][1:] or solution["right"]
        case "text":
            return [_NONSENSE]
        case "number":
            return [str(int(float(solution["high"])) + 1_000_003)]
        case "blanks":
            gaps = zip(question["blanks"], solution["blanks"], strict=True)
            return [_other(gap, right) for gap, right in gaps]
        case "match" | "categorise":
            targets = question["targets"]
            return [next(one for one in targets if one != solution["pairs"][item]) for item in question["items"]]
        case "order":
            return [*solution["order"][1:], solution["order"][0]]
        case "scenario":
            return _way(question, best=False)
        case "post-draft":
            return [_NONSENSE, ""]
        case _:
            return right_answer(question)


def _other(gap: dict[str, Any], right: list[str]) -> str:
    return next((one["id"] for one in gap.get("options", []) if one["id"] not in right), _NONSENSE)


def _way(question: dict[str, Any], *, best: bool) -> Answer:
    """What is said from the first step to an end; every choice leads onward."""
    points = question["solution"]["points"]
    said: Answer = []
    step = 0
    while step < len(question["steps"]) and question["steps"][step]:
        choices = question["steps"][step]
        choice = (max if best else min)(choices, key=lambda one: points[one["id"]])
        said.append(choice["id"])
        step = choice["to"]
    return said


def _draft(criteria: list[dict[str, Any]]) -> Answer:
    """A post that has every word that is wanted, as long as it should be; its picture described."""
    wanted = [one["words"][0] for test in ("first-line", "contains") for one in criteria if one["test"] == test]
    least = max((one["least"] for one in criteria if one["test"] == "length"), default=1)
    least_alt = max((one["least"] for one in criteria if one["test"] == "alt-text"), default=1)
    return [_filled(" ".join(wanted), least), _filled("A picture", least_alt)]


def _filled(words: str, least: int) -> str:
    missing = least - len(words)
    return f"{words} ".ljust(least, "x") if missing > 0 else words


def is_surely_wrong(question: dict[str, Any]) -> bool:
    """Whether `wrong_answer` earns nothing, whatever the rule for partial credit is."""
    if question["kind"] in {"post-draft", "scenario"}:
        return False
    wrong = wrong_answer(question)
    return wrong != right_answer(question) and not set(wrong) & set(question["solution"].get("right", ()))
