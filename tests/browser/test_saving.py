"""Nothing that a learner did is lost: an LMS that comes late, refuses, forgets; two windows; a killed browser."""

from __future__ import annotations

import contextlib
import os
import random
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from learner import FLAGS, Seat, Sit
from lms_server import Lms
from playwright.sync_api import Browser, Page, Playwright, expect

from smac_courses.rehearsal.show import BROWSERS

Load = Callable[..., None]
SAVE_STATE = "#_save-state"


def first_lesson(seat: Seat) -> dict[str, Any]:
    seat.press(re.compile("^Start$|Continue where"))
    if seat.sco.locator(".screen:not([hidden])").get_attribute("data-screen") == "opening":
        seat.press("Continue")
    return seat.data()["lessons"][0]


def check(seat: Seat, question: dict[str, Any], right: bool = True) -> None:
    seat.answer(question, right)
    seat.sco.locator(f'form[data-question="{question["key"]}"]').get_by_role("button", name="Check answer").click()


def ticked(seat: Seat, question: dict[str, Any]) -> list[str]:
    form = seat.sco.locator(f'form[data-question="{question["key"]}"]')
    return form.locator("input:checked").evaluate_all("all => all.map((one) => one.value)")


def right_of(question: dict[str, Any]) -> list[str]:
    return question["solution"]["right"]


def forgive(seat: Seat) -> None:
    """A server that fails on purpose is seen in the console."""
    seat.problems.clear()
    seat.page.evaluate("window.refused = []")


def saved(seat: Seat) -> None:
    """Everything has arrived; without waiting until the next try is due."""
    seat.sco.evaluate("window.dispatchEvent(new Event('online'))")
    expect(seat.sco.locator(SAVE_STATE)).to_have_text("Saved", timeout=20_000)


# -- an LMS that comes late, or never ---------------------------------------------------------------------


def test_an_lms_that_comes_late_is_found_and_gets_what_was_done_meanwhile(sit: Sit, lms: Lms) -> None:
    lms.where = "nowhere yet"
    seat = sit()
    expect(seat.sco.locator(SAVE_STATE)).to_have_text("Connecting…")
    question = first_lesson(seat)["practice"][0]
    check(seat, question)

    seat.page.evaluate("showApi()")

    expect(seat.sco.locator(SAVE_STATE)).to_have_text("Saved")
    expect(seat.sco.locator(".screen:not([hidden]) > h2")).to_have_text("What counts as an endorsement")
    assert lms.told[0]["id"] == question["key"]


def test_an_lms_that_comes_late_takes_the_learner_to_where_they_were(sit: Sit, lms: Lms) -> None:
    first_lesson(sit())
    lms.where = "nowhere yet"
    seat = sit()
    seat.page.evaluate("showApi()")

    expect(seat.sco.get_by_text("Welcome back. You were on: What counts as an endorsement.")).to_be_visible()


def test_without_an_lms_the_progress_is_kept_on_the_device_and_one_may_try_again(sit: Sit, lms: Lms) -> None:
    lms.where = "nowhere yet"
    seat = sit()
    question = first_lesson(seat)["practice"][0]
    check(seat, question)
    expect(seat.sco.locator(SAVE_STATE)).to_have_text("Kept on this device only", timeout=8_000)
    seat.page.reload()
    expect(seat.sco.locator(SAVE_STATE)).to_have_text("Kept on this device only", timeout=8_000)
    assert ticked(seat, question) == right_of(question)

    seat.page.evaluate("showApi()")
    seat.press("Connect again")

    expect(seat.sco.locator(SAVE_STATE)).to_have_text("Saved")
    assert lms.place == "ftc-disclosure.endorsement"


def test_a_link_into_the_course_does_not_welcome_back_who_was_never_there(browser: Browser, lms: Lms) -> None:
    page = browser.new_page()
    page.goto(lms.url + "pkg/index.html#ftc-disclosure.wording")

    expect(page.get_by_text("This course is not connected to a learning system.")).to_be_visible(timeout=8_000)
    expect(page.get_by_role("heading", name="Words that work", exact=True)).to_be_visible()
    expect(page.get_by_text("Welcome back")).to_have_count(0)
    page.close()


