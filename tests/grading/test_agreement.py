"""Python and JavaScript, given the same random exams, answers, seeds and states, say the same."""

from __future__ import annotations

import json
import os
import subprocess
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from typing import Any

import pytest
from builders import exam_from, question_from
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import ROOT

from smac_courses.grading import words
from smac_courses.grading.draw import draw_exam, option_order
from smac_courses.grading.judge import judge
from smac_courses.grading.rollup import score_exam
from smac_courses.model.ranks import murmur3
from smac_courses.model.sealing import sealed
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
# Old letters that got a capital in Unicode 16; whoever has that edition raises them. Everything else on which two editions
# differ is younger than 2002: see the test below.
UNEVEN = frozenset("\u019b\u0264")


def is_old(sign: str) -> bool:
    """Whether Unicode 3.2 has it: every Python and every Node agree on these, but for UNEVEN."""
    return unicodedata.ucd_3_2_0.category(sign) != "Cn" and sign not in UNEVEN


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


# What people type, and what they paste: letters of all scripts, signs that look alike, signs that nobody sees.
TYPED = st.text(
    alphabet=st.one_of(
        st.sampled_from(
            " \n\t\u00a0\u3000\u200b\u200f\u00ad.,'-+%0123456789\u0661\uff11#_aAbBéÉe\u0301ßSsΣςİıﬁ“”’–…日本أب🎉"
        ),
        st.characters(exclude_categories=["Cs", "Cn"], max_codepoint=0x1FFFF).filter(is_old),
    ),
    max_size=30,
)
NUMBERS = st.one_of(
    st.from_regex(r"[+-−]?[0-9]{0,6}([.,' ][0-9]{3}){0,3}([.,][0-9]{0,4})?%?", fullmatch=True),
    TYPED,
)
plain_decimals = st.decimals(-1000, 1000, places=2).map(lambda number: words.decimal_of(f"{number:f}", comma=False))


def _numbered(ids: Iterable[str]) -> list[dict[str, Any]]:
    return [{"id": one, "n": number} for number, one in enumerate(ids)]


@st.composite
def questions(draw: st.DrawFn, key: str) -> dict[str, Any]:
    kind = draw(st.sampled_from(sorted(SHAPES)))
    credit = draw(st.sampled_from(["all", "each", "right-minus-wrong"]))
    return {"key": key, "kind": kind, "points": draw(st.integers(1, 100)), "credit": credit, **draw(SHAPES[kind]())}


@st.composite
def choices_of(draw: st.DrawFn, most_right: int = 36, *, weighted: bool = False) -> dict[str, Any]:
    ids = LETTERS[: draw(st.integers(2, 36))]
    right = draw(st.lists(st.sampled_from(ids), min_size=1, max_size=most_right, unique=True))
    weights = draw(st.dictionaries(st.sampled_from(ids), st.integers(1, 9))) if weighted else {}
    return {"options": _numbered(ids), "solution": {"right": right, "weights": weights}}


@st.composite
def texts(draw: st.DrawFn) -> dict[str, Any]:
    near = [
        {"id": f"near{n}", "text": text, "points": draw(st.integers(0, 120))}
        for n, text in enumerate(draw(st.lists(TYPED, max_size=2)))
    ]
    accept = draw(st.lists(TYPED, min_size=1, max_size=3))
    return {"exact": draw(st.booleans()), "joined": draw(st.booleans()), "solution": {"accept": accept, "near": near}}


@st.composite
def numbers(draw: st.DrawFn) -> dict[str, Any]:
    low, high = sorted((draw(plain_decimals), draw(plain_decimals)), key=float)
    return {"comma": draw(st.booleans()), "solution": {"low": low, "high": high, "value": ""}}


@st.composite
def gaps(draw: st.DrawFn) -> dict[str, Any]:
    blanks, right = [], []
    for n in range(draw(st.integers(1, 4))):
        ids = [f"b{n}{letter}" for letter in "abc"]
        if draw(st.booleans()):
            blanks.append({"id": f"b{n}", "options": _numbered(ids)})
            right.append([draw(st.sampled_from(ids))])
        else:
            blanks.append({"id": f"b{n}"})
            right.append(draw(st.lists(TYPED, min_size=1, max_size=2)))
    folding = {"exact": draw(st.booleans()), "joined": draw(st.booleans())}
    return {"blanks": blanks, **folding, "solution": {"blanks": right}}


@st.composite
def pairs(draw: st.DrawFn) -> dict[str, Any]:
    items, targets = LETTERS[: draw(st.integers(2, 6))], ["ra", "rb", "rc"]
    right = {item: draw(st.sampled_from(targets)) for item in items}
    return {
        "items": list(items),
        "targets": targets,
        "options": _numbered([*items, *targets]),
        "solution": {"pairs": right},
    }


@st.composite
def orders(draw: st.DrawFn) -> dict[str, Any]:
    order = draw(st.permutations(LETTERS[: draw(st.integers(2, 8))]))
    return {"options": _numbered(sorted(order)), "solution": {"order": order}}


@st.composite
def drafts(draw: st.DrawFn) -> dict[str, Any]:
    tests = st.sampled_from(["first-line", "contains", "never", "alt-text", "length", "camel-case"])
    criteria = [
        {
            "id": letter,
            "test": draw(tests),
            "words": draw(st.lists(TYPED, min_size=1, max_size=2)),
            "least": draw(st.integers(0, 5)),
            "most": draw(st.integers(0, 30)),
            "points": draw(st.integers(1, 9)),
        }
        for letter in LETTERS[: draw(st.integers(1, 5))]
    ]
    return {"solution": {"criteria": criteria}}


