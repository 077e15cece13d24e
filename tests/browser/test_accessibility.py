"""axe-core on every screen and state, a pass with the keyboard alone, small screens, the Nu HTML checker."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from learner import Seat, Sit
from playwright.sync_api import Browser, expect
from support import need

# `wcag22aa` is off by default: without it axe does not measure the size of targets.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def axe(seat: Seat, package: Path, where: str) -> None:
    seat.sco.evaluate(f"{(package / 'axe-core/axe.min.js').read_text('utf-8')}; undefined")
    found = seat.sco.evaluate("(tags) => axe.run(document, { runOnly: tags, resultTypes: ['violations'] })", TAGS)
    summary = [(one["id"], [node["target"] for node in one["nodes"]][:3]) for one in found["violations"]]
    assert summary == [], where


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 320])
def test_axe_finds_nothing_on_any_screen(sit: Sit, npm_packages: Path, scheme: str, width: int) -> None:
    seat = sit(color_scheme=scheme, viewport={"width": width, "height": 800})
    axe(seat, npm_packages, "home")
    seat.press("Start")
    axe(seat, npm_packages, "opening page")
    seat.press("Continue")
    axe(seat, npm_packages, "lesson")
    seat.press("Continue")
    axe(seat, npm_packages, "lesson with what is missing")
    question = seat.data()["lessons"][0]["practice"][0]
    form = seat.sco.locator(f'form[data-question="{question["key"]}"]')
    form.get_by_role("button", name="Check answer").click()
    axe(seat, npm_packages, "question without an answer")
    for right in (False, True):
        seat.answer(question, right)
        form.get_by_role("button", name="Check answer").click()
        axe(seat, npm_packages, f"question answered {right}")
    if width == 320:
        seat.press("Contents")
        axe(seat, npm_packages, "outline open")
    seat.sco.get_by_role("link", name="Foundation exam").click()
    axe(seat, npm_packages, "exam locked")
    if width == 320:
        seat.press("Contents")
    seat.sco.get_by_role("link", name="Start page").click()
    seat.do_lessons()
    axe(seat, npm_packages, "exam")
    seat.press("Start the exam")
    axe(seat, npm_packages, "exam question")
    seat.press("Check your answers")
    axe(seat, npm_packages, "review with open questions")
    seat.press("Submit my answers")
    axe(seat, npm_packages, "result: not passed")
    seat.press("Try the exam again")
    seat.do_exam()
    axe(seat, npm_packages, "result: passed")
    seat.press("Save and exit")
    axe(seat, npm_packages, "closed")


def test_the_nu_html_checker_finds_nothing(foundation_zip: Path, npm_packages: Path, tmp_path: Path) -> None:
    """From a file the checker takes the page's own files for foreign ones; Chromium judges the policy above."""
    need("java", shutil.which("java") is not None, "make test installs it")
    with zipfile.ZipFile(foundation_zip) as archive:
        archive.extract("index.html", tmp_path)
    jar = npm_packages / "vnu-jar/build/dist/vnu.jar"
    command = [
        "java",
        "-jar",
        str(jar),
        "--format",
        "json",
        "--stdout",
        "--filterpattern",
        ".*violates Content Security.*",
    ]

    run = subprocess.run([*command, str(tmp_path / "index.html")], capture_output=True, text=True, check=False)

    assert [message["message"] for message in json.loads(run.stdout)["messages"]] == []


def test_the_exam_is_passed_with_the_keyboard_alone(sit: Sit, npm_packages: Path) -> None:
    seat = sit()
    keys = seat.page.keyboard
    focus_into(seat)
    keys.press("Tab")
    assert focused(seat) == "Skip to content"
    tab_to(seat, "Start")
    keys.press("Enter")
    assert focused(seat) == "Disclose: the FTC rules"
    tab_to(seat, "Continue")
    keys.press("Enter")
    for lesson in seat.data()["lessons"]:
        for question in lesson["practice"]:
            answer_by_keys(seat, question)
            tab_to(seat, "Check answer")
            keys.press("Enter")
            assert focused(seat) == "Check answer", "focus stays where the learner is"
        tab_to(seat, "Continue")
        keys.press("Enter")
    assert focused(seat) == "Foundation exam"
    tab_to(seat, "Start the exam")
    keys.press("Enter")
    for number in range(1, 11):
        assert focused(seat) == f"Question {number} of 10"
        answer_by_keys(seat, seat.shown_question())
        tab_to(seat, "Next question" if number < 10 else "Check your answers")
        keys.press("Enter")
    assert focused(seat) == "Check your answers before you submit"
    tab_to(seat, "Submit my answers")
    keys.press("Enter")

    assert focused(seat) == "You passed"


def focus_into(seat: Seat) -> None:
    seat.page.locator("#sco").focus()


def focused(seat: Seat) -> str:
    return seat.sco.evaluate("document.activeElement.textContent.trim()")


def tab_to(seat: Seat, words: str) -> None:
    for _ in range(80):
        seat.page.keyboard.press("Tab")
        if focused(seat) == words:
            return
    raise AssertionError(f"Tab never reached '{words}'")


