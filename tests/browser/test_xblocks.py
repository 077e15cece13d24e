"""The blocks of Open edX in the workbench of their SDK: every kind answered, graded, resumed; axe on each state."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import pytest
from kinds import QUESTIONS, UNSCORED
from playwright.sync_api import Browser, Page
from support import ROOT

from smac_courses.model.codec import solution_of
from smac_courses.model.masked import masked
from smac_courses.model.questions import Question
from smac_courses.reader.quiz_text import read_quiz_text

pytestmark = [pytest.mark.browser]
VARIABLES = {"company.name": "Example Ltd"}
AXE = ROOT / "tests/node_modules/axe-core/axe.min.js"
EXAM = """\
## Ties {#ties}

### What is needed? {#single}

- ( ) Nothing
- (x) A plain statement
  > Yes: readers must know.

### In order {#row .order}

1. first
2. second
3. third

### How many days? {#days}

= 30
"""
GIVE = """([key, words]) => {
  const form = document.querySelector(`form[data-question$="${key}"]`);
  const fields = [...form.querySelectorAll("[data-field]")];
  const tell = (field) => ["input", "change"].forEach((name) => field.dispatchEvent(new Event(name, { bubbles: true })));
  const items = () => [...form.querySelectorAll("ol.order > li")];
  if (items().length) {
    words.forEach((id, place) => {
      const item = items().find((one) => one.dataset.option === id);
      while (items().indexOf(item) > place) item.querySelector('[data-move="up"]').click();
    });
    items().at(-1).querySelector('[data-move="up"]').click();
    items().at(-2).querySelector('[data-move="down"]').click();
  } else if (form.querySelector(".conversation")) words.forEach((id) => form.querySelector(`[data-say="${id}"]`).click());
  else if (fields.length) fields.forEach((field, at) => { field.value = words[at] ?? ""; tell(field); });
  else for (const input of form.querySelectorAll("input")) if (input.checked !== words.includes(input.value)) input.click();
}"""


def quiz(markdown: str, **settings: str) -> str:
    """A block as OLX."""
    shown = "".join(f" {name}={quoteattr(value)}" for name, value in settings.items())
    return f'<smac_quiz display_name="A quiz" quiz_id="q"{shown}>\n{escape(markdown)}</smac_quiz>'


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The workbench, with the scenarios `smac0` and on."""
    folder = tmp_path_factory.mktemp("workbench")
    scenarios = [
        ("Practice", quiz(QUESTIONS + UNSCORED, variables=json.dumps(VARIABLES))),
        ("Exam", quiz(EXAM, mode="graded", max_attempts="2")),
        ("Arabic", quiz(EXAM, mode="graded", language="ar")),
        ("Certificate", '<smac_certificate display_name="Certificate"/>'),
    ]
    (folder / "scenarios.json").write_text(json.dumps(scenarios))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    command = [sys.executable, str(ROOT / ".ci/serve-blocks.py"), str(port), str(folder / "scenarios.json")]
    environment = {**os.environ, "SMAC_WORKBENCH": str(folder), "PYTHONPATH": os.pathsep.join(sys.path)}
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, env=environment, cwd=folder, stdout=log, stderr=log)
        try:
            url = f"http://127.0.0.1:{port}"
            wait_for(url, folder / "log", server)
            yield url
        finally:
            server.kill()
            server.wait()


def wait_for(url: str, log: Path, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except OSError:
            assert server.poll() is None, log.read_text()
            time.sleep(0.1)
        else:
            return
    raise AssertionError(log.read_text())


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 390, "height": 800})
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []


def questions() -> list[Question]:
    module, _ = read_quiz_text(QUESTIONS + UNSCORED, quiz_id="q", is_exam=False, variables=VARIABLES)
    assert module
    return [question for lesson in module.lessons for question in lesson.questions()]


def right_answer(question: Question) -> list[str]:
    """A good answer in the ids that are shown."""
    mask = masked(question, "k")
    key = mask.shown_solution(solution_of(question))
    if question.kind in {"likert", "survey"}:
        return [mask.question.part_ids()[0]]
    if question.kind == "scenario":
        return []
    if question.kind == "post-draft":
        return ["#ad I work for Example Ltd. Our new lamp.", "A lamp on a desk"]
    if question.kind in {"essay", "attest"}:
        return ["A text of my own"] if question.kind == "essay" else ["yes"]
    if "pairs" in key:
        return [key["pairs"][item.id] for item in mask.question.items]
    if "blanks" in key:
        return [one[0] for one in key["blanks"]]
    if "low" in key:
        return [key["value"] or key["low"]]
    words: list[str] = key.get("right") or key.get("order") or key.get("accept", [])[:1]
    return words


