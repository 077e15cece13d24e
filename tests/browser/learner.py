"""A learner made of clicks and keys, in a real browser."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from lms_server import Lms
from playwright.sync_api import Frame, Locator, Page

# Chromium as root in a container, and without the calls home that it makes at every start.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass
class Seat:
    """One sitting of a learner: a page of the LMS with the course in its frame."""

    page: Page
    lms: Lms
    problems: list[str] = field(default_factory=list)

    @property
    def sco(self) -> Frame:
        frame = next((one for one in self.page.frames if "/pkg/" in one.url), None)
        assert frame, "the course is not there"
        return frame

    def calls(self, name: str = "") -> list[list[str]]:
        """Calls of the run-time so far; with a name only those of that function."""
        return [call[1:] for call in self.page.evaluate("window.calls") if not name or call[0] == name]

    def ends(self) -> list[list[str]]:
        """Calls that end the session."""
        return self.calls("Finish") + self.calls("Terminate")

    def refused(self) -> list[list[str]]:
        return self.page.evaluate("window.refused ?? []")

    def data(self) -> dict[str, Any]:
        return json.loads(self.sco.locator("#_course-data").text_content() or "")

    # -- what a learner does --------------------------------------------------------------------------

    def press(self, name: str | re.Pattern[str]) -> None:
        self.sco.get_by_role("button", name=name, exact=isinstance(name, str)).click()

    def outline(self, name: str) -> Locator:
        """A link of the course outline."""
        return self.sco.get_by_role("navigation").get_by_role("link", name=name)

    def heading(self) -> str:
        return self.sco.locator(".screen:not([hidden]) > h2").inner_text()

    def answer(self, question: dict[str, Any], right: bool = True) -> None:
        """Tick the right options, or one that is wrong."""
        form = self.sco.locator(f'form[data-question="{question["key"]}"]:visible')
        wanted = [o["id"] for o in question["options"] if (o["id"] in question["solution"]["right"]) == right]
        for option in wanted if right else wanted[:1]:
            form.locator(f'[data-option="{option}"] input').check()

    def do_lesson(self) -> None:
        """Everything of the lesson that is open, up to Continue."""
        key = self.sco.locator(".screen:not([hidden])").get_attribute("id")
        lesson = next((one for one in self.data()["lessons"] if one["key"] == key), {"practice": []})
        for question in lesson["practice"]:
            self.answer(question)
            self.sco.locator(f'form[data-question="{question["key"]}"]').get_by_role(
                "button", name="Check answer"
            ).click()
        self.press("Continue")

    def do_lessons(self) -> None:
        self.press(re.compile("Start|Continue where"))
        while self.sco.locator(".screen:not([hidden])").get_attribute("data-screen") != "exam":
            self.do_lesson()

    def shown_question(self) -> dict[str, Any]:
        key = self.sco.locator("form.question:visible").get_attribute("data-question")
        pools = self.data()["exam"]["pools"]
        return next(question for pool in pools for question in pool["questions"] if question["key"] == key)

    def do_exam(self, right: bool = True) -> None:
        """Answer all questions and submit."""
        while self.sco.locator(".review").count() == 0:
            self.answer(self.shown_question(), right)
            self.press(re.compile("^Next question$")) if self.sco.get_by_role(
                "button", name="Next question"
            ).count() else self.press("Review your answers")
        self.press("Submit my answers")


Sit = Callable[..., Seat]


def watch(page: Page, problems: list[str]) -> None:
    """Collect everything that a careful developer would see in the console."""
    page.on("console", lambda message: problems.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("requestfailed", lambda request: problems.append(f"failed: {request.url}"))
    page.on(
        "response",
        lambda response: problems.append(f"{response.status} {response.url}") if response.status >= 400 else None,
    )