# -- an LMS that refuses, forgets, changes ----------------------------------------------------------------


def test_a_session_that_ended_is_said_in_words_and_saving_goes_on_after_signing_in(sit: Sit, lms: Lms) -> None:
    seat = sit()
    question = first_lesson(seat)["practice"][0]
    lms.fault = "refuse"
    check(seat, question)
    expect(seat.sco.locator(SAVE_STATE)).to_have_text("Not saved yet")
    expect(seat.sco.get_by_text("sign in again in another tab")).to_be_visible()
    expect(seat.sco.get_by_text("A copy is kept on this device.")).to_be_visible()
    lms.fault = ""

    expect(seat.sco.get_by_text("Everything is saved again.")).to_be_visible(timeout=8_000)
    expect(seat.sco.get_by_text("sign in again")).to_have_count(0)
    assert lms.told[0]["result"] == "correct"
    forgive(seat)


def test_offline_is_said_in_words_and_the_answers_arrive_afterwards(sit: Sit, lms: Lms) -> None:
    seat = sit()
    question = first_lesson(seat)["practice"][0]
    seat.page.context.set_offline(True)
    before = lms.commits
    check(seat, question)
    expect(seat.sco.get_by_text("You are offline.")).to_be_visible()
    seat.press("Save and exit")
    expect(seat.sco.get_by_text("So the course stays open.")).to_be_visible()
    assert lms.commits == before
    seat.page.context.set_offline(False)

    expect(seat.sco.locator(SAVE_STATE)).to_have_text("Saved")
    assert lms.told[0]["result"] == "correct"
    forgive(seat)


def test_after_a_minute_without_saving_the_answers_can_be_downloaded(sit: Sit, lms: Lms) -> None:
    seat = sit()
    question = first_lesson(seat)["practice"][0]
    lms.fault = "refuse"
    seat.page.clock.install()
    check(seat, question)
    expect(seat.sco.locator("#_saving").get_by_role("button")).to_have_count(0)
    seat.page.clock.run_for(61_000)

    with seat.page.expect_download() as download:
        seat.sco.locator("#_saving").get_by_role("button", name="Download my answers").click()

    text = Path(download.value.path()).read_text("utf-8")
    assert download.value.suggested_filename == "smac-disclosure.txt"
    assert "Which of these posts is an endorsement?\n  – " in text
    forgive(seat)


def test_what_an_lms_forgot_comes_back_from_the_device(sit: Sit, lms: Lms) -> None:
    seat = sit()
    question = first_lesson(seat)["practice"][0]
    seat.press("Save and exit")
    lms.fault = "forget"
    seat.page.reload()
    check(seat, question)
    expect(seat.sco.locator(SAVE_STATE)).to_have_text("Saved")  # so it said
    lms.fault = ""
    seat.page.reload()

    expect(seat.sco.get_by_text("were restored from this device")).to_be_visible()
    assert ticked(seat, question) == right_of(question)
    forgive(seat)


def test_an_lms_that_knows_nothing_leaves_the_choice_to_the_learner(sit: Sit, lms: Lms) -> None:
    seat = sit()
    question = first_lesson(seat)["practice"][0]
    check(seat, question)
    seat.page.goto("about:blank")
    lms.settle()
    lms.kept.clear()
    seat.page.goto(lms.url)
    expect(seat.sco.get_by_text("On this device there is progress in this course")).to_be_visible()
    assert ticked(seat, question) == []
    seat.press("Go on with it")

    expect(seat.sco.locator(".screen:not([hidden]) > h2")).to_have_text("What counts as an endorsement")
    assert ticked(seat, question) == right_of(question)
    seat.page.goto("about:blank")
    lms.settle()
    lms.kept.clear()
    seat.page.goto(lms.url)
    seat.press("Go on without it")
    expect(seat.sco.get_by_text("On this device there is progress")).to_have_count(0)
    seat.page.reload()
    expect(seat.sco.get_by_text("On this device there is progress")).to_have_count(0)


