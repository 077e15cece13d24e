"""Requests that no page sends: replayed, out of range, too late, too large, of the wrong shape."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from banks import bank
from webob import Request

Sit = Callable[..., Any]
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
POSTED = ("state", "start", "keep", "check", "extend", "submit", "staff", "studio_check", "studio_save")
ONE = "### Q {#q}\n\n- (x) a\n- ( ) b\n"
TWO = ONE + "\n### R {#r}\n\n- (x) a\n- ( ) b\n"
SHAPELESS = [
    b"x" * 1_000_000,
    b'{"answer": "' + b"x" * 1_000_000 + b'"}',
    b"[" * 60_000,
    b"[]",
    b'"x"',
    b"null",
    b"1",
    b"\xff\xfe",
    b"{",
    b'{"attempt": ' + b"9" * 5000 + b"}",
]


def kept(seat: Any) -> Any:
    block = seat.fresh()
    return json.dumps([block.attempts, block.practice, block.score, block.markdown, block.max_attempts])


@pytest.mark.parametrize("body", SHAPELESS, ids=range(len(SHAPELESS)))
@pytest.mark.parametrize("handler", POSTED)
def test_what_is_no_request_is_refused_everywhere(seat: Sit, handler: str, body: bytes) -> None:
    one = seat(ONE)
    before = kept(one)

    status, said = one.post(handler, body)

    assert status in {400, 413}
    assert said["error"]
    assert kept(one) == before


@pytest.mark.parametrize("handler", POSTED)
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_only_what_is_posted_does_anything(seat: Sit, handler: str, method: str) -> None:
    block = seat(ONE).fresh()

    assert block.handle(handler, Request.blank("/", method=method)).status_int == 405


@pytest.mark.parametrize("handler", POSTED)
def test_a_handler_has_nothing_below_it(seat: Sit, handler: str) -> None:
    block = seat(ONE).fresh()

    assert block.handle(handler, Request.blank("/", method="POST", body=b"{}"), "more/../").status_int == 404


@pytest.mark.parametrize("value", [None, True, 1.0, "1", [], {}, [1], 0, -1, 2, 10**300])
@pytest.mark.parametrize("handler", ["keep", "check", "submit", "extend"])
def test_an_attempt_is_named_by_its_number(seat: Sit, handler: str, value: Any) -> None:
    one = seat(ONE, feedback="each", time_limit_minutes=5)
    one.post("start", {})
    before = kept(one)

    status, _ = one.post(handler, {"attempt": value, "question": "q", "answer": ["o1"]})

    assert status in {400, 403, 409}
    assert kept(one) == before


@pytest.mark.parametrize("value", [None, True, 1.5, "1", [], {}, -1, 4, 10**300])
def test_an_allowance_is_one_that_is_offered(seat: Sit, value: Any) -> None:
    one = seat(ONE, time_limit_minutes=5)

    status, _ = one.post("start", {"allowance": value})

    assert status in {400, 403}
    assert one.fresh().attempts == {} or one.block.attempts["open"] is None


@pytest.mark.parametrize(
    "answer",
    [None, True, 1, "o1", {}, [None], [1], [["o1"]], [{}], ["o1"] * 101, ["x" * 20_001], ["\ud800"], {"0": "o1"}],
)
@pytest.mark.parametrize("handler", ["keep", "check"])
@pytest.mark.parametrize("mode", ["graded", "practice"])
def test_an_answer_is_a_short_list_of_words(seat: Sit, mode: str, handler: str, answer: Any) -> None:
    one = seat(ONE, mode=mode, feedback="each")
    one.post("start", {})
    before = kept(one)

    status, _ = one.post(handler, {"attempt": 1, "question": "q", "answer": answer})

    assert status in {400, 403, 409}
    assert kept(one) == before


@pytest.mark.parametrize("question", [None, 1, [], {}, "", "nothing", "r", "__class__", "exam.q"])
@pytest.mark.parametrize("handler", ["keep", "check"])
def test_only_questions_that_were_asked_are_answered(seat: Sit, handler: str, question: Any) -> None:
    one = seat(TWO, feedback="each")
    block = one.fresh()
    block.attempts = {
        "open": {
            "number": 1,
            "seed": 1,
            "started": 2**40,
            "allowance": 0,
            "asked": ["q"],
            "answers": {},
            "checked": [],
        },
        "done": [],
    }
    block.save()
    one.block.markdown = "## P {#p draw=1}\n\n" + TWO
    one.block.save()

    assert one.post(handler, {"attempt": 1, "question": question, "answer": ["o1"]})[0] in {400, 409}
    assert one.fresh().attempts["open"]["answers"] == {}


def test_a_learner_may_not_begin_while_an_attempt_is_open_or_after_the_last(seat: Sit) -> None:
    one = seat(ONE, max_attempts=2, pass_percent=100)
    assert one.post("start", {})[0] == 200
    assert one.post("start", {})[1]["error"] == "open"
    one.post("submit", {"attempt": 1})
    one.post("start", {})
    one.post("submit", {"attempt": 2})

    assert one.post("start", {})[1]["error"] == "used"
    for handler in ("keep", "submit", "extend", "check"):
        assert one.post(handler, {"attempt": 3, "question": "q", "answer": ["o1"]})[0] in {403, 409}
    assert len(one.grades()) == 2


def test_what_was_submitted_cannot_be_changed_by_a_replay(seat: Sit) -> None:
    one = seat(ONE, pass_percent=100)
    one.post("start", {})
    one.post("submit", {"attempt": 1})
    before = kept(one)

    for handler in ("keep", "submit", "extend", "check"):
        one.post(handler, {"attempt": 1, "question": "q", "answer": ["o1"]})

    assert kept(one) == before
    assert len(one.grades()) == 1


def test_an_answer_that_was_checked_is_final(seat: Sit) -> None:
    one = seat(TWO, feedback="each")
    one.post("start", {})
    one.post("check", {"attempt": 1, "question": "q", "answer": ["o2"]})
    before = kept(one)

    for handler, answer in (("check", ["o1"]), ("keep", ["o1"]), ("keep", []), ("check", ["o1", "o2"])):
        assert one.post(handler, {"attempt": 1, "question": "q", "answer": answer})[1]["error"] == "final"
    assert kept(one) == before


@pytest.mark.parametrize("feedback", ["after", "never"])
def test_nobody_checks_where_feedback_comes_later(seat: Sit, feedback: str) -> None:
    one = seat(ONE, feedback=feedback)
    one.post("start", {})

    status, said = one.post("check", {"attempt": 1, "question": "q", "answer": ["o1"]})

    assert (status, said["error"]) == (403, "feedback")
    assert "judged" not in json.dumps(said)


def test_ids_that_are_not_those_of_the_page_count_for_nothing(seat: Sit) -> None:
    one = seat("### Q {#q}\n\n- (x) a {#right}\n- ( ) b {#wrong}\n")
    one.post("start", {})
    one.post("keep", {"attempt": 1, "question": "q", "answer": ["right"]})
    one.post("submit", {"attempt": 1})

    assert one.grades()[-1]["value"] == 0


def test_ticking_everything_earns_nothing(seat: Sit) -> None:
    one = seat(ONE)
    one.post("start", {})
    one.post("keep", {"attempt": 1, "question": "q", "answer": ["o1", "o2"]})
    one.post("submit", {"attempt": 1})

    assert one.grades()[-1]["value"] == 0


def test_a_late_answer_has_a_little_slack_and_no_more(seat: Sit, clock: Any) -> None:
    """`sitting.SLACK_SECONDS`: what was typed before the end may still be on its way."""
    for seconds, expected in ((5, 200), (11, 409)):
        clock(NOON)
        one = seat(ONE, time_limit_minutes=1, extra_time=[])
        one.post("start", {})
        clock(NOON + timedelta(seconds=60 + seconds))
        assert one.post("keep", {"attempt": 1, "question": "q", "answer": ["o1"]})[0] == expected, seconds


def test_the_next_attempt_waits_from_the_end_of_the_time_not_from_the_next_visit(seat: Sit, clock: Any) -> None:
    one = seat(ONE, time_limit_minutes=10, extra_time=[], wait_hours=5)
    one.post("start", {})
    clock(NOON + timedelta(hours=24))

    assert one.view()["attempts"]["whyNot"] == ""


@pytest.mark.parametrize("handler", ["start", "keep", "check", "submit", "extend"])
def test_nothing_is_taken_after_the_days_of_grace(seat: Sit, due: Any, clock: Any, handler: str) -> None:
    due(NOON + timedelta(hours=1), timedelta(hours=1))
    one = seat(ONE, feedback="each", time_limit_minutes=600)
    if handler != "start":
        one.post("start", {})
    clock(NOON + timedelta(hours=2, seconds=1))

    one.post(handler, {"attempt": 1, "question": "q", "answer": ["o1"]})

    assert [facts["value"] for facts in one.grades()] in ([], [0.0])
    assert not one.fresh().attempts.get("open")


def test_practice_takes_nothing_after_the_end(seat: Sit, due: Any, clock: Any) -> None:
    due(NOON, timedelta(hours=1))
    one = seat(ONE, mode="practice")
    clock(NOON + timedelta(hours=2))

    assert one.post("check", {"question": "q", "answer": ["o1"]})[1]["error"] == "closed"


def test_the_key_of_a_quiz_that_still_takes_answers_is_not_shown_in_the_days_of_grace(
    seat: Sit, due: Any, clock: Any
) -> None:
    due(NOON + timedelta(hours=1), timedelta(hours=5), showanswer="past_due")
    one = seat(ONE, pass_percent=100)
    one.post("start", {})
    one.post("keep", {"attempt": 1, "question": "q", "answer": ["o2"]})
    clock(NOON + timedelta(hours=2))
    _, said = one.post("submit", {"attempt": 1})

    may_go_on = said["view"]["attempts"]["whyNot"] == ""
    has_key = said["view"]["result"]["questions"][0]["judged"]["solution"] is not None
    assert not (may_go_on and has_key)


def test_practice_has_no_attempts(seat: Sit) -> None:
    one = seat(ONE, mode="practice")

    for handler in ("start", "keep", "submit", "extend"):
        assert one.post(handler, {"attempt": 1, "question": "q", "answer": ["o1"]})[0] in {403, 409}
    assert one.grades() == []


def test_a_quiz_with_errors_takes_no_attempt(seat: Sit) -> None:
    one = seat(ONE + "\n### Broken {#r}\n\n- ( ) a\n- ( ) b\n")
    assert one.view()["broken"] is True

    assert one.post("start", {})[0] != 200
    assert one.grades() == []


def test_a_confirmation_is_of_the_statement_that_was_shown(seat: Sit) -> None:
    one = seat("### Promise {#p .attest}\n\nI will keep the rules.\n", mode="practice")

    one.post("check", {"question": "p", "answer": ["1999-01-01", "forged"]})

    day, mark = one.fresh().practice["p"]["answer"]
    assert day == one.block.now().date().isoformat()
    assert mark == one.view()["questions"]["p"]["mark"]


def test_an_answer_has_no_more_room_than_its_field(seat: Sit) -> None:
    one = seat("### Q {#q}\n\n= a\n")
    one.post("start", {})

    assert one.post("keep", {"attempt": 1, "question": "q", "answer": ["x" * 20_000] * 4})[0] == 400


# -- Studio -----------------------------------------------------------------------------------------------

GOOD = {"markdown": ONE}


@pytest.mark.parametrize(
    "settings",
    [
        {"extra_time": [[1]]},
        {"extra_time": [{}]},
        {"extra_time": "none"},
        {"extra_time": [True]},
        {"weight": float("nan")},
        {"weight": float("inf")},
        {"weight": -1},
        {"weight": True},
        {"pass_percent": float("nan")},
        {"pass_percent": float("inf")},
        {"pass_percent": 0},
        {"pass_percent": 10**400},
        {"max_attempts": -1},
        {"max_attempts": 1.5},
        {"mode": "exam"},
        {"mode": []},
        {"mode": None},
        {"counts": {}},
        {"shuffle": 1},
        {"display_name": 1},
        {"variables": {"a": 1}},
        {"variables": {"\ud800": "a"}},
        {"variables": []},
        {"language": None},
    ],
    ids=repr,
)
def test_settings_that_are_none_are_refused_by_name(seat: Sit, settings: dict[str, Any]) -> None:
    one = seat(ONE)
    before = kept(one)

    status, said = one.post("studio_save", {**GOOD, "settings": settings})

    assert status == 400 or (said["saved"] is False and list(said["problems"]) == list(settings))
    assert kept(one) == before
    assert one.view()["attempts"]["left"] is None


@pytest.mark.parametrize("name", ["attempts", "score", "practice", "quiz_id", "policy", "markdown", "due", "has_score"])
def test_only_settings_of_the_editor_are_saved(seat: Sit, name: str) -> None:
    one = seat(ONE)

    assert one.post("studio_save", {**GOOD, "settings": {name: {}}})[0] == 400


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"markdown": None},
        {"markdown": 1},
        {"markdown": []},
        {"markdown": "\ud800"},
        {**GOOD, "settings": []},
        {**GOOD, "settings": None},
        {**GOOD, "mode": 1},
        {**GOOD, "variables": []},
        {**GOOD, "language": {}},
        {**GOOD, "credit": []},
    ],
    ids=repr,
)
@pytest.mark.parametrize("handler", ["studio_check", "studio_save"])
def test_the_editor_sends_a_text(seat: Sit, handler: str, body: Any) -> None:
    one = seat(ONE)
    before = kept(one)

    status, said = one.post(handler, body)

    assert status in {200, 400}
    assert not said.get("saved")
    assert kept(one) == before


def test_what_studio_answers_says_nothing_of_the_text_that_is_kept(seat: Sit) -> None:
    one = seat(bank(1, 2, ("text", "number", "post-draft")))

    said = [one.post(name, {"markdown": "### X {#x}\n"}) for name in ("studio_check", "studio_save")]

    assert "CANARY" not in json.dumps(said)


@pytest.fixture
def due(django: None) -> Any:
    """A due date and days of grace as the platform gives them; without `Timedelta`, which XBlock 5.2 does not have."""
    from unittest import mock

    from smac_xblocks import deadlines, quiz
    from workbench.runtime import WorkbenchRuntime

    # The workbench writes such names of its own into every block.
    patches: list[Any] = [mock.patch.object(WorkbenchRuntime, "_patch_xblock")]

    def put(moment: datetime, grace: timedelta, **more: Any) -> None:
        patches.append(mock.patch.object(deadlines, "due_of", return_value=moment))
        names = {"graceperiod": grace, **more}
        patches.extend(mock.patch.object(quiz.SmacQuizBlock, name, value, create=True) for name, value in names.items())
        for one in patches:
            one.start()

    yield put
    for one in patches:
        one.stop()
