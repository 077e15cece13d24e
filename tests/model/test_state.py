from __future__ import annotations

import json

import pytest
from builders import state_from
from support import ROOT

from smac_courses.model.state import (
    AttemptState,
    ExamAnswer,
    ExamState,
    Result,
    State,
    StateError,
    Timed,
    checksum,
    longest_state,
    pack_state,
    unpack_state,
)

VECTORS = json.loads((ROOT / "tests/vectors/state/states.json").read_text("utf-8"))


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_a_text_of_the_vectors_is_packed_and_unpacked(vector: dict) -> None:
    state = state_from(vector["state"])

    assert pack_state(state) == vector["text"]
    assert unpack_state(vector["text"]) == state


def test_nothing_done_is_fifty_three_zero_bits() -> None:
    """By hand: five bits each for sequence, place and two counts, 32 for the run, one for the exam: nine letters."""
    assert pack_state(State())[:-4] == "2AAAAAAAAA"


def test_a_number_is_written_low_group_first() -> None:
    """By hand: 17 = 1 00001 · 0 0001 in groups of four; then place 0, run 1, no lessons, no practice, no exam."""
    bits = "1" + "0001" + "0" + "0001" + "00000" + "0" * 31 + "1" + "00000" * 2 + "0"
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    padded = bits + "0" * (-len(bits) % 6)

    assert pack_state(State(sequence=17, run=1))[1:-4] == "".join(
        letters[int(padded[i : i + 6], 2)] for i in range(0, len(padded), 6)
    )


def test_300_lessons_and_200_questions_need_less_than_1000_characters() -> None:
    largest = next(vector for vector in VECTORS if vector["name"] == "everything at its largest")

    assert len(largest["text"]) < 1000


@pytest.mark.parametrize(
    "text", ["", "2", "2AAAA", "1AAAA" + checksum("1AAAA"), "2" + checksum("2"), "undefined", "2é" + checksum("2é")]
)
def test_what_was_never_packed_is_refused(text: str) -> None:
    with pytest.raises(StateError):
        unpack_state(text)


def test_no_state_of_a_course_is_longer_than_the_computed_one() -> None:
    limit = longest_state(
        lessons=[0, 3], practice={0: (2,), 4: (0, 1, 2)}, asked=[(9, (0, 1)), (8, (0, 1))], has_exam=True
    )
    best = Result(percent=77, passed=True)
    attempt = AttemptState(
        seed=0xFFFFFFFF,
        submitted=False,
        timed=Timed(allowance=3, spent=16_777_215, saved_at=0xFFFFFFFF),
        drawn={9: ExamAnswer(answer=(1,)), 8: ExamAnswer(answer=(0, 1), checked=True)},
    )
    state = State(
        sequence=60_000,
        place=5,
        lessons_done=frozenset({0, 3}),
        practice={0: (1,), 4: (0, 2)},
        exam=ExamState(used=200, best=best, last=best, attempt=attempt),
    )

    assert len(pack_state(state)) <= limit < 90
