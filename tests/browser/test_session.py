"""The disclosure course in scorm-again and in the strict stand-in, by both standards: every call accepted by both."""

from __future__ import annotations

import re
from typing import Any

import pytest
from learner import Seat, Sit
from lms_server import Lms
from playwright.sync_api import Browser, expect

both = pytest.mark.parametrize("standard", ["scorm12", "scorm2004"], indirect=True)
# The longest ones: of the second standard in `make test-deep`.
both_in_time = pytest.mark.parametrize(
    "standard", ["scorm12", pytest.param("scorm2004", marks=pytest.mark.deep)], indirect=True
)


@both
def test_a_learner_passes_and_the_lms_has_completion_score_and_every_answer(sit: Sit, lms: Lms) -> None:
    seat = sit()
    seat.do_lessons()
    seat.press("Start the exam")
    seat.do_exam()

    expect(seat.sco.get_by_role("heading", name="You passed")).to_be_focused()
    seat.press("Save and exit")
    expect(seat.sco.get_by_role("heading", name="You can close this page now")).to_be_focused()
    assert (lms.status, lms.score, lms.last("exit")) == ("passed", "100", "suspend")
    assert (lms.session["score"]["min"], lms.session["score"]["max"]) == ("0", "100")
    assert len(lms.told) == 16 + 10
    assert all(one["result"] == "correct" and one["response"] == one["patterns"][0] for one in lms.told)
    assert seat.ends() == [["", "true"]]
    assert seat.calls()[-1] == ["", "true"]
    if lms.standard == "scorm2004":
        assert lms.cmi["score"]["scaled"] == "1"
        assert lms.cmi["progress_measure"] == "1"
        heading = seat.data()["course"]["title"]
        assert heading == "FTC disclosure"
        assert all(one["description"].startswith("{lang=en}") and len(one["description"]) > 20 for one in lms.told)
        pools = {pool["id"] for pool in seat.data()["exam"]["pools"]}
        assert {one["id"] for one in objectives(lms)} == pools
        assert {one["score"]["scaled"] for one in objectives(lms)} == {"1"}


def objectives(lms: Lms) -> list[dict[str, Any]]:
    kept = lms.cmi["objectives"]
    return list(kept.values()) if isinstance(kept, dict) else kept


@both
def test_the_lms_is_told_to_suspend_before_the_learner_does_anything(sit: Sit, lms: Lms) -> None:
    seat = sit()

    assert seat.calls("SetValue") == [
        [lms.name("exit"), "suspend", "true"],
        [lms.name("lesson_status"), "incomplete", "true"],
    ]
    assert lms.commits == 1


@both_in_time
def test_a_failed_attempt_leaves_the_course_open_and_the_last_one_closes_it(sit: Sit, lms: Lms) -> None:
    seat = sit()
    seat.do_lessons()
    for attempt, (button, status) in enumerate(
        [("Start the exam", "incomplete"), ("Try the exam again", "incomplete"), ("Try the exam again", "failed")]
    ):
        seat.press(button)
        seat.do_exam(right=False)
        expect(seat.sco.get_by_role("heading", name="Not passed this time")).to_be_visible()
        assert lms.status == status, attempt
        assert lms.score == "0"

    expect(seat.sco.get_by_role("button", name="Try the exam again")).to_have_count(0)
    expect(seat.sco.get_by_text("You have used all attempts.")).to_be_visible()


def test_a_better_second_attempt_counts(sit: Sit, lms: Lms) -> None:
    seat = sit()
    seat.do_lessons()
    seat.press("Start the exam")
    seat.do_exam(right=False)
    seat.press("Try the exam again")
    seat.do_exam()

    assert (lms.status, lms.score) == ("passed", "100")


@both
def test_a_learner_stops_and_resumes_where_she_was(sit: Sit, lms: Lms) -> None:
    seat = sit()
    seat.press("Start")
    seat.do_lesson()
    seat.do_lesson()
    where = seat.heading()
    seat.press("Save and exit")
    seat.page.close()

    again = sit()

    assert again.heading() == where == "Your job is a material connection"
    expect(again.sco.get_by_text(f"Welcome back. You were on: {where}.")).to_be_visible()
    expect(again.sco.get_by_role("link", name="What counts as an endorsement")).to_contain_text("Done")
    again.sco.get_by_role("link", name="What counts as an endorsement").click()
    kept = again.sco.locator('form[data-question="ftc-disclosure.which-endorse"] [data-option="b"] input')
    expect(kept).to_be_checked()


