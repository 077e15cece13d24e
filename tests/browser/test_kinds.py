"""Every kind of question in a browser: right, wrong, partly, empty and changed, by mouse and by keys, on a phone."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from kinds import FILES, QUESTIONS, answer_by_clicks, answer_by_keys, form_of, ways
from learner import Seat, Sit
from lms_server import Lms, read_package
from playwright.sync_api import Locator, expect
from support import TODAY
from test_accessibility import axe

from smac_courses.model.lock import format_lock
from smac_courses.pipeline import build_course, check_courses
from smac_courses.targets import TARGETS

KINDS = [line.partition("{#")[2].split()[0].rstrip("}") for line in QUESTIONS.splitlines() if line.startswith("### ")]
VERDICTS = {"right": "Correct", "wrong": "Not correct"}
NOTHING = (
    "Choose an answer first.|Write something first.|Move something first.|Go on to the end of the conversation first."
)
Load = Callable[..., None]


@pytest.fixture
def load_kinds(project: Callable[..., Path], lms: Lms, target: str, tmp_path: Path) -> Load:
    """A function that puts the course with every kind into the LMS, with some of its files changed."""

    lock: dict[str, str] = {}

    def loaded(changed: dict[str, str] | None = None) -> None:
        checked = check_courses([project({**FILES, **lock, **(changed or {})})], TODAY)
        assert not checked.report.has_errors, list(checked.report)
        lock["c/course.lock"] = format_lock(checked.project.courses[0].with_all_ordinals().ordinals)
        lms.package = read_package(build_course(checked.project.courses[0], TARGETS[target], tmp_path).path)

    return loaded


def question_of(seat: Seat, name: str) -> dict[str, Any]:
    return next(one for one in seat.data()["lessons"][0]["practice"] if one["key"] == f"m.{name}")


def go(seat: Seat, screen: str) -> None:
    seat.sco.evaluate("(screen) => { location.hash = screen; }", screen)
    expect(seat.sco.locator(f"[id='{screen}']")).to_be_visible()


def check(seat: Seat, question: dict[str, Any]) -> None:
    form_of(seat, question).locator("[data-check]").click()


def paste(field: Locator, text: str) -> None:
    """Put a text into a field at once: the browser needs long to type thousands of lines."""
    field.evaluate(
        "(one, text) => { one.value = text; one.dispatchEvent(new Event('input', { bubbles: true })); }", text
    )


def last_told(lms: Lms) -> dict[str, Any]:
    return lms.told[-1]


@pytest.mark.parametrize("width", [pytest.param(1200, marks=pytest.mark.deep), 320])
@pytest.mark.parametrize("name", KINDS)
def test_a_kind_answered_in_every_way(name: str, width: int, load_kinds: Load, sit: Sit, lms: Lms) -> None:
    load_kinds()
    seat = sit(viewport={"width": width, "height": 800})
    go(seat, "m.lesson")
    question = question_of(seat, name)
    known = ways(question)
    form = form_of(seat, question)

    check(seat, question)
    problem = form.locator(".problem")
    expect(problem).to_be_visible()
    assert problem.inner_text() in NOTHING.split("|")
    assert seat.sco.evaluate("document.activeElement.closest('form')?.dataset.question") == question["key"]
    assert not lms.told
    for way, answer in (("wrong", known.wrong), ("part", known.part), ("right", known.right)):
        if answer is None:
            continue
        answer_by_clicks(seat, question, answer)
        expect(form.locator(".feedback")).to_be_empty()
        check(seat, question)
        expect(form.locator(".verdict")).to_have_text(
            VERDICTS.get(way, "Nearly right" if name == "text" else "Partly right")
        )
        told = last_told(lms)
        points = {"wrong": 0, "part": known.part_points, "right": known.points}[way]
        results = {0: "wrong", known.points: "correct"}
        assert told["result"] == results.get(points, str(points))
        assert told["weighting"] == str(known.points)
    if known.kept and lms.standard == "scorm12":
        assert last_told(lms)["response"] == known.kept
    if told["patterns"] and name in {"single", "multiple", "true-false", "post-review", "match", "order"}:
        assert told["response"] == told["patterns"][0]
    assert seat.sco.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_answered_by_keys_alone(name: str, load_kinds: Load, sit: Sit, lms: Lms) -> None:
    load_kinds()
    seat = sit()
    go(seat, "m.lesson")
    question = question_of(seat, name)
    answer_by_keys(seat, question, ways(question).right)
    keys = seat.page.keyboard
    for _ in range(12):
        keys.press("Tab")
        if seat.sco.evaluate("document.activeElement.matches('[data-check]')"):
            break
    keys.press("Enter")

    expect(form_of(seat, question).locator(".verdict")).to_have_text("Correct")
    assert last_told(lms)["result"] == "correct"


def test_what_nobody_grades_is_recorded_as_neutral(load_kinds: Load, sit: Sit, lms: Lms) -> None:
    load_kinds()
    seat = sit()
    go(seat, "m.lesson")
    answers = {"likert": ["4"], "survey": ["a", "b"], "essay": ["First\nsecond"], "attest": ["yes"]}
    kept = {}
    for name, answer in answers.items():
        question = question_of(seat, name)
        answer_by_clicks(seat, question, answer)
        check(seat, question)
        expect(form_of(seat, question).locator(".verdict")).to_have_text("Thank you. Your answer is recorded.")
        told = last_told(lms)
        assert (told["result"], told["weighting"]) == ("neutral", "0")
        kept[name] = (told["type"], told["response"])
    if lms.standard == "scorm12":
        assert kept["likert"] == ("likert", "d")
        assert kept["survey"] == ("choice", "a,b")
        assert kept["essay"] == ("fill-in", "First second")
    else:
        assert kept["likert"] == ("likert", "4")
        assert kept["survey"] == ("choice", "a[,]b")
        assert kept["essay"] == ("long-fill-in", "{lang=en}First second")
    expect(form_of(seat, question_of(seat, "essay")).locator(".feedback")).to_contain_text("A model answer")
    about = json.loads(lms.package["smac.json"])["attestations"][0]
    kind, record = kept["attest"]
    assert kind in {"fill-in", "long-fill-in"}
    assert record.removeprefix("{lang=en}").startswith("confirmed 20")
    assert about["statement"] == "I have read the policy of Example Ltd and will follow it."
    assert f"statement {about['statement_digest'][:39]}" in record
    assert f"policy policy 2.1.0 {about['policy_digest'][:39]}" in record


def test_everything_comes_back_at_the_next_sitting(load_kinds: Load, sit: Sit, lms: Lms) -> None:
    load_kinds()
    seat = sit()
    go(seat, "m.lesson")
    given = {}
    for question in seat.data()["lessons"][0]["practice"]:
        name = question["key"].partition(".")[2]
        own = {"likert": ["4"], "survey": ["b"], "essay": ["So 🎉 سلام\nend"], "attest": ["yes"]}
        given[name] = own.get(name) or (ways(question).part or ways(question).right)
        answer_by_clicks(seat, question, given[name])
        check(seat, question)
    expect(seat.sco.get_by_text("Questions answered: 16 of 16")).to_be_visible()
    seat.press("Save and exit")
    seat.page.close()

    again = sit()
    go(again, "m.lesson")
    expect(again.sco.get_by_text("Questions answered: 16 of 16")).to_be_visible()
    told = len(lms.told)
    for question in again.data()["lessons"][0]["practice"]:
        name = question["key"].partition(".")[2]
        form = form_of(again, question)
        if name == "attest":
            expect(form.locator("input")).to_be_disabled()
            expect(form.locator("input")).to_be_checked()
            continue
        check(again, question)  # the same answer: nothing new is told
        if name in {"text", "essay", "post-draft"}:
            assert form.locator("[data-field]").first.input_value() == given[name][0]
    assert len(lms.told) == told


def test_an_exam_of_every_kind(load_kinds: Load, sit: Sit, lms: Lms) -> None:
    load_kinds()
    seat = sit(viewport={"width": 320, "height": 800})
    go(seat, "_exam")
    seat.press("Start the exam")
    asked = 0
    while seat.sco.locator(".review").count() == 0:
        question = seat.shown_question()
        answer_by_clicks(seat, question, ways(question).right)
        asked += 1
        onward = seat.sco.get_by_role("button", name="Next question")
        seat.press("Next question" if onward.count() else "Review your answers")
    assert asked == len(KINDS)
    expect(seat.sco.get_by_text("Every question has an answer.")).to_be_visible()
    expect(seat.sco.locator(".review")).to_contain_text("at the start")
    expect(seat.sco.locator(".review")).to_contain_text("1. Stop")
    expect(seat.sco.locator(".review")).to_contain_text("Disclose → Readers know who speaks")
    assert seat.sco.evaluate("document.documentElement.scrollWidth") <= 320
    seat.press("Submit my answers")

    expect(seat.sco.get_by_role("heading", name="You passed")).to_be_visible()
    expect(seat.sco.locator("form.question:visible .verdict")).to_have_text(["Correct"] * asked)
    assert lms.score == "100"
    assert {one["result"] for one in lms.told} == {"correct"}
    assert len(lms.told) == asked


def test_a_text_that_is_being_written_is_kept_when_the_tab_is_closed(load_kinds: Load, sit: Sit, lms: Lms) -> None:
    load_kinds()
    seat = sit()
    go(seat, "_exam")
    seat.press("Start the exam")
    while seat.shown_question()["kind"] != "text":
        seat.press("Next question")
    form_of(seat, seat.shown_question()).locator("input").press_sequentially("disclosure")
    seat.page.goto("about:blank")  # gone like a closed tab; Playwright would cut off what it says last

    again = sit()
    go(again, "_exam")
    again.press("Continue the exam")
    again.press("Review your answers")
    expect(again.sco.locator(".review")).to_contain_text("disclosure")


@pytest.mark.parametrize(
    ("letter", "size"), [("x", 1), ("x", 5000), ("🎉", 300), ("س", 5000), ("日", 300), ("a\n", 5000)]
)
def test_texts_of_any_size_are_taken_by_the_lms(size: int, letter: str, load_kinds: Load, sit: Sit, lms: Lms) -> None:
    load_kinds()
    seat = sit()
    go(seat, "m.lesson")
    for name in ("text", "essay", "post-draft"):
        question = question_of(seat, name)
        form = form_of(seat, question)
        paste(form.locator("[data-field]").first, (letter * size).rstrip("\n"))
        check(seat, question)
        problem = form.locator(".problem")
        if problem.is_visible():
            expect(problem).to_contain_text("Too long by about")
            room = int(form.locator("[data-field]").first.get_attribute("data-room") or 0)
            paste(form.locator("[data-field]").first, letter * (room // 4))
            check(seat, question)
        expect(form.locator(".verdict")).to_be_visible()
        told = last_told(lms)
        assert told["id"] == question["key"]
        limit = 255 if lms.standard == "scorm12" else 4000
        assert 0 < len(told["response"].encode("utf-16-le")) // 2 <= limit
        assert "\n" not in told["response"]


def test_a_changed_statement_has_to_be_confirmed_again(load_kinds: Load, sit: Sit, lms: Lms) -> None:
    load_kinds()
    seat = sit()
    go(seat, "m.lesson")
    answer_by_clicks(seat, question_of(seat, "attest"), ["yes"])
    check(seat, question_of(seat, "attest"))
    seat.press("Save and exit")
    seat.page.close()
    load_kinds({"policy.md": FILES["policy.md"].replace("Say who you are.", "Say who you are, always.")})

    again = sit()
    go(again, "m.lesson")
    form = form_of(again, question_of(again, "attest"))
    expect(form.locator("input")).to_be_enabled()
    expect(form.locator("input")).not_to_be_checked()


def test_an_update_in_mid_exam_loses_nothing_that_still_exists(load_kinds: Load, sit: Sit, lms: Lms) -> None:
    load_kinds()
    seat = sit()
    go(seat, "_exam")
    seat.press("Start the exam")
    given: dict[str, list[str]] = {}
    while seat.sco.locator(".review").count() == 0:
        question = seat.shown_question()
        answer_by_clicks(seat, question, ways(question).right)
        onward = seat.sco.get_by_role("button", name="Next question")
        seat.press("Next question" if onward.count() else "Review your answers")
        given[question["key"]] = ways(question).right
    before = seat.sco.locator(".review > li").all_inner_texts()
    seat.press("Save and exit")
    seat.page.close()
    exam = FILES["c/exam.md"].replace("- ( ) At the end.", "- ( ) Nowhere. {#nowhere}\n  > No.\n- ( ) At the end. {#a}")
    exam = exam.replace("- (x) At the start.", "- (x) At the very start. {#b}").replace("2. Think", "2. Think twice")
    start = exam.index("### Sort these.")
    exam = exam[:start] + exam[exam.index("### Put the steps") :]
    load_kinds({"c/exam.md": exam})

    again = sit()
    go(again, "_exam")
    again.press("Continue the exam")
    if again.sco.locator(".review").count() == 0:
        again.press("Review your answers")
    after = again.sco.locator(".review > li").all_inner_texts()
    assert len(after) == len(before) - 1
    assert sum("Not answered" in one for one in after) == 0
    assert any("At the very start." in one for one in after)
    assert any("2. Think twice" in one for one in after)
    again.press("Submit my answers")
    expect(again.sco.get_by_role("heading", name="You passed")).to_be_visible()


def test_no_key_of_a_deter_course_is_in_clear_text(load_kinds: Load, sit: Sit, lms: Lms) -> None:
    load_kinds({"c/course.yml": FILES["c/course.yml"] + "grading: deter\n"})
    words = ["Nearly: that is", "A claim about others", "#advert", "Project Falcon", "#gifted", "Few read that far",
             '"right"', '"solution"', '"pairs"', '"low"', "First things first"]  # fmt: skip
    for path, data in lms.package.items():
        if path != "player.js":  # which knows the names of keys, not their values
            text = data.decode("utf-8", "replace")
            assert [word for word in words if word in text] == [], path
    seat = sit()
    go(seat, "m.lesson")
    for name, answer, verdict in (
        ("single", ["a"], "Not correct"),
        ("single", ["b"], "Correct"),
        ("text", ["disclaimer"], "Nearly right"),
        ("post-draft", ["#gifted: a phone, and I like it for its camera", "A phone on a table"], "Correct"),
    ):
        question = question_of(seat, name)
        answer_by_clicks(seat, question, answer)
        check(seat, question)
        expect(form_of(seat, question).locator(".verdict")).to_have_text(verdict)
        told = last_told(lms)
        assert bool(told.get("correct_responses")) == (verdict == "Correct" and name == "single")
    expect(form_of(seat, question_of(seat, "text")).locator(".feedback")).to_contain_text("Nearly: that is the small")


@pytest.mark.parametrize(
    ("language", "width", "scheme"), [("en", 1200, "dark"), ("ar", 320, "light"), ("de", 320, "dark")]
)
def test_axe_finds_nothing_on_any_kind(
    language: str, width: int, scheme: str, load_kinds: Load, sit: Sit, npm_packages: Path
) -> None:
    load_kinds({"c/course.yml": FILES["c/course.yml"] + f"language: {language}\n"})
    seat = sit(viewport={"width": width, "height": 800}, color_scheme=scheme)
    go(seat, "m.lesson")
    axe(seat, npm_packages, "unanswered")
    practice = seat.data()["lessons"][0]["practice"]
    for question in practice:
        check(seat, question)
    axe(seat, npm_packages, "with problems")
    for way in ("wrong", "right"):
        for question in practice:
            name = question["key"].partition(".")[2]
            own = {"likert": ["4"], "survey": ["b"], "essay": ["So."], "attest": ["yes"]}
            if name in own and way == "right":
                continue
            answer_by_clicks(seat, question, own.get(name) or getattr(ways(question), way))
            check(seat, question)
        axe(seat, npm_packages, way)
        assert seat.sco.evaluate("document.documentElement.scrollWidth") <= width


def test_what_was_begun_and_not_checked_is_not_left_without_a_word(load_kinds: Load, sit: Sit, lms: Lms) -> None:
    load_kinds()
    seat = sit()
    go(seat, "m.lesson")
    answer_by_clicks(seat, question_of(seat, "essay"), ["Half a thought"])
    go(seat, "_home")
    seat.press("Save and exit")
    expect(seat.sco.get_by_text("You have begun an answer that is not checked yet.")).to_be_visible()
    seat.press("Go to it")
    assert seat.sco.evaluate("document.activeElement.value") == "Half a thought"
    check(seat, question_of(seat, "essay"))
    seat.press("Save and exit")
    expect(seat.sco.get_by_role("heading", name="You can close this page now")).to_be_visible()


def test_what_is_half_done_is_called_so(load_kinds: Load, sit: Sit, lms: Lms) -> None:
    load_kinds()
    seat = sit()
    go(seat, "m.lesson")
    halves = {"blanks": ["b1b", ""], "number": ["about a day"], "scenario": ["1b"]}
    said = ("Fill in everything first.", "Write a number, in digits.", "Go on to the end of the conversation first.")
    for (name, answer), problem in zip(halves.items(), said, strict=True):
        answer_by_clicks(seat, question_of(seat, name), answer)
        check(seat, question_of(seat, name))
        expect(form_of(seat, question_of(seat, name)).locator(".problem")).to_have_text(problem)
        assert seat.sco.evaluate("document.activeElement.closest('form')?.dataset.question") == f"m.{name}"
    go(seat, "_exam")
    seat.press("Start the exam")
    while seat.sco.locator(".review").count() == 0:
        question = seat.shown_question()
        name = question["key"].partition(".")[2]
        answer_by_clicks(seat, question, halves.get(name) or ways(question).right)
        onward = seat.sco.get_by_role("button", name="Next question")
        seat.press("Next question" if onward.count() else "Review your answers")
    expect(seat.sco.get_by_text("Questions that are not finished: 3.")).to_be_visible()
    expect(seat.sco.locator(".review")).to_contain_text("…")


def test_a_text_that_is_written_when_the_time_ends_counts(load_kinds: Load, sit: Sit, lms: Lms) -> None:
    exam = FILES["c/exam.md"].replace("attempts: 2}", "attempts: 2, time_limit_minutes: 1, extra_time: []}")
    load_kinds({"c/exam.md": exam})
    seat = sit()
    seat.page.clock.install()
    go(seat, "_exam")
    seat.press("Start the exam")
    while seat.shown_question()["kind"] != "post-draft":
        seat.press("Next question")
    field = form_of(seat, seat.shown_question()).locator("textarea")
    for _ in range(4):
        field.press_sequentially("#gifted: a phone. ")
        seat.page.clock.run_for(10_000)
    expect(seat.sco.get_by_role("heading", name="Your time is over")).to_have_count(0)
    kept = lms.cmi["suspend_data"]
    field.press_sequentially("The end")
    seat.page.clock.run_for(30_000)

    expect(seat.sco.get_by_role("heading", name="Your time is over")).to_be_visible()
    expect(seat.sco.locator(".review")).to_contain_text("The end")
    assert kept != lms.cmi["suspend_data"]


def test_enter_that_ends_a_composition_checks_nothing(load_kinds: Load, sit: Sit, lms: Lms) -> None:
    load_kinds()
    seat = sit()
    go(seat, "m.lesson")
    form = form_of(seat, question_of(seat, "text"))
    form.locator("input").fill("disclosure")
    form.locator("input").evaluate(
        "one => one.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true }))"
    )
    expect(form.locator(".feedback")).to_be_empty()
    form.locator("input").press("Enter")
    expect(form.locator(".verdict")).to_have_text("Correct")


def test_gaps_that_an_update_added_take_nobodys_answer(load_kinds: Load, sit: Sit, lms: Lms) -> None:
    load_kinds()
    seat = sit()
    go(seat, "m.lesson")
    question = question_of(seat, "blanks")
    answer_by_clicks(seat, question, ways(question).right)
    check(seat, question)
    seat.press("Save and exit")
    seat.page.close()
    load_kinds({"modules/m.md": FILES["modules/m.md"].replace("Put it [[", "[[=First]], put it [[")})

    again = sit()
    go(again, "m.lesson")
    fields = form_of(again, question_of(again, "blanks")).locator("[data-field]")
    assert [one.input_value() for one in fields.all()] == ["", "", ""]


def test_in_a_final_check_the_right_button_goes(load_kinds: Load, sit: Sit, lms: Lms) -> None:
    load_kinds({"c/exam.md": FILES["c/exam.md"].replace("attempts: 2}", "attempts: 2, feedback: each}")})
    seat = sit()
    go(seat, "_exam")
    seat.press("Start the exam")
    while seat.shown_question()["kind"] != "scenario":
        seat.press("Next question")
    question = seat.shown_question()
    check(seat, question)
    expect(form_of(seat, question).locator(".problem")).to_be_visible()
    answer_by_clicks(seat, question, ["1a", "2a"])
    expect(form_of(seat, question).locator(".problem")).to_be_hidden()
    check(seat, question)
    expect(form_of(seat, question).locator("[data-check]")).to_have_count(0)
    expect(form_of(seat, question).locator("[data-again]")).to_be_disabled()
    expect(form_of(seat, question).locator(".verdict")).to_have_text("Correct")


def test_in_an_exam_too_long_a_text_is_said_and_its_beginning_kept(load_kinds: Load, sit: Sit, lms: Lms) -> None:
    load_kinds()
    seat = sit()
    go(seat, "_exam")
    seat.press("Start the exam")
    while seat.shown_question()["kind"] != "post-draft":
        seat.press("Next question")
    form = form_of(seat, seat.shown_question())
    paste(form.locator("textarea"), "#gifted " + "x" * 400)
    expect(form.locator(".problem")).to_contain_text("Too long by about")
    seat.press("Review your answers")
    expect(seat.sco.locator(".review")).to_contain_text("#gifted x")
