"""Every state of the player, one after the other, in any language."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from learner import Seat
from playwright.sync_api import expect
from support import ROOT


def words_of(language: str) -> dict[str, str]:
    """The words of the player by their names in the locale."""
    loaded = json.loads((ROOT / f"smac_courses/player/locale/{language}.json").read_text("utf-8"))
    return {**loaded["page"], **loaded["player"]}


def tour(seat: Seat, words: dict[str, str]) -> Iterator[str]:
    """Walk through a course whose exam has a time limit and opens at any time; yields the name of each state."""
    yield "start page"
    seat.press(words["start"])
    yield "opening page"
    seat.press(words["continue"])
    yield "lesson"
    seat.press(words["continue"])
    yield "lesson with what is missing"
    question = seat.data()["lessons"][0]["practice"][0]
    form = seat.sco.locator(f'form[data-question="{question["key"]}"]')
    form.get_by_role("button", name=words["check"]).click()
    yield "question without an answer"
    for right, name in ((False, "wrong answer"), (True, "right answer")):
        seat.answer(question, right)
        form.get_by_role("button", name=words["check"]).click()
        yield name
    if seat.sco.locator("#_outline-button").is_visible():
        seat.press(words["outline_button"])
        yield "outline open"
    go(seat, "_help")
    seat.press(words["download"])
    yield "help"
    go(seat, "_exam")
    yield "exam: the rules and the time"
    seat.press(words["start_exam"])
    yield "exam question"
    seat.answer(seat.shown_question(), right=False)
    seat.press(words["next"])
    seat.press(words["to_review"])
    yield "overview with open questions"
    seat.page.clock.run_for(21 * 60_000)
    expect(seat.sco.get_by_role("heading", name=words["time_up_title"])).to_be_visible()
    yield "time over"
    seat.press(words["submit"])
    yield "result: not passed"
    seat.press(words["retry"])
    answer_all(seat, words)
    yield "result: passed"
    seat.lms.fault = "refuse"
    go(seat, seat.data()["lessons"][1]["key"])
    expect(seat.sco.locator("#_save-state")).to_have_text(words["unsaved"])
    seat.page.clock.run_for(62_000)
    yield "not saved for a minute"
    seat.lms.fault = ""
    seat.page.clock.run_for(62_000)
    expect(seat.sco.locator("#_save-state")).to_have_text(words["saved"])
    seat.press(words["save_exit"])
    yield "closed"


def go(seat: Seat, screen: str) -> None:
    seat.sco.evaluate("(screen) => { location.hash = screen; }", screen)
    expect(seat.sco.locator(f"[id='{screen}']")).to_be_visible()


def answer_all(seat: Seat, words: dict[str, str]) -> None:
    while seat.sco.locator(".review").count() == 0:
        seat.answer(seat.shown_question())
        onward: Any = seat.sco.get_by_role("button", name=words["next"], exact=True)
        if onward.count():
            onward.click()
        else:
            seat.press(words["to_review"])
    seat.press(words["submit"])
