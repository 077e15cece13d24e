"""A real browser, and an LMS that nobody here wrote."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from learner import FLAGS, Seat, Sit, watch
from lms_server import Lms, read_package, serve
from playwright.sync_api import Browser, BrowserContext, Playwright, sync_playwright
from support import TODAY, need

from smac_courses.pipeline import build_course, check_courses
from smac_courses.rehearsal.show import BROWSERS
from smac_courses.targets import TARGETS


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in Path(item.fspath).parts:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def playwright_driver() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(playwright_driver: Playwright) -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    need("chromium", path is not None, "make test installs it")
    started = playwright_driver.chromium.launch(executable_path=path, args=FLAGS)
    yield started
    started.close()


# What every LMS must give a learner is tried with SCORM 1.2, and with 2004 in `make test-deep`.
@pytest.fixture(params=["scorm12", pytest.param("scorm2004", marks=pytest.mark.deep)])
def standard(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def target(standard: str) -> str:
    return {"scorm12": "scorm12", "scorm2004": "scorm2004-3rd"}[standard]


@pytest.fixture
def lms(foundation_zips: dict[str, Path], standard: str, target: str, npm_packages: Path) -> Iterator[Lms]:
    made = Lms(read_package(foundation_zips[target]), standard=standard)
    server = serve(made)
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture
def load(project: Callable[..., Path], lms: Lms, target: str, tmp_path: Path) -> Callable[..., None]:
    """A function that puts another small course into the LMS."""

    def loaded(**files: str) -> None:
        names = {
            "exam": "c/exam.md",
            "module": "modules/m.md",
            "course": "c/course.yml",
            "lock": "c/course.lock",
            "plan": "modules/plan.txt",
        }
        checked = check_courses([project({names[name]: text for name, text in files.items()})], TODAY)
        assert not checked.report.has_errors, list(checked.report)
        lms.package = read_package(build_course(checked.project.courses[0], TARGETS[target], tmp_path).path)

    return loaded


@pytest.fixture
def sit(browser: Browser, lms: Lms) -> Iterator[Sit]:
    """A function that opens the course in the LMS; afterwards nothing may have gone wrong in any sitting."""
    contexts: list[BrowserContext] = []
    seats: list[Seat] = []

    def opened(**options: Any) -> Seat:
        context = browser.new_context(**{"viewport": {"width": 1200, "height": 900}, **options})
        context.set_default_timeout(10_000)
        contexts.append(context)
        seat = Seat(context.new_page(), lms)
        seats.append(seat)
        watch(seat.page, seat.problems)
        seat.page.goto(lms.url)
        seat.page.wait_for_function(
            "window.isReady && frames[0]?.document.documentElement?.classList.contains('is-ready')"
        )
        return seat

    yield opened
    for seat in seats:
        if not seat.page.is_closed():
            assert seat.refused() == []
        assert seat.problems == []
    for context in contexts:
        context.close()