def axe(page: Page) -> list[str]:
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate(
        "() => axe.run(document.querySelector('.smac'), { resultTypes: ['violations'] })"
        ".then((one) => one.violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 150)}`))"
    )
    return [one for one in found if not one.startswith(("heading-order", "region"))]


def go_to_review(page: Page) -> None:
    """From any question: the last one has no other way than this."""
    page.locator("form.question").wait_for()
    page.get_by_role("button", name="Review your answers").click()


def test_practice_takes_every_kind_and_knows_it_at_the_next_visit(page: Page, address: str) -> None:
    page.goto(f"{address}/scenario/smac0/?student=ann")
    asked = [one for one in questions() if one.kind != "scenario"]
    assert len({one.kind for one in asked}) == 15
    for question in asked:
        page.evaluate(GIVE, [f".{question.id}", right_answer(question)])
        form = page.locator(f'form[data-question$=".{question.id}"]')
        form.locator("[data-check]").click()
        form.locator(".verdict").wait_for()
        said = form.locator(".verdict").inner_text()
        assert said in {"Correct", "Thank you. Your answer is recorded."}, (question.id, said)

    assert axe(page) == []
    page.reload()
    page.locator("form.question").first.wait_for()
    ticked = page.evaluate("() => document.querySelectorAll('.option input:checked').length")
    assert ticked >= 6


def test_an_exam_is_resumed_graded_and_limited(page: Page, address: str) -> None:
    page.goto(f"{address}/scenario/smac1/?student=ben")
    assert axe(page) == []
    page.get_by_role("button", name="Start the exam").click()
    page.locator("form.question").wait_for()
    page.get_by_role("button", name="Review your answers").click()
    for number in range(3):
        page.get_by_role("button", name=f"Change question {number + 1}").click()
        name = page.locator("form.question").get_attribute("data-question") or ""
        answers = {"single": ["o2"], "row": ["o1", "o2", "o3"], "days": ["31"]}
        with page.expect_response(lambda one: "/keep" in one.url):
            page.evaluate(GIVE, [name, answers[name.rpartition(".")[2]]])
        page.locator(".actions .quiet").last.click() if number < 2 else page.locator(".actions .primary").click()
    assert axe(page) == []
    page.reload()
    page.get_by_role("button", name="Continue the exam").click()
    page.locator("form.question").wait_for()
    page.get_by_role("button", name="Review your answers").click()
    page.get_by_role("button", name="Submit my answers").click()
    page.get_by_text("Your score: 66%").wait_for()
    assert "Attempts left: 1" in page.locator("[data-smac-quiz]").inner_text()
    # The platform's own rule is `finished`: another attempt is left, so the key stays on the server.
    assert "Right answer" not in page.locator("[data-smac-quiz]").inner_text()
    assert axe(page) == []


def test_nothing_is_lost_while_the_line_is_down(page: Page, address: str) -> None:
    page.goto(f"{address}/scenario/smac1/?student=cas")
    page.get_by_role("button", name="Start the exam").click()
    page.locator("form.question").wait_for()
    page.route("**/handler/**/keep/**", lambda route: route.abort())
    while not page.locator('form.question[data-question$=".days"]').count():
        page.locator(".actions .primary").click()
    page.evaluate(GIVE, [".days", ["30"]])
    page.get_by_text("Your latest answers are not saved yet").wait_for()
    page.unroute("**/handler/**/keep/**")
    page.evaluate("() => window.dispatchEvent(new Event('online'))")
    page.locator(".save-note", has_text="Saved").wait_for()
    page.reload()
    page.get_by_role("button", name="Continue the exam").click()
    go_to_review(page)
    assert "30" in page.locator(".review").inner_text()