@both_in_time
def test_a_tab_closed_in_mid_exam_loses_no_answer(sit: Sit, lms: Lms) -> None:
    seat = sit()
    seat.do_lessons()
    seat.press("Start the exam")
    order = []
    for _ in range(4):
        order.append(shown(seat))
        seat.answer(seat.shown_question())
        seat.press("Next question")
    seat.page.close()

    again = sit()
    again.press("Continue the exam")

    expect(again.sco.get_by_role("heading", name="Question 5 of 10")).to_be_focused()
    for expected in reversed(order):
        again.press("Previous question")
        assert shown(again) == expected
        right = again.shown_question()["solution"]["right"]
        assert (
            again.sco.locator("form.question:visible input:checked").evaluate_all("all => all.map((one) => one.value)")
            == right
        )
    again.do_exam()
    assert lms.status == "passed"


def shown(seat: Seat) -> list[str]:
    form = seat.sco.locator("form.question:visible")
    return [form.get_attribute("data-question") or "", *form.locator("label").all_inner_texts()]


@both
def test_closing_the_tab_finishes_the_session_once(sit: Sit, lms: Lms) -> None:
    seat = sit()
    seat.press("Start")
    seat.press("Continue")
    seat.page.wait_for_timeout(1100)
    seat.page.goto(lms.url + "favicon.ico")
    lms.settle()

    # scorm-again adds the session to the total when, and only when, the session is ended.
    if lms.standard == "scorm12":
        assert "00:00:01" <= lms.session["total_time"] < "00:01:00"
    else:
        assert re.fullmatch(r"PT\d{1,2}(\.\d+)?S", lms.session["total_time"])
    assert lms.last("lesson_location") == "ftc-disclosure.endorsement"
    assert lms.last("exit") == "suspend"


@pytest.mark.parametrize(
    ("mode", "notice"),
    [
        ("review", "You are looking at this course again."),
        pytest.param("browse", "This is a preview: you can try everything", marks=pytest.mark.deep),
    ],
)
def test_looking_back_writes_nothing(sit: Sit, lms: Lms, mode: str, notice: str) -> None:
    seat = sit()
    seat.do_lessons()
    seat.press("Start the exam")
    seat.do_exam()
    seat.press("Save and exit")
    seat.page.close()
    before, commits = lms.session, lms.commits
    lms.mode = mode

    again = sit()
    expect(again.sco.get_by_text(notice)).to_be_visible()
    expect(again.sco.get_by_role("heading", name="You passed")).to_be_visible()
    again.sco.get_by_role("link", name="Words that work").click()
    again.do_lesson()
    again.press("Save and exit")

    assert again.calls("SetValue") == []
    assert again.calls("Commit") == []
    assert lms.session["score"] == before["score"]
    assert lms.status == "passed"
    assert lms.commits - commits <= 1  # scorm-again sends its own data at LMSFinish


def test_the_exam_waits_for_the_lessons(sit: Sit) -> None:
    seat = sit()
    seat.outline("Disclosure exam").click()

    expect(seat.sco.get_by_text("The exam opens when all lessons are done.")).to_be_visible()
    expect(seat.sco.get_by_role("button", name="Start the exam")).to_have_count(0)


def test_continue_asks_for_what_is_not_answered_and_leads_there(sit: Sit) -> None:
    seat = sit()
    seat.press("Start")
    seat.press("Continue")
    seat.press("Continue")

    expect(seat.sco.get_by_text("Before you go on, please answer:")).to_be_focused()
    seat.sco.get_by_role("link", name=re.compile("^Which of these posts")).click()
    expect(seat.sco.locator('form[data-question="ftc-disclosure.which-endorse"] input').first).to_be_focused()


def test_without_an_lms_the_course_can_be_taken_and_says_that_nothing_is_recorded(browser: Browser, lms: Lms) -> None:
    page = browser.new_page()
    page.goto(lms.url + "pkg/index.html")

    expect(page.get_by_text("This course is not connected to a learning system.")).to_be_visible(timeout=8_000)
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("heading", name="Disclose: the FTC rules")).to_be_focused()
    page.close()


def test_an_api_behind_the_opener_is_found(sit: Sit, lms: Lms) -> None:
    lms.where = "nowhere yet"
    seat = sit()
    seat.page.evaluate("document.getElementById('sco').src = 'about:blank'")
    seat.page.evaluate("showApi()")

    with seat.page.expect_popup() as opening:
        seat.page.evaluate("window.open('/pkg/index.html')")

    expect(opening.value.get_by_role("button", name="Start")).to_be_visible()
    assert seat.calls("SetValue")[0] == [lms.name("exit"), "suspend", "true"]


def test_without_scripts_the_whole_course_can_be_read(browser: Browser, lms: Lms) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(lms.url + "pkg/index.html")

    expect(page.get_by_text("Your browser runs no scripts here.")).to_be_visible()
    for title in ("What counts as an endorsement", "Words that work", "When it went wrong, and when you are abroad"):
        expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()
    expect(page.get_by_role("button")).to_have_count(0)
    context.close()


def test_the_exam_is_not_in_the_page_before_it_begins(sit: Sit) -> None:
    seat = sit()

    assert seat.sco.locator('form[data-question^="disclosure-exam."]').count() == 0
