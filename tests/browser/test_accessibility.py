"""axe-core on every screen and state, a pass with the keyboard alone, small screens, the Nu HTML checker."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from learner import Seat, Sit
from lms_server import Lms, read_package
from playwright.sync_api import expect
from support import TODAY, copy_one_course, need
from tour import go, tour, words_of

from smac_courses.pipeline import build_course, check_courses
from smac_courses.targets import TARGETS

# `wcag22aa` is off by default: without it axe does not measure the size of targets.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


WIDTHS = (1200, 768, 320)
# Each width, scheme and direction in `make test`, all their combinations in `make test-deep`.
SOME = [("en", 1200, "light"), ("ar", 768, "dark"), ("en", 320, "dark"), ("ar", 320, "light")]
EVERY = [(language, width, scheme) for language in ("en", "ar") for width in WIDTHS for scheme in ("light", "dark")]


@pytest.fixture
def standard() -> str:
    """What is seen does not depend on the standard."""
    return "scorm12"


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, bytes]]:
    """The disclosure course with a time limit and in a company's colour, in English and in Arabic."""
    made = {}
    for language, brand in (("en", "#ffcc00"), ("ar", "#00796b")):
        folder = tmp_path_factory.mktemp(language)
        source = copy_one_course(folder / "src").parent
        replace_in(source / "program.yml", "owner:", f'brand: {{primary: "{brand}"}}\nowner:')
        replace_in(source / "smac-disclosure/course.yml", "language: en", f"language: {language}")
        exam = source / "smac-disclosure/exam.md"
        replace_in(exam, "  feedback: after\n", "  feedback: after\n  time_limit_minutes: 20\n  opens: any-time\n")
        checked = check_courses([source], TODAY)
        assert not checked.report.has_errors, list(checked.report)
        made[language] = read_package(build_course(checked.project.courses[0], TARGETS["scorm12"], folder).path)
    return made


