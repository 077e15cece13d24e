"""Modules as SCOs of their own and an exam behind a gate, played in the sequencing engine of scorm-again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from learner import watch
from lms_server import read_package
from playwright.sync_api import Browser, Frame, Page, expect
from sequencing import SequencingLms, serve_sequencing
from support import MODULE, TODAY

from smac_courses.pipeline import build_course, check_courses
from smac_courses.targets import TARGETS

COURSE = """\
id: c
title: A course
version: 1.0.0
modules: [../modules/m.md, ../modules/n.md, exam.md]
structure: modules
sequencing: full
"""
PRACTICE = "\n### Is it? {#is-it}\n\n- (x) Yes.\n- ( ) No.\n\n> So it is.\n"
EXAM = """\
---
id: e
title: The exam
review_by: 2099-01-01
exam: {pass_percent: 80, attempts: ATTEMPTS}
---

## Posting {#posting}

### Who answers a journalist? {#press}

- (x) The press office.
- ( ) Whoever was asked.

> The press office knows the whole story.
"""
FIRST, SECOND, EXAM_ITEM = "ITEM-m", "ITEM-n", "ITEM-e"
Open = Callable[..., "Learner"]


class Learner:
    def __init__(self, page: Page, lms: SequencingLms) -> None:
        self.page, self.lms = page, lms
        self.problems: list[str] = []
        watch(page, self.problems)
        page.goto(lms.url)
        page.wait_for_function("window.isReady")

    @property
    def sco(self) -> Frame:
        return next(one for one in self.page.frames if "/pkg/" in one.url)

    def choose(self, item: str) -> bool:
        """Ask the LMS for an item; whether its engine allows it."""
        allowed = self.page.evaluate("(id) => window.choose(id)", item)
        if allowed:
            self.page.wait_for_function(
                "frames[0]?.location.pathname.startsWith('/pkg/') "
                "&& frames[0].document.documentElement?.classList.contains('is-ready')"
            )
        return allowed

    def go_on(self) -> bool:
        """The LMS's own button "Continue"."""
        return self.choose("")

    def press(self, name: str | re.Pattern[str]) -> None:
        self.sco.get_by_role("button", name=name, exact=isinstance(name, str)).click()

    def do_module(self, answer: str = "Yes.") -> None:
        self.press(re.compile("^Start|^Continue"))
        while self.sco.get_by_text("You have completed this part of the course.").count() == 0:
            if (field := self.sco.get_by_label(answer)).locator("visible=true").count():
                field.locator("visible=true").check()
                self.press("Check answer")
            self.press("Continue")

    def do_exam(self, answer: str) -> None:
        if (way := self.sco.get_by_role("button", name="Go to the exam")).is_visible():
            way.click()
        self.press(re.compile("^Try the exam again$|^Start the exam$"))
        self.sco.get_by_label(answer).locator("visible=true").check()
        self.press("Review your answers")
        self.press("Submit my answers")

    def root(self) -> dict[str, Any]:
        return self.page.evaluate("window.root()")

    def leave(self) -> None:
        """Close the course as a tab is closed; the LMS keeps what it has."""
        self.page.evaluate("document.querySelector('iframe').src = 'about:blank'")
        self.page.wait_for_function("frames[0].location.href === 'about:blank'")
        self.lms.kept = self.page.evaluate("window.state()")
        assert self.page.evaluate("window.refused") == []
        assert self.problems == []
        self.page.close()


@pytest.fixture
def lms_with(
    project: Callable[..., Path], tmp_path: Path, npm_packages: Path
) -> Iterator[Callable[..., SequencingLms]]:
    servers = []

    def made(attempts: int = 5, target: str = "scorm2004-3rd", course: str = COURSE) -> SequencingLms:
        files = {
            "c/course.yml": course,
            "c/exam.md": EXAM.replace("ATTEMPTS", str(attempts)),
            "modules/m.md": MODULE + PRACTICE,
            "modules/i.md": "---\nid: i\ntitle: Welcome\nreview_by: 2099-01-01\n---\n\nRead this first.\n",
            "modules/n.md": MODULE.replace("id: m", "id: n").replace("A module", "Another module"),
        }
        checked = check_courses([project(files)], TODAY)
        assert not checked.report.has_errors, list(checked.report)
        lms = SequencingLms(read_package(build_course(checked.project.courses[0], TARGETS[target], tmp_path).path))
        servers.append(serve_sequencing(lms))
        return lms

    yield made
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("target", ["scorm2004-3rd", pytest.param("scorm2004-4th", marks=pytest.mark.deep)])
def test_the_exam_opens_when_the_modules_are_done_and_decides_everything(
    target: str, browser: Browser, lms_with: Callable[..., SequencingLms]
) -> None:
    learner = Learner(browser.new_page(), lms_with(target=target))
    assert not learner.choose(EXAM_ITEM)
    assert learner.choose(FIRST)
    learner.do_module()
    assert not learner.choose(EXAM_ITEM), "one module is still to do"
    assert learner.choose(SECOND)
    learner.do_module()
    assert (learner.root()["completionStatus"], learner.root()["successStatus"]) != ("completed", "passed")

    assert learner.choose(EXAM_ITEM)
    learner.do_exam("The press office.")
    expect(learner.sco.get_by_role("heading", name="You passed")).to_be_visible()
    learner.press("Save and exit")
    root = learner.root()
    assert (root["completionStatus"], root["successStatus"], root["score"]) == ("completed", "passed", 1)
    learner.leave()


