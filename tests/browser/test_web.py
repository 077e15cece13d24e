"""The web target: from any folder, without a network, without a script, on paper."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from learner import Seat
from playwright.sync_api import Browser, BrowserContext, Frame, Page, expect
from support import MODULE, PROGRAM, TODAY

from smac_courses.lms.local import LocalLms
from smac_courses.lms.records import Call, Reply
from smac_courses.pipeline import build_course, check_courses
from smac_courses.targets import TARGETS

WriteProject = Callable[..., Path]
POLICY = "---\nid: policy\ntitle: Our principles\nversion: 2.1.0\nreview_by: 2099-01-01\n---\n\nRules.\n\n## Be open {#be-open}\n\nSay who you are.\n"
LESSON = """
### Checklist {#check .job-aid}

- [ ] Look twice

See [the end](#lesson) and ![Two posts](dot.svg).

### Why? {#why policy=be-open}

- (x) So.
- ( ) Not.

> So.
"""
DOT = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><circle r="4" cx="4" cy="4"/></svg>'


class Direct(Seat):
    @property
    def sco(self) -> Frame:
        return self.page.main_frame


@pytest.fixture
def folder(project: WriteProject, tmp_path: Path) -> Path:
    """The files of a small site."""
    source = project(
        {
            "modules/m.md": MODULE + LESSON,
            "modules/dot.svg": DOT,
            "program.yml": PROGRAM + "policy: policy.md\n",
            "policy.md": POLICY,
        }
    )
    checked = check_courses([source], TODAY)
    assert not checked.report.has_errors, list(checked.report)
    return build_course(checked.project.courses[0], TARGETS["web"], tmp_path / "out").path.with_suffix("")


@pytest.fixture
def site(folder: Path) -> Iterator[LocalLms]:
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with LocalLms(files) as made:
        yield made


@pytest.fixture
def visitor(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context()
    context.set_default_timeout(10_000)
    yield context
    context.close()


def visit(context: BrowserContext, address: str) -> tuple[Direct, list[str]]:
    problems: list[str] = []
    page = context.new_page()
    page.on("console", lambda one: problems.append(one.text) if one.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(address)
    page.wait_for_function("() => document.documentElement.classList.contains('is-ready')")
    return Direct(page, None), problems  # type: ignore[arg-type]


def answer(seat: Direct) -> None:
    seat.press("Start")
    seat.press("Continue")
    seat.sco.get_by_label("So.", exact=True).check()
    seat.press("Check answer")


def test_progress_stays_in_the_browser_and_nobody_is_asked(site: LocalLms, visitor: BrowserContext) -> None:
    seat, problems = visit(visitor, f"{site.url}/pkg/index.html")
    asked: list[str] = []
    seat.page.on("request", lambda request: asked.append(request.url))
    answer(seat)
    expect(seat.sco.locator("#_save-state")).to_have_text("Saved")
    assert [one for one in asked if not one.endswith("sw.js")] == []
    seat.press("Continue")
    seat.page.close()

    again, more = visit(visitor, f"{site.url}/pkg/index.html")
    expect(again.sco.get_by_text("You have completed this course")).to_be_visible()
    assert problems + more == []
    assert site.missing == []


def test_it_works_without_a_network_after_the_first_visit(site: LocalLms, visitor: BrowserContext) -> None:
    seat, _ = visit(visitor, f"{site.url}/pkg/")
    seat.page.wait_for_function("() => navigator.serviceWorker.ready.then((one) => one.active.state === 'activated')")
    answer(seat)
    seat.page.close()
    visitor.set_offline(True)
    site.close()

    again, problems = visit(visitor, f"{site.url}/pkg/")
    expect(again.sco.get_by_role("heading", name="A lesson")).to_be_visible()
    assert again.sco.locator("form.question input:checked").count() == 1
    again.page.goto(f"{site.url}/pkg/handbook.html")
    expect(again.page.get_by_role("heading", name="A lesson")).to_be_visible()
    assert again.page.evaluate("() => [...document.images].every((one) => one.naturalWidth > 0)")
    # The browser itself asks for an icon of the host, and for a newer worker.
    assert [one for one in problems if "ERR_INTERNET_DISCONNECTED" not in one] == []


def test_a_new_version_takes_the_place_of_the_old_one(folder: Path, visitor: BrowserContext) -> None:
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with LocalLms(files) as site:
        seat, _ = visit(visitor, f"{site.url}/pkg/")
        seat.page.wait_for_function(
            "() => navigator.serviceWorker.ready.then((one) => one.active.state === 'activated')"
        )
        seat.page.close()
        site.files["index.html"] = files["index.html"].replace(b"A course", b"A new course")
        site.files["sw.js"] = re.sub(rb'"version": "\w+"', b'"version": "other"', files["sw.js"])
        # A browser asks for a newer worker in its own time, and takes it when the last page of the old one was closed.
        for _ in range(5):
            seat, _ = visit(visitor, f"{site.url}/pkg/")
            title = seat.page.title()
            if "new" in title:
                break
            seat.page.wait_for_timeout(3000)
            seat.page.close()

    assert title == "A new course"


def test_a_host_that_leaves_the_ends_of_names_out_is_no_trap(folder: Path, visitor: BrowserContext) -> None:
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    class Pretty(LocalLms):
        def reply(self, call: Call) -> Reply:
            if call.path.endswith(".html"):
                plain = call.path.removesuffix("index.html").removesuffix(".html")
                return Reply(status=308, headers={"Location": plain})
            if call.path == "/pkg/handbook":
                return super().reply(replace(call, path="/pkg/handbook.html"))
            return super().reply(call)

    with Pretty(files) as site:
        seat, _ = visit(visitor, f"{site.url}/pkg/")
        seat.page.wait_for_function(
            "() => navigator.serviceWorker.ready.then((one) => one.active.state === 'activated')"
        )
        seat.page.close()
        page = visitor.new_page()
        for name in ("handbook.html", "handbook", "index.html"):
            page.goto(f"{site.url}/pkg/{name}")
            expect(page.get_by_text("Some text.").first).to_be_attached()


def test_it_opens_as_a_file_from_a_stick(folder: Path, visitor: BrowserContext) -> None:
    seat, _ = visit(visitor, (folder / "index.html").as_uri())
    answer(seat)

    expect(seat.sco.locator("#_save-state")).to_have_text("Saved")


def test_it_reads_without_a_script(site: LocalLms, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site.url}/pkg/index.html")

    expect(page.get_by_role("heading", name="A lesson")).to_be_visible()
    expect(page.get_by_text("Some text.")).to_be_visible()
    expect(page.get_by_text("Your browser runs no scripts here")).to_be_visible()
    page.get_by_role("link", name="Handbook").click()
    expect(page.get_by_role("heading", name="A lesson")).to_be_visible()
    context.close()


def violations(page: Page, axe: str) -> list[str]:
    page.evaluate(axe)
    found = page.evaluate(
        "() => axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'] })"
    )
    return [f"{one['id']}: {one['nodes'][0]['target']}" for one in found["violations"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_paper_is_accessible(scheme: str, site: LocalLms, browser: Browser, npm_packages: Path) -> None:
    axe = (npm_packages / "axe-core/axe.min.js").read_text()
    context = browser.new_context(color_scheme=scheme, viewport={"width": 360, "height": 700})  # type: ignore[arg-type]
    page = context.new_page()
    for name in ("index.html", "handbook.html", "card.html", "aid.m.check.html"):
        page.goto(f"{site.url}/pkg/{name}")
        assert violations(page, axe) == [], name
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), name
    context.close()


def test_a_paper_says_what_it_is_of(site: LocalLms, visitor: BrowserContext) -> None:
    page = visitor.new_page()
    page.goto(f"{site.url}/pkg/index.html")
    page.get_by_role("link", name="Card with our principles").click()
    expect(page.get_by_role("heading", name="Our principles")).to_be_visible()
    expect(page.get_by_role("listitem")).to_have_text(["Be open"])
    expect(page.get_by_text("Version 2.1.0")).to_be_visible()
    page.go_back()
    page.get_by_role("link", name="Checklist").click()
    expect(page.get_by_role("heading", name="Checklist")).to_be_visible()
    expect(page.get_by_text("Look twice")).to_be_visible()