@pytest.mark.parametrize("damage", ["lower()", "[:-3]"])
def test_damaged_progress_is_told_and_the_place_is_kept(sit: Sit, lms: Lms, damage: str) -> None:
    first_lesson(sit())
    for kept in (lms.kept["again"]["cmi"], lms.kept["strict"]):
        name = "suspend_data" if "suspend_data" in kept else "cmi.suspend_data"
        kept[name] = kept[name].lower() if damage == "lower()" else kept[name][:-3]

    seat = sit()

    expect(seat.sco.get_by_text("gave back damaged progress")).to_be_visible()
    expect(seat.sco.locator(".screen:not([hidden]) > h2")).to_have_text("What counts as an endorsement")


def test_where_nothing_can_be_kept_on_the_device_the_course_works_all_the_same(sit: Sit, lms: Lms) -> None:
    seat = sit()
    seat.page.context.add_init_script(
        "for (const name of ['localStorage', 'sessionStorage', 'indexedDB', 'BroadcastChannel']) "
        "Object.defineProperty(window, name, { get() { throw new DOMException('no', 'SecurityError'); } });"
    )
    seat.page.reload()
    question = first_lesson(seat)["practice"][0]
    check(seat, question)

    assert lms.told[0]["result"] == "correct"
    seat.outline("Help and settings").click()
    expect(seat.sco.locator("#_report")).to_contain_text("Copy on this device: no")
    seat.sco.get_by_label("Dark").check()
    assert seat.sco.locator("html").get_attribute("data-theme") == "dark"


# -- windows ----------------------------------------------------------------------------------------------


def second_window(seat: Seat) -> Seat:
    other = Seat(seat.page.context.new_page(), seat.lms)
    other.page.goto(seat.lms.url)
    other.page.wait_for_function(
        "window.isReady && frames[0]?.document.documentElement?.classList.contains('is-ready')"
    )
    return other


def test_a_second_window_waits_until_the_learner_goes_on_there(sit: Sit, lms: Lms) -> None:
    seat = sit()
    question, second_question = first_lesson(seat)["practice"][:2]
    other = second_window(seat)
    expect(other.sco.get_by_role("heading", name="This course is open in another window")).to_be_visible()
    assert other.calls() == []
    check(seat, question)
    other.press("Go on here")

    expect(seat.sco.get_by_role("heading", name="The course goes on in another window")).to_be_visible()
    assert seat.ends() == [["", "true"]]
    expect(other.sco.locator(".screen:not([hidden]) > h2")).to_have_text("What counts as an endorsement")
    assert ticked(other, question) == right_of(question)
    check(other, second_question)
    seat.page.close()
    other.page.reload()
    assert ticked(other, question) == right_of(question)
    assert ticked(other, second_question) == right_of(second_question)


def test_a_window_hands_nothing_over_to_another_learner(sit: Sit, lms: Lms) -> None:
    seat = sit()
    seat.do_lessons()
    seat.press("Start the exam")
    seat.do_exam()
    lms.kept, lms.learner = {}, "kim"
    other = second_window(seat)
    expect(other.sco.get_by_role("heading", name="This course is open in another window")).to_be_focused()
    other.press("Go on here")

    expect(other.sco.get_by_role("button", name="Start")).to_be_visible()
    expect(other.sco.get_by_text("You have completed this course.")).to_have_count(0)
    assert [lms.name("lesson_status"), "incomplete", "true"] in other.calls("SetValue")
    assert not [call for call in other.calls("SetValue") if call[1] in {"passed", "completed"}]


def test_what_was_done_before_the_lms_came_outlives_the_page(sit: Sit, lms: Lms) -> None:
    lms.where = "nowhere yet"
    seat = sit()
    question = first_lesson(seat)["practice"][0]
    check(seat, question)
    seat.press("Save and exit")
    expect(seat.sco.get_by_text("Your progress is kept on this device only.")).to_be_visible()
    lms.where = "parent"
    seat.page.goto("about:blank")
    seat.page.goto(lms.url)
    seat.press("Go on with it")

    assert ticked(seat, question) == right_of(question)
    assert lms.told[0]["id"] == question["key"]


