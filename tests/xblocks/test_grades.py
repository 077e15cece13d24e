"""What the gradebook is told: the grade of the player, whichever attempt counts, after rescoring and overrides."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from fractions import Fraction
from random import Random
from typing import Any
from unittest import mock

import pytest
from banks import SCORED, bank
from support import ROOT

from smac_courses.grading.rollup import score_exam
from smac_courses.model.codec import shown_data, solution_of

Sit = Callable[..., Any]
BATCHES = 5
ATTEMPTS = 1000 if os.environ.get("SMAC_DEEP") else 30
COUNTS = ("highest", "last", "first", "average")
FOUR = "## P {#p}\n" + "".join(f"\n### Q{n} {{#q{n}}}\n\n- (x) a\n- ( ) b\n" for n in range(4))


@pytest.fixture(scope="module")
def ask(node: str) -> Iterator[Callable[..., Any]]:
    """The player's own grading, in Node."""
    import subprocess

    process = subprocess.Popen(
        [node, str(ROOT / "tests/js/answer.mjs")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    assert process.stdin
    assert process.stdout

    def asked(name: str, *values: Any) -> Any:
        process.stdin.write(json.dumps([name, *values]) + "\n")
        process.stdin.flush()
        return json.loads(process.stdout.readline())

    yield asked
    process.stdin.close()
    process.stdout.close()
    process.wait(10)


def for_player(exam: Any) -> dict[str, Any]:
    """An exam in the shape of `course.json`."""

    def question(one: Any) -> dict[str, Any]:
        parts = one.option_ids() if hasattr(one, "option_ids") else one.part_ids()
        return {
            "key": one.key,
            "kind": one.kind,
            "points": one.points,
            "credit": one.credit,
            "options": [{"id": part, "n": number} for number, part in enumerate(parts)],
            "about": [],
            **shown_data(one, parts, None),
            "solution": solution_of(one),
        }

    pools = [
        {
            "id": p.id,
            "title": p.title,
            "draw": p.draw,
            "mustPass": p.must_pass,
            "questions": list(map(question, p.questions)),
        }
        for p in exam.pools
    ]
    return {"rules": {"passPercent": exam.rules.pass_percent, "shuffle": exam.rules.shuffle}, "pools": pools}


def answer_to(question: Any, chance: Random) -> list[str]:
    """Real ids or words: right, wrong or anything between."""
    solution, ids = solution_of(question), list(question.part_ids())
    if "right" in solution:
        good = solution["right"]
        several = chance.sample(ids, chance.randint(1, len(ids)))
        return (
            list(good) if chance.random() < 0.5 else several[: 1 if question.kind in {"single", "true-false"} else None]
        )
    if "accept" in solution:
        return [chance.choice([*solution["accept"], *(one["text"] for one in solution["near"]), "zz"])]
    if "low" in solution:
        return [chance.choice([solution["low"], solution["high"], "7"])]
    if "blanks" in solution:
        return [chance.choice([*key, "zz"]) for key in solution["blanks"]]
    if "pairs" in solution:
        targets = [one.id for one in question.targets]
        return [chance.choice([solution["pairs"][one.id], chance.choice(targets)]) for one in question.items]
    if "order" in solution:
        return list(solution["order"]) if chance.random() < 0.5 else chance.sample(ids, len(ids))
    if "criteria" in solution:
        said = " ".join(word for one in solution["criteria"] for word in one["words"] if chance.random() < 0.5)
        return [said + " x" * chance.randint(0, 90), "y" * chance.randint(0, 99)]
    step, said = 0, []
    while step < len(question.steps) and question.steps[step].choices:
        choice = chance.choice(question.steps[step].choices)
        said.append(choice.id)
        step = choice.to
    return said


def sit(seat: Any, chance: Random) -> tuple[Any, dict[str, list[str]], list[str], int]:
    """A whole attempt with answers made by chance: the exam, the answers by key, what was asked, the seed."""
    seed = chance.getrandbits(32)
    with mock.patch("smac_xblocks.quiz.secrets.randbits", return_value=seed):
        status, begun = seat.post("start", {})
    assert status == 200, begun
    shown = begun["view"]["open"]
    exam = seat.block.exam
    by_id = {one.id: one for one in exam.questions()}
    given = {}
    for form in shown["questions"]:
        question = by_id[form["id"]]
        if chance.random() < 0.8:
            answer = answer_to(question, chance)
            said = seat.block._page().mask(question).shown(answer)
            body = {"attempt": shown["number"], "question": question.id, "answer": said}
            assert seat.post("keep", body)[0] == 200
            given[question.key] = seat.block._page().mask(question).answer(said)
            if question.kind not in {"text", "number", "blanks", "post-draft"}:
                assert given[question.key] == answer
    assert seat.post("submit", {"attempt": shown["number"]})[0] == 200
    return exam, given, [by_id[form["id"]].key for form in shown["questions"]], seed


@pytest.mark.scales
@pytest.mark.parametrize("batch", range(BATCHES))
def test_the_grade_of_an_attempt_is_that_of_the_player(batch: int, seat: Sit, ask: Any, clock: Any) -> None:
    one = seat(bank(0, 0, tuple(SCORED)))
    passed = 0
    for number in range(batch, ATTEMPTS, BATCHES):
        chance = Random(number)
        block = one.fresh()
        kinds = tuple(chance.sample(sorted(SCORED), 5))
        block.markdown = bank(number, number, kinds, pools=chance.randint(0, 3))
        block.pass_percent = chance.choice([1, 20, 50, 80, 100])
        block.attempts = {}
        block.save()
        assert one.fresh().quiz.errors == ()
        exam, given, asked, seed = sit(one, chance)
        score = score_exam(exam, asked, given)
        theirs = ask("exam", for_player(exam), seed, given)
        assert json.loads(json.dumps(asdict(score))) == theirs["score"], number
        assert asked == theirs["drawn"]

        grade = one.grades()[-1]
        share = Fraction(score.points, score.max)
        expected = share if score.passed else min(share, Fraction(max(0, exam.rules.pass_percent - 1), 100))
        assert grade["value"] / grade["max_value"] == pytest.approx(float(expected)), number
        assert grade["max_value"] == one.fresh().max_score()
        result = one.block.attempts["done"][-1]
        assert (result["points"], result["max"], result["percent"], result["passed"]) == (
            score.points, score.max, score.percent, score.passed,
        )  # fmt: skip
        passed += score.passed
    assert 0 <= passed < ATTEMPTS // BATCHES


@pytest.mark.parametrize("counts", COUNTS)
@pytest.mark.parametrize("seed", range(4))
def test_the_attempt_that_counts_is_told_after_each(seat: Sit, clock: Any, counts: str, seed: int) -> None:
    one = seat(FOUR, counts=counts, pass_percent=100, wait_hours=0)
    chance, shares = Random(seed), []
    for _ in range(5):
        exam, given, asked, _ = sit(one, chance)
        score = score_exam(exam, asked, given)
        if score.passed:
            break
        shares.append(score.points / score.max)
        expected = {
            "highest": max(shares),
            "last": shares[-1],
            "first": shares[0],
            "average": sum(shares) / len(shares),
        }
        assert one.grades()[-1]["value"] == pytest.approx(4 * expected[counts])


def test_the_most_points_are_the_same_for_every_draw_and_every_weight(seat: Sit) -> None:
    text = "## P {#p draw=1}\n\n### A {#a points=9}\n\n= x\n\n### B {#b}\n\n= x\n"
    for weight in (None, 0, 0.5, 20):
        one = seat(text, weight=weight)
        before = one.fresh().max_score()
        for seed in range(6):
            block = one.fresh()
            block.attempts = {}
            block.save()
            sit(one, Random(seed))
        assert {facts["max_value"] for facts in one.grades()} == {before} == {9.0}
        assert one.fresh().weight == weight


def taken(seat: Any, right: int, **settings: Any) -> Any:
    one = seat(FOUR, pass_percent=100, **settings)
    number = one.post("start", {})[1]["view"]["open"]["number"]
    for n in range(right):
        one.post("keep", {"attempt": number, "question": f"q{n}", "answer": ["o1"]})
    one.post("submit", {"attempt": number})
    return one


def rescore(seat: Any, only_if_higher: bool | None, text: str = "") -> list[dict[str, Any]]:
    """What is told by rescoring, under another text where there is one."""
    block = seat.fresh()
    if text:
        block.markdown = text
    before = len(seat.grades())
    with mock.patch.object(
        type(block.runtime), "publish", lambda _, __, name, facts: seat.events.append((name, facts))
    ):
        block.rescore(only_if_higher)
    block.save()
    told: list[dict[str, Any]] = seat.grades()[before:]
    return told


def flipped(text: str, *names: str) -> str:
    for name in names:
        head = f"{{#{name}}}\n\n"
        text = text.replace(f"{head}- (x) a\n- ( ) b", f"{head}- ( ) a\n- (x) b")
    return text


def test_rescoring_without_a_change_changes_nothing(seat: Sit) -> None:
    one = taken(seat, 3)

    assert rescore(one, None) == [{"value": 3.0, "max_value": 4.0, "only_if_higher": None}]
    assert rescore(one, False)[0]["value"] == 3.0


@pytest.mark.parametrize("only_if_higher", [None, False, True])
def test_rescoring_downwards_only_where_that_is_wanted(seat: Sit, only_if_higher: bool | None) -> None:
    one = taken(seat, 3)

    rescore(one, only_if_higher, flipped(FOUR, "q0"))

    assert one.fresh().get_score().raw_earned == (3.0 if only_if_higher else 2.0)


def test_rescoring_upwards_looks_at_the_share_not_at_the_points(seat: Sit) -> None:
    """Two questions are taken out: 3 of 4 (75 %) becomes 2 of 2, fewer points and a higher grade."""
    one = taken(seat, 3)
    without = "## P {#p}\n" + "".join(f"\n### Q{n} {{#q{n}}}\n\n- (x) a\n- ( ) b\n" for n in range(2))

    told = rescore(one, True, without)

    assert [(facts["value"], facts["max_value"]) for facts in told] == [(2.0, 2.0)]


def test_rescoring_tells_whom_it_was_asked_for(seat: Sit) -> None:
    one = taken(seat, 1)

    assert rescore(one, True, flipped(FOUR, "q1", "q2"))[0]["only_if_higher"] is True


def test_there_is_nothing_to_rescore_before_an_attempt_and_in_practice(seat: Sit) -> None:
    one = seat(FOUR)
    assert not one.fresh().has_submitted_answer()
    with pytest.raises(ValueError, match="nothing"):
        one.block.rescore(False)
    practice = seat(FOUR, mode="practice")
    assert not practice.block.allows_rescore()
    assert practice.block.max_score() is None


def test_calculating_a_score_keeps_nothing(seat: Sit) -> None:
    one = taken(seat, 3)
    block = one.fresh()
    block.markdown = flipped(FOUR, "q0")
    before = json.dumps([block.attempts, block.score])

    assert block.calculate_score().raw_earned == 2.0
    assert json.dumps([block.attempts, block.score]) == before


def test_an_override_is_published_as_the_platform_does_it(seat: Sit) -> None:
    """As `override_score_module_state`: `set_score`, then `publish_grade()` without arguments."""
    from xblock.scorable import Score

    one = taken(seat, 1)
    block = one.fresh()
    block.set_score(Score(raw_earned=3.5, raw_possible=block.max_score()))
    with mock.patch.object(type(block.runtime), "publish", lambda _, __, name, facts: one.events.append((name, facts))):
        block.publish_grade()
    block.save()

    assert one.grades()[-1] == {"value": 3.5, "max_value": 4.0, "only_if_higher": None}
    assert one.fresh().get_score() == Score(3.5, 4.0)


def test_an_override_holds_before_any_attempt(seat: Sit) -> None:
    from xblock.scorable import Score

    one = seat(FOUR)
    block = one.fresh()
    block.set_score(Score(2.0, 4.0))
    block.publish_grade()
    block.save()

    assert one.fresh().get_score() == Score(2.0, 4.0)


def test_an_override_of_nothing_is_not_lost(seat: Sit) -> None:
    from xblock.scorable import Score

    one = taken(seat, 3)
    block = one.fresh()
    block.set_score(Score(0.0, 4.0))
    with mock.patch.object(type(block.runtime), "publish", lambda _, __, name, facts: one.events.append((name, facts))):
        block.publish_grade()

    assert one.grades()[-1]["value"] == 0.0


def test_completion_is_told_once_an_attempt_is_done(seat: Sit) -> None:
    one = seat(FOUR)
    one.post("start", {})
    assert [name for name, _ in one.events if name == "completion"] == []
    one.post("submit", {"attempt": 1})

    assert [facts for name, facts in one.events if name == "completion"] == [{"completion": 1.0}]


def test_reports_know_every_answer_and_a_limit(seat: Sit) -> None:
    from types import SimpleNamespace

    one = taken(seat, 3)
    block = one.fresh()
    state = {"attempts": block.attempts, "practice": {}}
    states = [SimpleNamespace(username=name, state=state) for name in ("ann", "bob")]

    rows = list(block.generate_report_data(iter(states)))

    assert [name for name, _ in rows] == ["ann"] * 4 + ["bob"] * 4
    assert sum(row["Points"] for _, row in rows) == 6
    assert [len(list(block.generate_report_data(iter(states), limit))) for limit in (0, 1, 5, None)] == [0, 1, 5, 8]


def test_the_pass_mark_of_the_settings_is_that_of_the_grade(seat: Sit) -> None:
    one = taken(seat, 3)

    exam = one.fresh().exam
    assert replace(exam.rules, pass_percent=100) == exam.rules