def test_another_learner_begins_from_nothing(page: Page, address: str) -> None:
    page.goto(f"{address}/scenario/smac1/?student=dora")

    page.get_by_role("button", name="Start the exam").wait_for()
    assert "score" not in page.locator("[data-smac-quiz]").inner_text()


def test_a_language_from_right_to_left_and_a_block_without_a_platform(page: Page, address: str) -> None:
    page.goto(f"{address}/scenario/smac2/?student=eli")
    assert page.locator("[data-smac-quiz]").get_attribute("dir") == "rtl"
    assert axe(page) == []
    page.goto(f"{address}/scenario/smac3/?student=eli")
    page.get_by_text("Certificates cannot be issued here").wait_for()
    assert axe(page) == []


def test_an_exam_can_be_taken_by_keyboard_alone(page: Page, address: str) -> None:
    page.goto(f"{address}/scenario/smac1/?student=fay")
    page.get_by_role("button", name="Start the exam").focus()
    page.keyboard.press("Enter")
    for _ in range(3):
        page.locator("form.question").wait_for()
        name = page.locator("form.question").get_attribute("data-question") or ""
        reached = tabbed_to(page, "form.question input, form.question [data-move='down']")
        assert reached, name
        if name.endswith("days"):
            page.keyboard.type("30")
        elif name.endswith("single"):
            page.keyboard.press("ArrowDown")
        else:
            page.keyboard.press("Enter")
        assert tabbed_to(page, ".actions .primary"), name
        page.keyboard.press("Enter")
    page.get_by_text("Every question has an answer.").wait_for()
    assert tabbed_to(page, ".actions .primary")
    page.keyboard.press("Enter")
    page.get_by_text("Your score:").wait_for()


def tabbed_to(page: Page, wanted: str) -> bool:
    """Press Tab until something is reached that was looked for, and can be seen to have the focus."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", wanted):
            shown = "(document.activeElement.closest('.option') ?? document.activeElement)"
            return bool(page.evaluate(f"() => getComputedStyle({shown}).outlineStyle !== 'none'"))
    return False


def test_a_conversation_is_had_and_known_at_the_next_visit(page: Page, address: str) -> None:
    page.goto(f"{address}/scenario/smac0/?student=gus")
    conversation = page.locator("form.is-scenario")
    said = 0
    while conversation.locator("[data-say]:visible:not([disabled])").count() and said < 9:
        conversation.locator("[data-say]:visible:not([disabled])").first.click()
        said += 1
    conversation.locator("[data-check]").click()
    conversation.locator(".verdict").wait_for()
    before = conversation.locator(".step:visible").count()
    page.reload()
    conversation.wait_for()
    assert conversation.locator(".step:visible").count() == before > 1


def test_the_course_team_sees_key_and_answers_and_learners_see_no_such_thing(page: Page, address: str) -> None:
    page.goto(f"{address}/scenario/smac1/?student=hal")
    page.get_by_role("button", name="Start the exam").wait_for()
    assert page.locator("details.team").count() == 0
    page.goto(f"{address}/scenario/smac1/?student=staff")
    page.get_by_role("button", name="Start the exam").wait_for()
    page.get_by_text("Course team").click()
    page.get_by_role("button", name="Show key and answers").click()
    page.get_by_text("What is needed?: A plain statement").wait_for()
    page.get_by_label("Username").fill("hal")
    page.get_by_role("button", name="Show key and answers").click()
    page.get_by_text("Answers of others can be seen on the platform only.").wait_for()
    assert axe(page) == []


def test_studio_finds_mistakes_while_one_types_and_saves_what_is_right(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 1100, "height": 900})
    page.goto(f"{address}/scenario/smac2/studio_view/")
    text = page.locator("[data-markdown]")
    text.fill("### Q {#q}\n\n- ( ) a\n- ( ) b\n")
    page.get_by_text("has no correct answer").wait_for()
    page.locator(".save-button").evaluate("(one) => one.click()")
    page.get_by_text("Not saved: put right what is marked").wait_for()
    text.fill("### Q\n\n- ( ) a\n- (x) b\n")
    with page.expect_response(lambda one: "studio_save" in one.url) as saved:
        page.locator(".smac-studio form").evaluate("(one) => one.requestSubmit()")
    assert saved.value.json()["saved"] is True
    page.get_by_text("Saved.").wait_for()
    assert text.input_value().startswith("### Q {#q}\n")