def test_a_learner_comes_back_to_the_middle_of_a_module_and_of_the_course(
    browser: Browser, lms_with: Callable[..., SequencingLms]
) -> None:
    lms = lms_with()
    learner = Learner(browser.new_page(), lms)
    learner.choose(FIRST)
    learner.press("Start")
    learner.press("Continue")
    learner.leave()

    again = Learner(browser.new_page(), lms)
    assert again.choose(FIRST)
    expect(again.sco.get_by_text("Welcome back.")).to_be_visible()
    expect(again.sco.get_by_role("heading", name="A lesson")).to_be_visible()
    again.sco.get_by_label("Yes.").check()
    again.press("Check answer")
    again.press("Continue")
    again.choose(SECOND)
    again.do_module()
    again.leave()

    third = Learner(browser.new_page(), lms)
    assert third.choose(EXAM_ITEM), "what was done in other sittings opens the exam"
    third.leave()


def test_an_exam_that_is_failed_for_good_leaves_the_course_failed(
    browser: Browser, lms_with: Callable[..., SequencingLms]
) -> None:
    learner = Learner(browser.new_page(), lms_with(attempts=2))
    for module in (FIRST, SECOND):
        learner.choose(module)
        learner.do_module()
    learner.choose(EXAM_ITEM)
    learner.do_exam("Whoever was asked.")
    expect(learner.sco.get_by_role("heading", name="Not passed this time")).to_be_visible()
    assert learner.choose(FIRST), "back to the lessons"
    assert learner.choose(EXAM_ITEM)
    learner.do_exam("Whoever was asked.")
    expect(learner.sco.get_by_text("You have used all attempts.")).to_be_visible()
    learner.press("Save and exit")

    root = learner.root()
    assert (root["completionStatus"], root["successStatus"], root["score"]) == ("incomplete", "failed", 0)
    learner.leave()


def test_a_look_back_changes_nothing(browser: Browser, lms_with: Callable[..., SequencingLms]) -> None:
    lms = lms_with()
    learner = Learner(browser.new_page(), lms)
    learner.choose(FIRST)
    learner.do_module()
    learner.leave()
    before = lms.kept["scos"][FIRST]["strict"]  # type: ignore[index]

    lms.mode = "review"
    again = Learner(browser.new_page(), lms)
    assert again.choose(FIRST)
    expect(again.sco.get_by_text("You are looking at this course again.")).to_be_visible()
    again.press("Save and exit")
    again.leave()
    after = lms.kept["scos"][FIRST]["strict"]  # type: ignore[index]
    names = ("cmi.completion_status", "cmi.success_status", "cmi.suspend_data")
    assert [after[name] for name in names] == [before[name] for name in names]


def test_without_the_gate_the_exam_is_open_and_still_decides(
    browser: Browser, lms_with: Callable[..., SequencingLms]
) -> None:
    learner = Learner(browser.new_page(), lms_with(course=COURSE.replace("sequencing: full\n", "")))
    assert learner.choose(EXAM_ITEM)
    learner.do_exam("The press office.")
    learner.press("Save and exit")
    root = learner.root()
    assert root["completionStatus"] != "completed"
    assert (root["successStatus"], root["score"]) == ("passed", 1)
    for module in (FIRST, SECOND):
        learner.choose(module)
        learner.do_module()
        learner.press("Save and exit")
    assert learner.root()["completionStatus"] == "completed"
    learner.leave()


def test_a_page_without_lessons_is_done_when_it_was_seen_and_an_exam_in_the_middle_is_passed_by(
    browser: Browser, lms_with: Callable[..., SequencingLms]
) -> None:
    course = COURSE.replace(
        "[../modules/m.md, ../modules/n.md, exam.md]", "[../modules/i.md, ../modules/m.md, exam.md, ../modules/n.md]"
    )
    learner = Learner(browser.new_page(), lms_with(course=course))
    assert not learner.choose(EXAM_ITEM)
    assert learner.choose("ITEM-i")
    expect(learner.sco.get_by_text("You have completed this part of the course.")).to_be_visible()
    assert learner.choose(FIRST)
    learner.do_module()
    assert learner.go_on(), "the way on leads past the exam, to the second module"
    expect(learner.sco.get_by_role("heading", name="Another module").first).to_be_visible()
    learner.do_module()
    assert learner.choose(EXAM_ITEM)
    learner.do_exam("The press office.")
    learner.press("Save and exit")
    root = learner.root()
    assert (root["completionStatus"], root["successStatus"], root["score"]) == ("completed", "passed", 1)
    learner.leave()