def test_an_offer_stays_until_it_is_answered(sit: Sit, lms: Lms) -> None:
    seat = sit()
    lesson = first_lesson(seat)
    check(seat, lesson["practice"][0])
    seat.page.goto("about:blank")
    lms.settle()
    lms.kept.clear()
    seat.page.goto(lms.url)
    seat.press("Start")
    expect(seat.sco.get_by_text("On this device there is progress")).to_be_visible()
    seat.press("Continue")
    check(seat, lesson["practice"][1])
    seat.press("Go on with it")

    for question in lesson["practice"][:2]:
        assert ticked(seat, question) == right_of(question)


def test_an_open_attempt_is_handed_over_to_the_second_window(sit: Sit, lms: Lms) -> None:
    seat = sit()
    seat.do_lessons()
    seat.press("Start the exam")
    other = second_window(seat)
    question = seat.shown_question()
    seat.answer(question)
    other.press("Go on here")
    other.press("Continue the exam")
    other.press("Review your answers")
    other.sco.get_by_role("button", name="Change question 1", exact=True).click()

    assert other.shown_question()["key"] == question["key"]
    assert sorted(ticked(other, question)) == sorted(right_of(question))


def test_a_window_that_was_closed_or_crashed_blocks_nobody(sit: Sit, lms: Lms) -> None:
    seat = sit()
    other = Seat(seat.page.context.new_page(), lms)
    seat.page.close()
    other.page.goto(lms.url)
    expect(other.sco.get_by_role("button", name="Start")).to_be_visible()
    other.page.evaluate("localStorage.setItem('smac/smac-disclosure/open', '1')")  # as after a crash
    fresh = second_window(Seat(other.page, lms))
    expect(fresh.sco.get_by_role("heading", name="This course is open in another window")).to_be_visible()
    other.page.close()
    fresh.page.evaluate("localStorage.setItem('smac/smac-disclosure/open', '1')")
    fresh.page.reload()
    expect(fresh.sco.get_by_role("button", name="Start")).to_be_visible()


def test_back_from_the_cache_the_course_begins_a_new_session(sit: Sit, lms: Lms) -> None:
    seat = sit()
    question = first_lesson(seat)["practice"][0]
    check(seat, question)
    seat.page.goto(lms.url + "favicon.ico")
    lms.settle()
    seat.page.go_back()

    expect(seat.sco.locator(".screen:not([hidden]) > h2")).to_have_text("What counts as an endorsement")
    assert ticked(seat, question) == right_of(question)
    expect(seat.sco.locator(SAVE_STATE)).to_have_text("Saved")


# -- help -------------------------------------------------------------------------------------------------


def test_help_says_how_saving_stands_and_reports_every_call(sit: Sit, lms: Lms) -> None:
    seat = sit()
    question = first_lesson(seat)["practice"][0]
    check(seat, question)
    seat.outline("Help and settings").click()

    expect(seat.sco.locator("#_help-saving")).to_have_text("SavedA copy is kept on this device.")
    report = seat.sco.locator("#_report").inner_text()
    assert "smac-disclosure 1.0.0, smac-courses" in report
    assert "API: window.parent" in report
    assert f'SetValue("cmi.interactions.0.id", "{question["key"]}") → "true"' in report
    assert f"of {4096 if lms.standard == 'scorm12' else 64000} characters" in report
    assert "Doe" not in report
    assert "jo" not in re.findall(r"[a-z]+", report)
    seat.press("Copy the report")
    expect(seat.sco.locator("#_copied")).to_have_text(re.compile("Copied|Ctrl"))
    seat.press("Download my answers")
    expect(seat.sco.locator("#_answers")).to_contain_text("Which of these posts is an endorsement?")
    assert lms.place == "ftc-disclosure.endorsement", "help is not a place to come back to"


# -- a browser that dies ----------------------------------------------------------------------------------