def answer_by_keys(seat: Seat, question: dict) -> None:
    """Space ticks a box or the first radio button; arrows move among radio buttons."""
    keys = seat.page.keyboard
    form = f'form[data-question="{question["key"]}"]'
    for _ in range(80):
        keys.press("Tab")
        if seat.sco.evaluate(f"document.activeElement.matches('{form} input')"):
            break
    order = seat.sco.locator(f"{form}:visible input").evaluate_all("all => all.map((one) => one.value)")
    right = [option["id"] for option in question["options"] if option["correct"]]
    if question["kind"] == "single":
        keys.press("Space")
        for _ in range(order.index(right[0])):
            keys.press("ArrowDown")
    else:
        for position, option in enumerate(order):
            if position:
                keys.press("Tab")
            if option in right:
                keys.press("Space")
    assert seat.sco.locator(f"{form}:visible input:checked").evaluate_all(
        "all => all.map((one) => one.value).sort()"
    ) == sorted(right)


@pytest.mark.parametrize("width", [320, 768])
def test_nothing_is_wider_than_the_screen(sit: Sit, width: int) -> None:
    seat = sit(viewport={"width": width, "height": 700})
    screens = seat.sco.locator(".screen").evaluate_all("all => all.map((one) => one.id)")

    for screen in screens:
        seat.sco.evaluate("(id) => { location.hash = id; }", screen)
        expect(seat.sco.locator(f"[id='{screen}']")).to_be_visible()
        assert seat.sco.evaluate("document.documentElement.scrollWidth") <= width, screen


def test_text_spacing_of_the_reader_cuts_nothing_off(sit: Sit) -> None:
    """WCAG 1.4.12, with the values that it names."""
    seat = sit(viewport={"width": 320, "height": 700})
    seat.sco.evaluate(
        """() => { const sheet = new CSSStyleSheet();
        sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } p { margin-block-end: 2em !important }');
        document.adoptedStyleSheets = [sheet]; }"""
    )
    seat.press("Start")
    seat.press("Continue")
    clipped = seat.sco.locator("button, label, legend, h2, h3, p, li, td").evaluate_all(
        "all => all.filter((one) => one.offsetParent && one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflow === 'hidden').map((one) => one.textContent)"
    )

    assert clipped == []
    assert seat.sco.evaluate("document.documentElement.scrollWidth") <= 320


def test_targets_are_large_enough_for_a_thumb(sit: Sit) -> None:
    seat = sit(viewport={"width": 320, "height": 700})
    seat.press("Start")
    seat.press("Continue")
    heights = seat.sco.locator("button:visible, .option:visible").evaluate_all(
        "all => all.map((one) => one.getBoundingClientRect().height)"
    )

    assert min(heights) >= 44


def test_the_feedback_is_announced_once_and_the_saving_is_not(sit: Sit) -> None:
    seat = sit()
    seat.press("Start")
    seat.press("Continue")
    seat.sco.evaluate(
        """() => { window.said = [];
        for (const region of document.querySelectorAll('[role=status], [role=alert], [aria-live]'))
          new MutationObserver(() => window.said.push(region.textContent.trim())).observe(region, { childList: true, subtree: true, characterData: true }); }"""
    )
    question = seat.data()["lessons"][0]["practice"][0]
    seat.answer(question, right=False)
    seat.sco.evaluate("window.said.length = 0")
    seat.sco.locator(f'form[data-question="{question["key"]}"]').get_by_role("button", name="Check answer").click()

    said = seat.sco.evaluate("window.said")
    assert len(said) == 1
    assert said[0].startswith("Not correct")


def test_the_keyboard_focus_is_never_hidden_behind_the_bar(sit: Sit) -> None:
    """WCAG 2.4.11, walking backwards through a long lesson, where a sticky bar does harm."""
    seat = sit(viewport={"width": 1200, "height": 500})
    seat.press("Start")
    seat.press("Continue")
    seat.sco.get_by_role("button", name="Continue").focus()
    for _ in range(12):
        seat.page.keyboard.press("Shift+Tab")
        hidden = seat.sco.evaluate(
            """() => { const one = document.activeElement; const box = one.getBoundingClientRect();
            if (one.closest('.bar')) return false;
            return box.bottom <= document.querySelector('.bar').getBoundingClientRect().bottom; }"""
        )
        assert not hidden, focused(seat)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_course_reads_from_right_to_left(browser: Browser, foundation_zip: Path, scheme: str) -> None:
    """The same page in Arabic direction: nothing sticks out, the outline is on the right."""
    with zipfile.ZipFile(foundation_zip) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    files["index.html"] = re.sub(rb'<html lang="en" dir="ltr">', b'<html lang="ar" dir="rtl">', files["index.html"])
    page = browser.new_page(viewport={"width": 1200, "height": 800}, color_scheme=scheme)
    page.route(
        "http://course.test/**",
        lambda route: route.fulfill(
            body=files[route.request.url.rpartition("test/")[2]],
            content_type={"html": "text/html", "css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}[
                route.request.url.rpartition(".")[2]
            ],
        ),
    )
    page.goto("http://course.test/index.html")
    page.get_by_role("button", name="Start").click()

    outline, main = page.locator(".outline").bounding_box(), page.locator("main").bounding_box()
    assert outline
    assert main
    assert outline["x"] > main["x"] + main["width"] - 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 1200
    page.close()
