"""What leaves `smac_quiz` for a browser, read letter by letter: no key, no remark before it is earned."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from unittest import mock

import pytest
from banks import KINDS, SCORED, UNSCORED, bank

Sit = Callable[..., Any]
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
BATCHES = 5
BANKS = 500 if os.environ.get("SMAC_DEEP") else 10
SHOW_ANSWER = (
    "always answered attempted closed finished correct_or_past_due past_due never after_some_number_of_attempts "
    "after_all_attempts after_all_attempts_or_correct attempted_no_past_due"
).split()


def canaries(said: Any, kinds: str = "KEY|PART|ALL") -> set[str]:
    return set(re.findall(f"CANARY(?:{kinds})\\d+x\\d+", said if isinstance(said, str) else json.dumps(said)))


def shown_answer(form: dict[str, Any], chance: Random) -> list[str]:
    """Any answer that the page lets one give."""
    ids = [one["id"] for one in form.get("options", [])]
    match form["kind"]:
        case "single" | "true-false" | "likert":
            return [chance.choice(ids)]
        case "multiple" | "post-review" | "survey":
            return chance.sample(ids, chance.randint(1, len(ids)))
        case "order":
            return chance.sample(ids, len(ids))
        case "match" | "categorise":
            return [chance.choice(form["targets"]) for _ in form["items"]]
        case "blanks":
            return [chance.choice(one["options"])["id"] if "options" in one else "zz" for one in form["blanks"]]
        case "scenario":
            step, said = 0, []
            while form["steps"][step]:
                choice = chance.choice(form["steps"][step])
                said.append(choice["id"])
                step = choice["to"]
            return said
        case "number":
            return ["7"]
        case "post-draft":
            return ["zz", "zz"]
        case "attest":
            return ["2026-11-22", form["mark"]]
        case _:
            return ["zz"]


def put(seat: Any, text: str) -> None:
    block = seat.fresh()
    block.markdown = text
    block.save()


def everything(seat: Any) -> list[str]:
    """Every view and answer for a learner that changes nothing."""
    seen = [json.dumps(seat.view()), json.dumps(seat.fresh().student_view_data())]
    seen.append(json.dumps(seat.fresh().public_view({}).json_init_args))
    seen.append(seat.fresh().student_view({}).content)
    seen += [json.dumps(seat.post(name)) for name in ("state", "staff", "student_view_user_state")]
    return seen


@pytest.mark.parametrize("feedback", ["each", "after", "never"])
@pytest.mark.parametrize("kind", SCORED)
def test_no_response_has_a_secret_before_the_answer(seat: Sit, kind: str, feedback: str) -> None:
    one = seat(bank(3, 5, (kind,)), feedback=feedback, shuffle=False)
    assert one.block.quiz.findings == ()
    seen = everything(one)
    _, begun = one.post("start", {})
    form = begun["view"]["open"]["questions"][0]
    answer = {"attempt": 1, "question": form["id"], "answer": shown_answer(form, Random(1))}
    seen += [json.dumps(begun), json.dumps(one.post("keep", answer)), json.dumps(one.post("extend", {"attempt": 1}))]
    seen += [json.dumps(one.post("start", {})), json.dumps(one.post("keep", {**answer, "attempt": 9}))]
    seen += everything(one)

    assert canaries("".join(seen)) == set()


@pytest.mark.parametrize("showanswer", ["never", "finished"])
@pytest.mark.parametrize("feedback", ["each", "after", "never"])
@pytest.mark.parametrize("kind", SCORED)
def test_only_remarks_that_were_earned_go_out(
    seat: Sit, platform: Any, kind: str, feedback: str, showanswer: str
) -> None:
    from smac_courses.grading.judge import judge
    from smac_courses.html.questions import remarks_of

    platform(showanswer=showanswer)
    one = seat(bank(3, 5, (kind,)), feedback=feedback, shuffle=False, pass_percent=100)
    form = one.post("start", {})[1]["view"]["open"]["questions"][0]
    question = one.block.quiz.exam.pools[0].questions[0]
    asked = {"attempt": 1, "question": form["id"], "answer": shown_answer(form, Random(2))}
    real = one.block._page().mask(question).answer(asked["answer"])
    remarks, found = remarks_of(question, one.block._page().strings), judge(question, real)
    earned = canaries([remarks.get(part, "") for part in (*found.feedback, "")])
    passed = found.points == question.points

    said = [json.dumps(one.post("check" if feedback == "each" else "keep", asked))]
    said.append(json.dumps(one.post("submit", {"attempt": 1})))
    said += everything(one)

    expected = set() if feedback == "never" else earned
    assert canaries("".join(said), "PART|ALL") == expected
    if not (passed and showanswer == "finished"):
        assert canaries("".join(said), "KEY") == set()
        assert [text for text in said if re.search(r'"solution": (?!null)', text)] == []


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_given_away_for_an_empty_attempt_or_answer(seat: Sit, kind: str) -> None:
    one = seat(bank(4, 6, (kind,)), mode="practice")
    form = next(iter(one.view()["questions"].values()))
    said = [one.post("check", {"question": form["id"], "answer": answer}) for answer in ([], [""], ["", ""])]

    assert [status for status, _ in said] == [403, 403, 403]
    assert canaries(said) == set()


@pytest.mark.parametrize("kind", KINDS)
def test_practice_tells_of_its_key_only_what_was_got_right(seat: Sit, kind: str) -> None:
    from smac_courses.grading.judge import judge

    one = seat(bank(4, 6, (kind,)), mode="practice")
    form = next(iter(one.view()["questions"].values()))
    answer = shown_answer(form, Random(3))
    question = next(one.block.quiz.questions())
    points = judge(question, one.block._page().mask(question).answer(answer)).points

    status, said = one.post("check", {"question": form["id"], "answer": answer})

    assert status == 200
    if points < question.points:
        assert said["judged"]["solution"] is None
        assert canaries(said, "KEY") == set()
    assert canaries(everything(one)) == set()


def test_practice_keeps_the_key_where_answers_are_never_to_be_shown(seat: Sit, platform: Any) -> None:
    platform(showanswer="never")
    one = seat("### Q {#q}\n\n= disclosure\n= CANARYKEY1x1\n", mode="practice")

    said = one.post("check", {"question": "q", "answer": ["disclosure"]})

    assert canaries(said) == set()


@pytest.mark.parametrize("mode", ["graded", "practice"])
def test_a_footnote_of_a_remark_is_not_shown_before_the_remark(seat: Sit, mode: str) -> None:
    text = (
        "### Q {#q}\n\n- (x) a\n  > Because of this[^why].\n- ( ) b\n\n[^why]: CANARYPART1x1. <https://example.com>\n"
    )
    one = seat(text, mode=mode)
    assert one.block.quiz.errors == ()

    assert canaries(one.view()) == set()


def test_footnotes_of_two_blocks_on_a_page_have_ids_of_their_own(seat: Sit) -> None:
    text = "### Q[^why] {#q}\n\n- (x) a\n- ( ) b\n\n[^why]: A source. <https://example.com>\n"
    first, second = (set(re.findall(r'id=\\?"([^"\\]+)', json.dumps(seat(text).view()))) for _ in range(2))

    assert first & second == set()


def test_comments_in_the_text_stay_on_the_server(seat: Sit) -> None:
    text = "### Q {#q}\n\n<!-- CANARYKEY1x1 -->\n\n- (x) a {#canarykey}\n- ( ) b\n"
    one = seat(text, mode="practice")

    seen = everything(one)

    assert canaries("".join(seen)) == set()
    assert "canarykey" not in "".join(seen)


def views(seat: Any, text: str, seed: int, answers: int) -> list[str]:
    """All that a learner may see of a graded quiz before the end of an attempt whose draw is given."""
    put(seat, text)
    block = seat.fresh()
    block.attempts = {}
    block.save()
    seen = everything(seat)
    with mock.patch("smac_xblocks.quiz.secrets.randbits", return_value=seed):
        _, begun = seat.post("start", {})
    chance = Random(answers)
    for form in begun["view"]["open"]["questions"]:
        asked = {"attempt": 1, "question": form["id"], "answer": shown_answer(form, chance)}
        seen.append(json.dumps(seat.post("keep", asked)))
    return [*seen, json.dumps(begun), *everything(seat)]


@pytest.mark.scales
@pytest.mark.parametrize("batch", range(BATCHES))
def test_banks_that_differ_only_in_the_key_look_the_same(batch: int, seat: Sit, clock: Any) -> None:
    graded = seat(bank(0, 0, tuple(SCORED)))
    practice = seat(bank(0, 0), mode="practice")
    for number in range(batch, BANKS, BATCHES):
        chance = Random(number)
        seed = chance.getrandbits(32)
        kinds = tuple(chance.sample(sorted(SCORED), 4))
        texts = [bank(number, key, kinds, pools=3) for key in (1, 2)]
        assert texts[0] != texts[1]
        first, second = (views(graded, text, seed, number) for text in texts)
        assert first == second, number
        seen = []
        for key in (1, 2):
            put(practice, bank(number, key, (*kinds, *sorted(UNSCORED)[:2])))
            assert practice.fresh().quiz.errors == ()
            seen.append(everything(practice))
        assert seen[0] == seen[1], number


@pytest.mark.scales
def test_nothing_shows_how_it_went_where_results_are_hidden(seat: Sit, platform: Any, clock: Any) -> None:
    """The score is hidden by `show_correctness: never`: then whether it was a pass must be, too."""
    platform(show_correctness="never")
    text = "### Q {#q}\n\n- (x) a\n- ( ) b\n"
    one = seat(text)
    seen = []
    for each in (text, text.replace("(x) a", "( ) a").replace("( ) b", "(x) b")):
        put(one, each)
        block = one.fresh()
        block.attempts = {}
        block.save()
        one.post("start", {})
        one.post("keep", {"attempt": 1, "question": "q", "answer": ["o1"]})
        seen.append([json.dumps(one.post("submit", {"attempt": 1})), *everything(one)])

    assert seen[0] == seen[1]


@pytest.mark.parametrize("kind", SCORED)
def test_the_index_of_a_search_says_nothing_of_the_key(seat: Sit, kind: str) -> None:
    one = seat(bank(0, 0, (kind,)))
    found = []
    for key in range(5):
        put(one, bank(9, key, (kind,)))
        found.append(json.dumps(one.fresh().index_dictionary()))

    assert len(set(found)) == 1


@pytest.mark.parametrize("kind", UNSCORED)
def test_what_nobody_grades_keeps_its_remark_until_it_is_answered(seat: Sit, kind: str) -> None:
    one = seat(bank(4, 6, (kind,)) + "\n> CANARYALL9x9\n", mode="practice")
    if one.block.quiz.errors:
        one = seat(bank(4, 6, (kind,)), mode="practice")

    assert canaries("".join(everything(one))) == set()


def test_the_key_is_for_the_course_team_alone(seat: Sit) -> None:
    from smac_xblocks.quiz import SmacQuizBlock

    one = seat()
    assert one.post("staff")[0] == 403
    with mock.patch.object(SmacQuizBlock, "is_staff", True):
        assert one.post("staff")[1]["staff"]["key"][0]["key"]


# -- showanswer and show_correctness, as the problem block of xblocks-contrib means them ----------------------

DUE, GRACE = NOON + timedelta(hours=1), timedelta(hours=2)
MOMENTS = {"before": NOON, "in-grace": NOON + timedelta(hours=2), "closed": NOON + timedelta(hours=4)}


def answer_available(
    rule: str, correctness: str, moment: datetime, used: int, most: int, correct: bool, staff: bool
) -> bool:
    """`ProblemBlock.answer_available`, line by line, with its `close_date` (due and grace)."""
    past_due, used_up = moment > DUE + GRACE, bool(most) and used >= most
    closed = past_due or used_up
    if correctness in ("never", "never_but_include_grade"):
        return False
    if not staff and correctness == "past_due" and moment <= DUE + GRACE:
        return False
    if rule in ("", "never"):
        return False
    if staff:
        return True
    return {
        "attempted": used > 0 or past_due,
        "answered": correct,
        "closed": closed,
        "finished": closed or correct,
        "correct_or_past_due": correct or past_due,
        "past_due": past_due,
        "after_some_number_of_attempts": used >= 0,
        "always": True,
        "after_all_attempts": used_up,
        "after_all_attempts_or_correct": used_up or correct,
        "attempted_no_past_due": used > 0,
    }.get(rule, False)


# Every rule, and every kind of correctness with two of them; the others in `make test-deep`.
MATRIX = [
    pytest.param(
        *(rule, correctness, moment),
        marks=[] if correctness == "always" or rule in ("always", "past_due") else pytest.mark.deep,
    )
    for rule in ["", *SHOW_ANSWER]
    for correctness in ["always", "past_due", "never", "never_but_include_grade"]
    for moment in MOMENTS
]


@pytest.mark.parametrize(("rule", "correctness", "moment"), MATRIX)
def test_the_key_is_shown_when_a_problem_of_the_platform_would_show_it(
    seat: Sit, platform: Any, clock: Any, rule: str, correctness: str, moment: str
) -> None:
    from smac_xblocks.quiz import SmacQuizBlock

    platform(due=DUE, graceperiod=GRACE, showanswer=rule, show_correctness=correctness)
    found, expected = {}, {}
    for used, most, correct in ((1, 2, False), (1, 2, True), (2, 2, False), (1, None, False)):
        clock(NOON)
        one = seat("### Q {#q}\n\n- (x) a\n- ( ) b\n", max_attempts=most, pass_percent=100)
        for number in range(1, used + 1):
            one.post("start", {})
            one.post("keep", {"attempt": number, "question": "q", "answer": ["o1" if correct else "o2"]})
            one.post("submit", {"attempt": number})
        clock(MOMENTS[moment])
        for staff in (False, True):
            with mock.patch.object(SmacQuizBlock, "is_staff", staff):
                shown = '"solution": {' in json.dumps(one.view())
            case = (used, most, correct, staff)
            found[case] = shown
            expected[case] = answer_available(rule, correctness, MOMENTS[moment], used, most or 0, correct, staff)

    assert found == expected


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("correctness", ["always", "past_due", "never", "never_but_include_grade"])
def test_results_are_shown_when_a_problem_of_the_platform_would_show_them(
    seat: Sit, platform: Any, clock: Any, correctness: str, moment: str
) -> None:
    platform(due=DUE, graceperiod=GRACE, show_correctness=correctness)
    one = seat("### Q {#q}\n\n- (x) a\n- ( ) b\n")
    one.post("start", {})
    one.post("submit", {"attempt": 1})
    clock(MOMENTS[moment])

    shown = one.view()["result"] is not None

    assert shown is (correctness == "always" or (correctness == "past_due" and moment == "closed"))