def test_a_browser_killed_right_after_an_answer_has_lost_nothing(
    playwright_driver: Playwright, lms: Lms, tmp_path: Path
) -> None:
    tries = 20 if os.environ.get("SMAC_DEEP") else 3
    for turn in range(tries):
        lms.kept.clear()
        page, kill = killable(playwright_driver, tmp_path / str(turn))
        seat = Seat(page, lms)
        page.goto(lms.url)
        question = first_lesson(seat)["practice"][0]
        check(seat, question)
        kill()

        page, kill = killable(playwright_driver, tmp_path / f"{turn}-again")
        seat = Seat(page, lms)
        page.goto(lms.url)
        expect(seat.sco.locator(".screen:not([hidden]) > h2")).to_have_text("What counts as an endorsement")
        assert ticked(seat, question) == right_of(question)
        assert lms.told[0]["id"] == question["key"]
        kill()


def killable(driver: Playwright, profile: Path) -> tuple[Page, Callable[[], None]]:
    """A page in a browser of its own, and what kills that browser with SIGKILL."""
    path = next(filter(None, map(shutil.which, BROWSERS)))
    port_file = profile / "DevToolsActivePort"
    process = subprocess.Popen(
        [path, *FLAGS, "--headless", "--remote-debugging-port=0", f"--user-data-dir={profile}", "about:blank"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    while not port_file.exists() or not port_file.read_text().strip():
        time.sleep(0.05)
    browser = driver.chromium.connect_over_cdp(f"http://127.0.0.1:{port_file.read_text().splitlines()[0]}")

    def kill() -> None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        with contextlib.suppress(Exception):
            browser.close()

    return browser.contexts[0].pages[0], kill


SITTINGS = 300 if os.environ.get("SMAC_DEEP") else 12
BATCHES = SITTINGS // 3 if SITTINGS < 30 else 10  # so that they can run side by side


# -- many sittings under faults ---------------------------------------------------------------------------


@pytest.mark.scales
@pytest.mark.parametrize("batch", range(BATCHES))
def test_sittings_under_faults_lose_no_answer(batch: int, load: Load, sit: Sit, lms: Lms) -> None:
    """12 sittings in `make test`, 300 in `make test-deep`: faults, lost lines, closed and reloaded pages at random."""
    for seed in range(batch, SITTINGS // 3, BATCHES):
        chance = random.Random(seed)
        lms.kept.clear()
        lms.fault = ""
        seat = sit()
        given: dict[str, list[str]] = {}
        for turn in range(3):
            lessons = seat.data()["lessons"]
            for _ in range(4):
                lms.fault = chance.choice(["", "", "refuse"])
                seat.page.context.set_offline(chance.random() < 0.3)
                lesson = chance.choice(lessons)
                seat.sco.evaluate("(key) => { location.hash = key; }", lesson["key"])
                question = chance.choice(lesson["practice"])
                right = chance.random() < 0.5
                check(seat, question, right)
                given[question["key"]] = ticked(seat, question)
            if chance.random() < 0.5:
                lms.fault = ""
                seat.page.context.set_offline(False)
                saved(seat)
            seat.page.context.set_offline(False)
            if turn < 2:
                lms.fault = "" if chance.random() < 0.5 else lms.fault
                seat.page.goto("about:blank")
                lms.settle()
                lms.fault = ""
                seat.page.goto(lms.url)
                seat.page.wait_for_function("frames[0]?.document.documentElement?.classList.contains('is-ready')")
                if seat.sco.get_by_role("button", name="Go on with it").count():
                    seat.press("Go on with it")
        lms.fault = ""
        saved(seat)
        forgive(seat)
        seat.page.goto("about:blank")
        lms.settle()
        # A device of its own: only what the LMS has counts.
        fresh = sit()
        for key, answer in given.items():
            form = fresh.sco.locator(f'form[data-question="{key}"]')
            kept = form.locator("input:checked").evaluate_all("all => all.map((one) => one.value)")
            assert sorted(kept) == sorted(answer), f"seed {seed}: {key}"
        told = {one["id"] for one in lms.told}
        assert told >= set(given), f"seed {seed}"
        seat.page.context.close()
        fresh.page.context.close()
