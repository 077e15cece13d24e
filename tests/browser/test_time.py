"""Exams with a limit and a waiting time, with the clock of the browser in our hands."""

from __future__ import annotations

from collections.abc import Callable

from learner import Seat, Sit
from lms_server import Lms
from playwright.sync_api import expect
from test_rules import COURSE, exam

Load = Callable[..., None]
MINUTE = 60_000


def begin(seat: Seat) -> None:
    seat.page.clock.install()
    seat.outline("The exam").click()
    seat.press("Start the exam")


def test_the_time_is_shown_a_warning_comes_and_the_end_submits_nothing(load: Load, sit: Sit, lms: Lms) -> None:
    load(course=COURSE, exam=exam(time_limit_minutes=20, opens="any-time"))
    seat = sit()
    begin(seat)
    left = seat.sco.locator(".time-left")
    expect(left).to_have_text("Time left: 20 minutes")
    seat.answer(seat.shown_question())
    first = seat.shown_question()["key"]
    seat.page.clock.run_for(15 * MINUTE)
    expect(seat.sco.locator("#_warning")).to_contain_text("Time left: 5 minutes. Your answers are kept")
    expect(left).to_have_text("Time left: 5 minutes")
    seat.page.clock.run_for(4 * MINUTE + 30_000)
    expect(left).to_have_text("Time left: 30 seconds")
    seat.page.clock.run_for(31_000)

    expect(seat.sco.get_by_role("heading", name="Your time is over")).to_be_focused()
    expect(seat.sco.get_by_role("button", name="Change")).to_have_count(0)
    assert not lms.told
    assert lms.status == "incomplete"
    seat.press("Submit my answers")
    assert [one["id"] for one in lms.told] == [first]


def test_more_time_is_taken_without_asking_anybody(load: Load, sit: Sit, lms: Lms) -> None:
    load(course=COURSE, exam=exam(time_limit_minutes=20, opens="any-time", extra_time="[1.5, none]"))
    seat = sit()
    seat.page.clock.install()
    seat.outline("The exam").click()
    choices = seat.sco.locator(".time-choice label").all_inner_texts()
    assert choices == ["20 minutes", "30 minutes", "No time limit"]
    seat.sco.get_by_label("30 minutes").check()
    seat.press("Start the exam")
    expect(seat.sco.locator(".time-left")).to_have_text("Time left: 30 minutes")
    seat.page.clock.run_for(31 * MINUTE)
    expect(seat.sco.get_by_role("heading", name="Your time is over")).to_be_visible()
    seat.press("I need more time")

    expect(seat.sco.get_by_text("There is no time limit for you now.")).to_be_visible()
    expect(seat.sco.locator(".time-left")).to_be_hidden()
    expect(seat.sco.get_by_role("button", name="Change question 1", exact=True)).to_be_visible()
    kept = {name: value for name, value in lms.session.items() if "time" not in name}
    assert "30" not in str(kept), "the LMS is not told"


def test_the_warning_comes_in_lessons_too_and_the_time_is_in_the_bar(load: Load, sit: Sit) -> None:
    load(course=COURSE, exam=exam(time_limit_minutes=20, opens="any-time"))
    seat = sit()
    begin(seat)
    seat.outline("A lesson").click()
    expect(seat.sco.locator(".time-left")).to_have_text("Time left: 20 minutes")
    seat.page.clock.run_for(15 * MINUTE)
    expect(seat.sco.locator("#_warning")).to_contain_text("Time left: 5 minutes.")
    seat.page.clock.run_for(6 * MINUTE)

    expect(seat.sco.locator("#_warning")).to_have_text("Your time is over")
    expect(seat.sco.get_by_role("heading", name="A lesson", level=2)).to_be_visible()
    seat.outline("The exam").click()
    seat.press("Continue the exam")
    expect(seat.sco.get_by_role("heading", name="Your time is over")).to_be_visible()


def test_a_window_that_was_hidden_until_the_time_was_over_says_so(load: Load, sit: Sit) -> None:
    load(course=COURSE, exam=exam(time_limit_minutes=20, opens="any-time", feedback="each"))
    seat = sit()
    begin(seat)
    hide = "(state) => { Object.defineProperty(document, 'visibilityState', { value: state, configurable: true }); document.dispatchEvent(new Event('visibilitychange')); }"
    seat.sco.evaluate(hide, "hidden")
    seat.page.clock.fast_forward(21 * MINUTE)
    seat.sco.evaluate(hide, "visible")

    expect(seat.sco.get_by_role("heading", name="Your time is over")).to_be_visible()
    expect(seat.sco.get_by_role("button", name="Check answer")).to_have_count(0)


