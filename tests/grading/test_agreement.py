"""Python and JavaScript, given the same random exams, answers, seeds and states, say the same."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

import pytest
from builders import exam_from
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import ROOT

from smac_courses.grading.draw import draw_exam, murmur3, option_order
from smac_courses.grading.rollup import score_exam
from smac_courses.model.state import (
    AttemptState,
    ExamAnswer,
    ExamState,
    Result,
    State,
    StateError,
    Timed,
    pack_state,
    unpack_state,
)

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
Ask = Callable[..., Any]
pytestmark = pytest.mark.scales


@pytest.fixture(scope="module")
def ask(node: str) -> Iterator[Ask]:
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


@st.composite
def questions(draw: st.DrawFn, key: str) -> dict[str, Any]:
    kind = draw(st.sampled_from(["single", "multiple"]))
    ids = LETTERS[: draw(st.integers(2, 36))]
    right = set(draw(st.sampled_from(ids))) if kind == "single" else draw(st.sets(st.sampled_from(ids), min_size=1))
    options = [{"id": letter, "correct": letter in right} for letter in ids]
    return {"key": key, "kind": kind, "points": draw(st.integers(1, 100)), "options": options}


@st.composite
def exams(draw: st.DrawFn) -> dict[str, Any]:
    pools = []
    for number in range(draw(st.integers(1, 4))):
        bank = [draw(questions(f"exam.p{number}-q{index}")) for index in range(draw(st.integers(1, 6)))]
        must = draw(st.sampled_from([0, 50, 100]))
        pools.append(
            {
                "id": f"p{number}",
                "title": "",
                "draw": draw(st.integers(1, len(bank))),
                "mustPass": must,
                "questions": bank,
            }
        )
    rules = {"passPercent": draw(st.integers(1, 100)), "shuffle": draw(st.booleans())}
    return {"rules": rules, "pools": pools}


answers = st.lists(st.sampled_from([*LETTERS, "zz", "A", ""]), max_size=8)
seeds = st.integers(0, 0xFFFFFFFF)
# 500 in `make test`, 10,000 in `make test-deep`.
slow = settings(
    max_examples=10_000 if os.environ.get("SMAC_DEEP") else 500, deadline=None, suppress_health_check=list(HealthCheck)
)


@slow
@given(data=st.data(), exam=exams(), seed=seeds)
def test_exams_are_drawn_and_scored_alike(ask: Ask, data: st.DataObject, exam: dict[str, Any], seed: int) -> None:
    ours = exam_from(exam)
    drawn = draw_exam(ours, seed)
    given_answers = {key: data.draw(answers) for key in drawn if data.draw(st.booleans())}
    score = json.loads(json.dumps(asdict(score_exam(ours, drawn, given_answers))))
    orders = {
        q.key: list(option_order(q, seed, shuffle=ours.rules.shuffle)) for q in ours.questions() if q.key in drawn
    }

    assert ask("exam", exam, seed, given_answers) == {"drawn": drawn, "score": score, "orders": orders}


@slow
@given(text=st.text(alphabet=st.characters(exclude_categories=["Cs"])), seed=seeds)
def test_hashes_are_alike(ask: Ask, text: str, seed: int) -> None:
    assert ask("murmur3", text, seed) == murmur3(text, seed)


ordinals = st.integers(0, 300)
answer_values = st.lists(st.integers(0, 40), max_size=6).map(tuple)
exam_answers = st.builds(ExamAnswer, answer=answer_values, checked=st.booleans())
results = st.builds(Result, percent=st.integers(0, 100), passed=st.booleans())
attempts = st.builds(
    AttemptState,
    seed=seeds,
    submitted=st.booleans(),
    timed=st.none()
    | st.builds(Timed, allowance=st.integers(0, 3), spent=st.integers(0, (1 << 24) - 1), saved_at=seeds),
    drawn=st.dictionaries(ordinals, st.none() | exam_answers, max_size=20),
)


@st.composite
def exam_states(draw: st.DrawFn) -> ExamState:
    used = draw(st.integers(0, 255))
    result = results if used else st.none()
    finished_at = draw(seeds) if used else 0
    attempt = draw(st.none() | attempts)
    return ExamState(used=used, best=draw(result), last=draw(result), finished_at=finished_at, attempt=attempt)


states = st.builds(
    State,
    sequence=st.integers(0, 65535),
    run=seeds,
    place=st.integers(0, 400),
    lessons_done=st.frozensets(ordinals, max_size=60),
    practice=st.dictionaries(ordinals, answer_values, max_size=30),
    exam=st.none() | exam_states(),
)


@slow
@given(state=states)
def test_states_are_packed_alike_and_come_back_whole(ask: Ask, state: State) -> None:
    text = pack_state(state)

    assert unpack_state(text) == state
    assert ask("repacked", text) == text


@slow
@given(state=states, data=st.data())
def test_a_damaged_state_is_refused_by_both(ask: Ask, state: State, data: st.DataObject) -> None:
    text = pack_state(state)
    at = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.sampled_from("ABCxyz0189-_. é").filter(lambda one: one != text[at]))
    damaged = data.draw(
        st.sampled_from([text[:at], text[:at] + letter + text[at + 1 :], text[:at] + letter + text[at:]])
    )

    with pytest.raises(StateError):
        unpack_state(damaged)
    assert ask("repacked", damaged) is None