@st.composite
def scenarios(draw: st.DrawFn) -> dict[str, Any]:
    count = draw(st.integers(2, 5))
    steps = [
        [
            {"id": f"{step}{letter}", "to": draw(st.integers(step + 1, count - 1))}
            for letter in "abc"[: draw(st.integers(1, 3))]
        ]
        for step in range(count - 1)
    ]
    points = {choice["id"]: draw(st.integers(0, 3)) for step in steps for choice in step}
    return {"steps": [*steps, []], "options": _numbered(points), "solution": {"points": points}}


SHAPES: dict[str, Callable[[], st.SearchStrategy[dict[str, Any]]]] = {
    "single": lambda: choices_of(1),
    "multiple": choices_of,
    "true-false": lambda: choices_of(1),
    "post-review": lambda: choices_of(weighted=True),
    "likert": choices_of,
    "survey": choices_of,
    "text": texts,
    "number": numbers,
    "essay": lambda: st.just({"solution": {}}),
    "blanks": gaps,
    "match": pairs,
    "categorise": pairs,
    "order": orders,
    "post-draft": drafts,
    "scenario": scenarios,
    "attest": lambda: st.just({"solution": {}}),
}


def answers_to(question: dict[str, Any]) -> st.SearchStrategy[list[str]]:
    """Answers of the right form, in all their ways of being wrong; and answers of any form."""
    solution = question["solution"]
    ids = [one["id"] for one in question.get("options", [])]
    ids += [one["id"] for blank in question.get("blanks", []) for one in blank.get("options", [])]
    right = [*solution.get("accept", []), *(text for texts in solution.get("blanks", []) for text in texts)]
    right += [one["text"] for one in solution.get("near", [])] + [
        word for one in solution.get("criteria", []) for word in one["words"]
    ]
    part = st.one_of(st.sampled_from([*ids, *right, "zz", ""]), NUMBERS, TYPED)
    ways = [st.lists(part, max_size=8)]
    if "order" in solution:
        ways.append(st.permutations(solution["order"]))
    if "steps" in question:
        ways.append(
            st.tuples(*(st.sampled_from([one["id"] for one in step]) for step in question["steps"][:-1])).map(list)
        )
    return st.one_of(ways)


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


seeds = st.integers(0, 0xFFFFFFFF)
# 500 in `make test`, 10,000 in `make test-deep`; a whole exam has several questions, and costs several times as much.
slow = settings(
    max_examples=10_000 if os.environ.get("SMAC_DEEP") else 500, deadline=None, suppress_health_check=list(HealthCheck)
)


@settings(slow, max_examples=10_000 if os.environ.get("SMAC_DEEP") else 150)
@given(data=st.data(), exam=exams(), seed=seeds)
def test_exams_are_drawn_and_scored_alike(ask: Ask, data: st.DataObject, exam: dict[str, Any], seed: int) -> None:
    ours = exam_from(exam)
    drawn = draw_exam(ours, seed)
    shapes = {question["key"]: question for pool in exam["pools"] for question in pool["questions"]}
    given_answers = {key: data.draw(answers_to(shapes[key])) for key in drawn if data.draw(st.booleans())}
    score = json.loads(json.dumps(asdict(score_exam(ours, drawn, given_answers))))
    orders = {
        q.key: list(option_order(q, seed, shuffle=ours.rules.shuffle)) for q in ours.questions() if q.key in drawn
    }

    assert ask("exam", exam, seed, given_answers) == {"drawn": drawn, "score": score, "orders": orders}


@slow
@given(data=st.data(), question=questions("m.q"))
def test_answers_are_judged_alike(ask: Ask, data: st.DataObject, question: dict[str, Any]) -> None:
    answer = data.draw(answers_to(question))
    found = judge(question_from(question), answer)

    assert 0 <= found.points <= question["points"]
    assert ask("judge", question, answer) == {
        "points": found.points,
        "parts": dict(found.parts),
        "feedback": list(found.feedback),
        "hasRight": found.has_right,
    }


@slow
@given(text=TYPED | NUMBERS, other=TYPED, comma=st.booleans(), exact=st.booleans(), joined=st.booleans())
def test_words_are_read_alike(ask: Ask, text: str, other: str, comma: bool, exact: bool, joined: bool) -> None:
    found = {
        "normalised": words.normalised(text, exact=exact, joined=joined),
        "decimal": words.decimal_of(text, comma=comma),
        "holds": words.holds(text, other),
        "firstLine": words.first_line(text),
        "length": words.length(text),
        "camelCase": words.is_camel_case(text),
    }

    assert ask("words", text, other, comma, exact, joined) == found


@slow
@given(value=st.recursive(st.none() | st.booleans() | st.integers(-9, 9) | TYPED, st.lists, max_leaves=5), name=TYPED)
def test_what_is_sealed_is_opened_again(ask: Ask, value: Any, name: str) -> None:
    assert ask("unsealed", sealed(value, name), name) == value


def test_letters_that_the_two_treat_differently_are_those_of_a_newer_unicode(ask: Ask) -> None:
    """Each language has its own edition of Unicode; what both know, both must lower, raise and compose alike."""
    signs = [chr(code) for code in range(0x20, 0x20000) if not 0xD800 <= code < 0xE000]
    theirs = ask("letters", "".join(signs))
    uneven = {
        sign
        for sign, other in zip(signs, theirs, strict=True)
        if [sign.lower(), sign.upper(), unicodedata.normalize("NFC", sign)] != other
    }

    assert [ascii(sign) for sign in sorted(uneven) if is_old(sign)] == []


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