def test_a_course_that_was_left_no_longer_speaks_of_the_time(load: Load, sit: Sit) -> None:
    load(course=COURSE, exam=exam(time_limit_minutes=20, opens="any-time"))
    seat = sit()
    begin(seat)
    seat.press("Save and exit")
    expect(seat.sco.get_by_role("heading", name="You can close this page now")).to_be_focused()
    seat.page.clock.run_for(21 * MINUTE)

    expect(seat.sco.locator("#_warning")).to_be_empty()
    expect(seat.sco.locator(".time-left")).to_be_hidden()


def test_a_second_attempt_takes_its_time_by_the_label(load: Load, sit: Sit) -> None:
    load(course=COURSE, exam=exam(time_limit_minutes=20, opens="any-time"))
    seat = sit()
    begin(seat)
    seat.press("Review your answers")
    seat.press("Submit my answers")
    seat.sco.locator(".time-choice label", has_text="40 minutes").click()
    seat.press("Try the exam again")
    expect(seat.sco.locator(".time-left")).to_have_text("Time left: 40 minutes")
    seat.press("I need more time")

    expect(seat.sco.get_by_role("heading", name="Question 1 of 2")).to_be_focused()
    expect(seat.sco.locator("#_warning")).to_have_text("There is no time limit for you now.")


def test_without_extra_time_there_is_nothing_to_choose(load: Load, sit: Sit) -> None:
    load(course=COURSE, exam=exam(time_limit_minutes=20, opens="any-time", extra_time="[]"))
    seat = sit()
    begin(seat)

    expect(seat.sco.locator(".time-left")).to_have_text("Time left: 20 minutes")
    expect(seat.sco.get_by_role("button", name="I need more time")).to_have_count(0)


def test_the_time_goes_on_while_the_course_is_closed(load: Load, sit: Sit) -> None:
    load(course=COURSE, exam=exam(time_limit_minutes=20, opens="any-time"))
    seat = sit()
    begin(seat)
    seat.page.clock.run_for(2 * MINUTE)
    seat.outline("A lesson").click()
    seat.page.reload()
    expect(seat.sco.get_by_role("heading", name="A lesson", level=2)).to_be_visible()
    expect(seat.sco.locator(".time-left")).to_have_text("Time left: 18 minutes")
    seat.outline("The exam").click()
    seat.press("Continue the exam")
    expect(seat.sco.locator(".time-left")).to_have_text("Time left: 18 minutes")
    seat.page.goto("about:blank")
    seat.page.clock.run_for(16 * MINUTE)
    seat.page.goto(seat.lms.url)
    seat.press("Continue the exam")

    expect(seat.sco.locator(".time-left")).to_have_text("Time left: 2 minutes")


def test_with_a_pause_the_time_stands_still_elsewhere(load: Load, sit: Sit) -> None:
    load(course=COURSE, exam=exam(time_limit_minutes=20, opens="any-time", pause="true"))
    seat = sit()
    begin(seat)
    seat.page.clock.run_for(2 * MINUTE)
    seat.outline("Start page").click()
    seat.page.clock.run_for(10 * MINUTE)
    seat.outline("The exam").click()
    seat.press("Continue the exam")
    expect(seat.sco.locator(".time-left")).to_have_text("Time left: 18 minutes")


def test_the_waiting_time_is_said_and_kept_and_ends_by_itself(load: Load, sit: Sit, lms: Lms) -> None:
    load(course=COURSE, exam=exam(wait_hours=2, opens="any-time", attempts=2))
    seat = sit()
    begin(seat)
    seat.press("Review your answers")
    seat.press("Submit my answers")
    expect(seat.sco.get_by_text("You can try again from")).to_be_visible()
    expect(seat.sco.get_by_role("button", name="Try the exam again")).to_have_count(0)
    assert lms.status == "incomplete"
    seat.page.reload()
    expect(seat.sco.get_by_text("You can try again from")).to_be_visible()
    seat.page.clock.run_for(2 * 60 * MINUTE + 1000)

    seat.press("Try the exam again")
    expect(seat.sco.get_by_role("heading", name="Question 1 of 2")).to_be_visible()


def test_wrong_answers_lead_to_the_lessons_behind_them(sit: Sit) -> None:
    seat = sit()
    seat.do_lessons()
    seat.press("Start the exam")
    seat.do_exam(right=False)

    worth = seat.sco.get_by_role("heading", name="Worth reading again before you go on")
    expect(worth).to_be_visible()
    behind = seat.sco.locator(".behind").first
    expect(behind).to_contain_text("Read again:")
    title = behind.get_by_role("link").first.inner_text()
    behind.get_by_role("link").first.click()
    expect(seat.sco.locator(".screen:not([hidden]) > h2")).to_have_text(title)
    seat.outline("Disclosure exam").click()
    expect(worth).to_be_visible()