def replace_in(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def axe(seat: Seat, package: Path, where: str) -> None:
    if not seat.sco.evaluate("'axe' in window"):
        seat.sco.evaluate(f"{(package / 'axe-core/axe.min.js').read_text('utf-8')}; undefined")
    found = seat.sco.evaluate("(tags) => axe.run(document, { runOnly: tags, resultTypes: ['violations'] })", TAGS)
    summary = [(one["id"], [node["target"] for node in one["nodes"]][:3]) for one in found["violations"]]
    assert summary == [], where


@pytest.mark.scales
@pytest.mark.parametrize(("language", "width", "scheme"), EVERY if os.environ.get("SMAC_DEEP") else SOME)
def test_axe_finds_nothing_in_any_state(
    sit: Sit,
    lms: Lms,
    packages: dict[str, dict[str, bytes]],
    npm_packages: Path,
    language: str,
    width: int,
    scheme: str,
) -> None:
    lms.package = packages[language]
    seat = sit(color_scheme=scheme, viewport={"width": width, "height": 800})
    seat.page.clock.install()
    for state in tour(seat, words_of(language)):
        axe(seat, npm_packages, f"{state}, {language}, {width}, {scheme}")
        assert seat.sco.evaluate("document.documentElement.scrollWidth") <= width, state
    seat.problems.clear()
    seat.page.evaluate("window.refused = []")


def test_axe_finds_nothing_before_and_beside_the_course(sit: Sit, lms: Lms, npm_packages: Path) -> None:
    """Locked, open in another window, offered from the device, without an LMS, looked back at."""
    seat = sit()
    seat.outline("Disclosure exam").click()
    axe(seat, npm_packages, "exam locked")
    other = Seat(seat.page.context.new_page(), lms)
    other.page.goto(lms.url)
    expect(other.sco.get_by_role("button", name="Go on here")).to_be_visible()
    axe(other, npm_packages, "open in another window")
    other.page.close()
    lesson = seat.data()["lessons"][0]
    go(seat, lesson["key"])
    seat.answer(lesson["practice"][0])
    seat.sco.locator(f'form[data-question="{lesson["practice"][0]["key"]}"]').get_by_role(
        "button", name="Check answer"
    ).click()
    seat.page.goto("about:blank")
    lms.settle()
    lms.kept.clear()
    seat.page.goto(lms.url)
    expect(seat.sco.get_by_role("button", name="Go on with it")).to_be_visible()
    axe(seat, npm_packages, "offered from the device")
    lms.mode = "review"
    axe(sit(), npm_packages, "review")
    lms.where = "nowhere"
    alone = sit()
    expect(alone.sco.get_by_role("button", name="Connect again")).to_be_visible(timeout=8_000)
    axe(alone, npm_packages, "without an LMS")


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
    assert focused(seat) == "Disclosure exam"
    tab_to(seat, "Start the exam")
    keys.press("Enter")
    for number in range(1, 11):
        assert focused(seat) == f"Question {number} of 10"
        answer_by_keys(seat, seat.shown_question())
        tab_to(seat, "Next question" if number < 10 else "Review your answers")
        keys.press("Enter")
    assert focused(seat) == "Review your answers before you submit"
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
    right = question["solution"]["right"]
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
        go(seat, screen)
        assert seat.sco.evaluate("document.documentElement.scrollWidth") <= width, screen


FOCUSABLE = "a[href], button, input:not([type=radio]), input[type=radio]:checked, summary, [tabindex='0']"


@pytest.mark.parametrize("width", [1200, 320])
def test_tab_reaches_everything_once_and_shift_tab_goes_back(sit: Sit, width: int) -> None:
    """WCAG 2.1.1 and 2.1.2. A group of radio buttons is one stop: the chosen one, or the first or last of all."""
    seat = sit(viewport={"width": width, "height": 800})
    lesson = seat.data()["lessons"][0]
    for screen in ("_home", "ftc-disclosure", lesson["key"], "_exam", "_help"):
        go(seat, screen)
        for question in lesson["practice"]:
            if screen == lesson["key"]:
                seat.answer(question)
        wanted = seat.sco.locator(FOCUSABLE).evaluate_all(
            """all => all.filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.disabled)
              .map((one, index) => (one.dataset.stop = String(index)))"""
        )
        forwards = walk(seat, "Tab", len(wanted))
        assert forwards == wanted, screen
        assert walk(seat, "Shift+Tab", len(wanted)) == wanted[-2::-1], screen
        seat.sco.evaluate("for (const one of document.querySelectorAll('[data-stop]')) delete one.dataset.stop")


def walk(seat: Seat, key: str, most: int) -> list[str]:
    """The stops that Tab passes from the first one on, or Shift+Tab from where the focus is."""
    stop = "document.hasFocus() ? document.activeElement.dataset.stop ?? '' : ''"
    stops: list[str] = []
    if key == "Tab":
        focus_into(seat)
        seat.sco.locator(".skip-link").focus()
        stops.append(seat.sco.evaluate(stop))
    while len(stops) < most:
        seat.page.keyboard.press(key)
        if not (reached := seat.sco.evaluate(stop)):
            break
        stops.append(reached)
    return stops


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


def test_an_arabic_course_stands_from_right_to_left(sit: Sit, lms: Lms, packages: dict[str, dict[str, bytes]]) -> None:
    lms.package = packages["ar"]
    seat = sit()
    seat.press(words_of("ar")["start"])

    outline, main = seat.sco.locator(".outline").bounding_box(), seat.sco.locator("main").bounding_box()
    assert outline
    assert main
    assert outline["x"] > main["x"] + main["width"] - 1
    assert seat.sco.locator("html").get_attribute("dir") == "rtl"


LISTEN = """() => { window.said = [];
for (const region of document.querySelectorAll('[role=status], [role=alert], [aria-live]'))
  new MutationObserver(() => region.textContent.trim() && window.said.push(region.textContent.trim()))
    .observe(region, { childList: true, subtree: true, characterData: true }); }"""


def test_each_action_is_announced_once_or_moves_the_focus(sit: Sit, lms: Lms) -> None:
    seat = sit()
    seat.press("Start")
    seat.press("Continue")
    seat.sco.evaluate(LISTEN)

    def said() -> list[str]:
        words: list[str] = seat.sco.evaluate("window.said.splice(0)")
        return words

    question = seat.data()["lessons"][0]["practice"][0]
    form = seat.sco.locator(f'form[data-question="{question["key"]}"]')
    seat.answer(question, right=False)
    assert said() == []
    form.get_by_role("button", name="Check answer").click()
    assert [words.partition("\n")[0][:11] for words in said()] == ["Not correct"]
    seat.page.context.set_offline(True)
    seat.answer(question)
    form.get_by_role("button", name="Check answer").click()
    assert [words[:11] for words in said()] == ["You are off", "CorrectYes."]
    seat.page.context.set_offline(False)
    expect(seat.sco.locator("#_save-state")).to_have_text("Saved")
    assert said() == ["Everything is saved again."]
    seat.outline("Words that work").click()
    assert said() == []
    assert focused(seat) == "Words that work"
    seat.problems.clear()


def test_reduced_motion_and_forced_colours_change_nothing_that_matters(sit: Sit) -> None:
    seat = sit(forced_colors="active", reduced_motion="reduce")
    seat.press("Start")
    seat.press("Continue")
    question = seat.data()["lessons"][0]["practice"][0]
    seat.answer(question)

    chosen = seat.sco.locator(f'form[data-question="{question["key"]}"] .option:has(:checked)').first
    assert chosen.evaluate("(one) => getComputedStyle(one).borderTopWidth") == "2px"
    moving = seat.sco.evaluate("document.getAnimations().length")
    assert moving == 0


@pytest.mark.parametrize(("theme", "paper"), [("Dark", "rgb(23, 27, 33)"), ("Light", "rgb(255, 255, 255)")])
def test_the_learner_chooses_light_or_dark_and_it_is_kept(sit: Sit, theme: str, paper: str) -> None:
    seat = sit(color_scheme="light" if theme == "Dark" else "dark")
    seat.outline("Help and settings").click()
    seat.sco.get_by_label(theme).check()
    seat.page.reload()
    seat.press("Start")

    shown = seat.sco.locator(".screen:not([hidden])").evaluate("(one) => getComputedStyle(one).backgroundColor")
    assert shown == paper


def test_printed_a_lesson_is_whole_and_without_what_only_a_screen_needs(sit: Sit) -> None:
    seat = sit()
    seat.press("Start")
    seat.press("Continue")
    seat.page.emulate_media(media="print")

    for gone in (".bar", ".outline", ".answered", "[data-check]"):
        assert seat.sco.locator(gone).first.is_hidden(), gone
    assert seat.sco.locator(".screen:not([hidden]) form.question").first.is_visible()
