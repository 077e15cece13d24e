"""`smac_quiz` under the workbench's runtime: graded, resumed, closed, and never giving away what was not earned."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest import mock

import pytest

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
KEYS = ("CANARY", '"solution": {', "Readers do not know", "Yes.")
Sit = Callable[..., Any]


def right(view: dict[str, Any]) -> dict[str, list[str]]:
    """The right answers of QUIZ in the ids that are shown."""
    answers = {"phone": ["o2"], "count": ["o1", "o2"], "row": ["o1", "o3", "o2"], "days": ["30"]}
    # The things to put in order are numbered by their words: first, second, third stand in that order already.
    answers["row"] = ["o1", "o2", "o3"]
    return {one["id"]: answers[one["id"]] for one in view["open"]["questions"]}


def take(seat: Any, *, wrong: tuple[str, ...] = ()) -> dict[str, Any]:
    """A whole attempt; the questions that are named stay empty. The view afterwards."""
    _, begun = seat.post("start", {"allowance": 0})
    number = begun["view"]["open"]["number"]
    for question, answer in right(begun["view"]).items():
        if question not in wrong:
            assert seat.post("keep", {"attempt": number, "question": question, "answer": answer})[0] == 200
    status, done = seat.post("submit", {"attempt": number})
    assert status == 200
    view: dict[str, Any] = done["view"]
    return view


def test_an_attempt_is_graded_told_and_shown(seat: Sit) -> None:
    one = seat()

    view = take(one)

    assert view["result"]["percent"] == 100
    assert view["result"]["passed"] is True
    most = one.block.max_score()
    assert one.grades() == [{"value": most, "max_value": most, "only_if_higher": None}]
    assert ("completion", {"completion": 1.0}) in one.events
    assert one.post("start", {})[1]["error"] == "passed"


def test_nothing_of_the_key_goes_out_before_it_is_earned(seat: Sit) -> None:
    one = seat(feedback="never")
    seen = [json.dumps(one.view()), json.dumps(one.fresh().student_view_data())]
    _, begun = one.post("start", {})
    seen.append(json.dumps(begun))
    for question, answer in right(begun["view"]).items():
        seen.append(json.dumps(one.post("keep", {"attempt": 1, "question": question, "answer": answer})))
    seen.append(json.dumps(one.post("submit", {"attempt": 1})))
    seen += [json.dumps(one.view()), json.dumps(one.post("staff")), json.dumps(one.post("state"))]

    assert [text for text in seen if any(key in text for key in KEYS)] == []


def test_two_quizzes_that_differ_in_the_key_look_the_same(seat: Sit) -> None:
    other = (
        "## Ties {#ties draw=2}\n\n### You praise your employer's phone. What is needed? {#phone points=2}\n\n"
        "- (x) Nothing\n- ( ) A plain statement\n- ( ) A link\n\n### Which count? {#count}\n\n- [ ] Pay\n- [x] Gifts\n"
        "- [x] The weather\n\n### In order {#row .order points=2}\n\n1. third\n2. second\n3. first\n\n"
        "## Places {#places draw=1 must_pass=100}\n\n### How many days? {#days}\n\n= -4 .. 400000\n"
    )
    views = []
    for text in (None, other):
        one = seat(text) if text else seat()
        with_seed = one.fresh()
        sitting = with_seed.sitting(with_seed.exam)
        sitting.start(7, 0)
        with_seed.attempts = sitting.state
        with mock.patch.object(type(with_seed), "_prefix", return_value="q"):
            views.append(json.dumps(with_seed.view(), sort_keys=True))

    assert views[0] == views[1]


def test_learners_are_apart(seat: Sit) -> None:
    one = seat()
    take(one)
    other = seat(usage=one.usage, learner="u2")

    assert other.view()["attempts"]["used"] == 0
    assert other.post("keep", {"attempt": 1, "question": "phone", "answer": ["o2"]})[0] == 409


def test_an_answer_is_still_there_at_the_next_visit(seat: Sit) -> None:
    one = seat()
    one.post("start", {})
    one.post("keep", {"attempt": 1, "question": "days", "answer": ["30"]})

    view = one.view()

    assert {q["id"]: q["answer"] for q in view["open"]["questions"]}["days"] == ["30"]


def test_attempts_and_waiting_times_are_kept_to(seat: Sit, clock: Callable[[datetime], None]) -> None:
    one = seat(max_attempts=2, wait_hours=5)
    take(one, wrong=("days",))

    assert one.post("start", {})[1]["error"] == "wait"
    clock(NOON + timedelta(hours=5))
    take(one, wrong=("days",))
    clock(NOON + timedelta(hours=50))
    assert one.post("start", {})[1]["error"] == "used"


def test_a_topic_that_must_be_passed_keeps_the_grade_below_the_mark(seat: Sit) -> None:
    one = seat(pass_percent=70)

    view = take(one, wrong=("days",))

    assert view["result"]["passed"] is False
    grade = one.grades()[-1]
    assert grade["value"] / grade["max_value"] == pytest.approx(0.69)


@pytest.mark.parametrize(("counts", "expected"), [("highest", 0.5), ("last", 0.25), ("first", 0.5), ("average", 0.375)])
def test_the_attempt_counts_that_the_author_chose(seat: Sit, counts: str, expected: float) -> None:
    text = "## P {#p}\n" + "".join(f"\n### Q{n} {{#q{n}}}\n\n- (x) a\n- ( ) b\n" for n in range(4))
    one = seat(text, counts=counts, pass_percent=100)
    for good in (2, 1):
        number = one.post("start", {})[1]["view"]["open"]["number"]
        for n in range(good):
            one.post("keep", {"attempt": number, "question": f"q{n}", "answer": ["o1"]})
        one.post("submit", {"attempt": number})

    assert one.grades()[-1]["value"] == 4 * expected


def test_time_is_counted_on_the_server(seat: Sit, clock: Callable[[datetime], None]) -> None:
    one = seat(time_limit_minutes=10, extra_time=[])
    one.post("start", {})
    one.post("keep", {"attempt": 1, "question": "days", "answer": ["30"]})
    clock(NOON + timedelta(minutes=11))

    status, said = one.post("keep", {"attempt": 1, "question": "phone", "answer": ["o2"]})

    assert status == 409
    assert said["view"]["result"]["how"] == "time"
    assert len(one.grades()) == 1


def test_after_the_due_date_nothing_is_taken(seat: Sit, platform: Any, clock: Callable[[datetime], None]) -> None:
    platform(due=NOON + timedelta(hours=1), graceperiod=timedelta(minutes=30))
    one = seat()
    one.post("start", {})
    one.post("keep", {"attempt": 1, "question": "days", "answer": ["30"]})
    clock(NOON + timedelta(minutes=80))
    assert one.post("keep", {"attempt": 1, "question": "days", "answer": ["31"]})[0] == 200
    clock(NOON + timedelta(minutes=91))

    status, said = one.post("submit", {"attempt": 1})

    assert status == 200
    assert said["view"]["result"]["how"] == "closed"
    assert one.post("start", {})[1]["error"] == "closed"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"x" * 1_000_000, 413),
        (b"[" * 50_000, 400),
        (b"[]", 400),
        (b"{}", 400),
        (b'{"attempt": true, "question": "days", "answer": ["30"]}', 400),
        (b'{"attempt": 1, "question": "days", "answer": "30"}', 400),
        (b'{"attempt": 1, "question": "days", "answer": [30]}', 400),
        (b'{"attempt": 1, "question": "days", "answer": ["\\ud800"]}', 400),
        (b'{"attempt": 2, "question": "days", "answer": ["30"]}', 409),
        (b'{"attempt": 1, "question": "nothing", "answer": ["30"]}', 409),
    ],
)
def test_requests_that_nobody_means_are_refused(seat: Sit, body: bytes, status: int) -> None:
    one = seat()
    one.post("start", {})
    before = dict(one.fresh().attempts)

    assert one.post("keep", body)[0] == status
    assert one.fresh().attempts == before


def test_a_submission_that_is_sent_again_is_graded_once(seat: Sit) -> None:
    one = seat()
    take(one, wrong=("days",))

    assert one.post("submit", {"attempt": 1})[0] == 200
    assert len(one.grades()) == 1
    assert one.post("submit", {"attempt": 2})[0] == 409


def test_practice_says_at_once_what_is_right(seat: Sit) -> None:
    one = seat("### Q {#q}\n\n- ( ) a\n  > No.\n- (x) b\n  > Good.\n", mode="practice")

    status, said = one.post("check", {"question": "q", "answer": ["o1"]})
    assert (status, said["judged"]["points"], said["judged"]["solution"]) == (200, 0, None)
    assert said["judged"]["remarks"] == {"o1": "<p>No.</p>"}
    _, said = one.post("check", {"question": "q", "answer": ["o2"]})
    assert said["judged"]["solution"] == {"right": ["o2"]}
    assert one.grades() == []
    assert one.block.max_score() is None
    assert one.view()["questions"]["q"]["answer"] == ["o2"]


def test_an_override_of_the_instructor_is_told_to_the_gradebook(seat: Sit) -> None:
    from xblock.scorable import Score

    one = seat()
    take(one, wrong=("days",))
    block = one.fresh()
    block.set_score(Score(1.5, block.max_score()))
    block.save()

    assert one.fresh().get_score() == Score(1.5, block.max_score())


def test_a_corrected_key_is_applied_by_rescoring(seat: Sit) -> None:
    one = seat("## P {#p}\n\n### Q {#q}\n\n- (x) a\n- ( ) b\n", pass_percent=100)
    one.post("start", {})
    one.post("keep", {"attempt": 1, "question": "q", "answer": ["o2"]})
    one.post("submit", {"attempt": 1})
    block = one.fresh()
    block.markdown = "## P {#p}\n\n### Q {#q}\n\n- ( ) a\n- (x) b\n"
    block.rescore(only_if_higher=False)
    block.save()

    assert one.fresh().get_score().raw_earned == 1
    assert one.view()["result"]["passed"] is True


@pytest.mark.parametrize("rule", ["never", "past_due"])
def test_results_are_hidden_where_the_author_wants_it(seat: Sit, platform: Any, clock: Any, rule: str) -> None:
    platform(due=NOON + timedelta(hours=1), show_correctness=rule)
    one = seat()

    view = take(one)

    assert view["result"] is None
    assert view["resultHidden"] == {"from": None if rule == "never" else int((NOON + timedelta(hours=1)).timestamp())}
    assert one.fresh().user_state()["results"] == []


def test_the_text_comes_back_as_it_was(seat: Sit) -> None:
    from lxml import etree

    one = seat()
    node = etree.Element("unknown")
    one.fresh().add_xml_to_node(node)
    again = seat(node.text, **{name: value for name, value in node.attrib.items() if name in ("mode", "quiz_id")})

    assert again.block.quiz.exam == one.block.quiz.exam
    assert "attempts" not in node.attrib


def test_studio_checks_while_one_types_and_saves_nothing_that_is_wrong(seat: Sit) -> None:
    one = seat()
    broken = "### Q {#q}\n\n- ( ) a\n- ( ) b\n"

    _, said = one.post("studio_check", {"markdown": broken})
    assert [(f["code"], f["line"]) for f in said["findings"]] == [("SMAC203", 1)]
    _, said = one.post("studio_save", {"markdown": broken, "settings": {}})
    assert said["saved"] is False
    _, said = one.post("studio_save", {"markdown": broken.replace("( ) a", "(x) a"), "settings": {"pass_percent": 500}})
    assert list(said["problems"]) == ["pass_percent"]
    _, said = one.post("studio_save", {"markdown": broken.replace("( ) a", "(x) a"), "settings": {"max_attempts": 3}})
    assert said["saved"] is True
    assert (one.fresh().max_attempts, one.block.quiz.errors) == (3, ())
