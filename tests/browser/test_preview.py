"""The preview: the course in the strict stand-in, served to this machine only."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser, expect
from support import COURSE, COURSE_SRC, MODULE

from smac_courses.errors import EnvironmentProblem, UsageError
from smac_courses.lms.page import file_response
from smac_courses.preview import load_course, serve_preview
from smac_courses.reader.cache import ModuleCache
from smac_courses.targets import TARGETS

WriteProject = Callable[..., Path]


@contextmanager
def preview_of(folder: Path, *options: str) -> Iterator[str]:
    command = [sys.executable, "-u", "-m", "smac_courses", "preview", str(folder), "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            found = re.search(r"http://127\.0\.0\.1:\d+/", process.stdout.readline())
            assert found
            yield found[0]
        finally:
            process.terminate()


@pytest.fixture
def address() -> Iterator[str]:
    with preview_of(COURSE_SRC / "smac-disclosure") as found:
        yield found


def test_the_course_runs_and_what_it_says_is_shown(address: str, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 1200, "height": 800})
    page.goto(address)
    course = page.frame_locator("#course")
    course.get_by_role("button", name="Start").click()
    course.get_by_role("button", name="Continue").click()

    expect(page.locator("#model")).to_contain_text("ftc-disclosure.endorsement")
    expect(page.locator("#log")).to_contain_text('LMSSetValue("cmi.core.exit", "suspend") → "true"')
    assert page.locator("#log .refused").count() == 0

    page.get_by_role("button", name="Close and open again").click()
    expect(course.get_by_text("Welcome back. You were on: What counts as an endorsement.")).to_be_visible()
    page.get_by_label("Mode").select_option("review")
    expect(course.get_by_text("You are looking at this course again.")).to_be_visible()
    page.get_by_role("button", name="Start afresh").click()
    expect(course.get_by_role("button", name="Start")).to_be_visible()
    page.close()


def test_scorm_2004_and_one_sco_after_the_other(project: WriteProject, browser: Browser) -> None:
    course = "id: c\ntitle: C\nversion: 1.0.0\nmodules: [../modules/m.md, ../modules/n.md]\nstructure: modules\n"
    second = MODULE.replace("id: m", "id: n").replace("A module", "Another module")
    folder = project({"c/course.yml": course, "modules/n.md": second})
    with preview_of(folder, "--target", "scorm2004-3rd") as address:
        page = browser.new_page()
        page.goto(address)
        course_frame = page.frame_locator("#course")
        expect(page.get_by_role("heading", name="Preview in a strict SCORM 2004 LMS")).to_be_visible()
        course_frame.get_by_role("button", name="Start").click()
        course_frame.get_by_role("button", name="Continue").click()
        course_frame.get_by_role("button", name="Continue").click()
        expect(page.locator("#model")).to_contain_text("cmi.completion_status")
        expect(page.locator("#model")).to_contain_text("completed")
        page.get_by_label("SCO").select_option("Another module")
        expect(course_frame.get_by_role("heading", name="Another module").first).to_be_visible()
        expect(page.locator("#model")).to_contain_text("incomplete")
        page.get_by_label("SCO").select_option("A module")
        expect(course_frame.get_by_text("You have completed this part of the course.")).to_be_visible()
        assert page.locator("#log .refused").count() == 0
        page.close()


def test_only_names_of_this_machine_are_answered(address: str) -> None:
    with pytest.raises(HTTPError) as caught:
        urlopen(Request(address, headers={"Host": "evil.example"}))

    with caught.value as answer:
        assert answer.code == 400


@pytest.mark.parametrize(
    "path",
    [
        "course/1/../../setup.cfg",
        "course/1/nothing.html",
        "course/nothing.html",
        "lms/page.py",
        "lms/..%2f..%2fsetup.cfg",
    ],
)
def test_nothing_but_the_package_is_served(address: str, path: str) -> None:
    with pytest.raises(HTTPError) as caught:
        urlopen(address + path)

    with caught.value as answer:
        assert answer.code == 404


def test_the_page_follows_what_is_saved_and_stays_where_the_learner_was(
    project: WriteProject, browser: Browser
) -> None:
    folder = project()
    with preview_of(folder) as address:
        page = browser.new_page()
        page.goto(address)
        course = page.frame_locator("#course")
        course.get_by_role("button", name="Start").click()
        course.get_by_role("button", name="Continue").click()
        expect(course.get_by_role("heading", name="A lesson")).to_be_visible()

        project({"modules/m.md": MODULE.replace("Some text.", "Another text.")})
        expect(course.get_by_text("Another text.")).to_be_visible()
        expect(page.locator("#summary")).to_contain_text("1 warning")

        project({"modules/m.md": MODULE + "\n[nowhere](#nowhere)\n"})
        expect(page.locator("#list")).to_contain_text("SMAC306")
        expect(page.locator("#summary")).to_contain_text("The course shown is the last one without errors.")
        expect(course.get_by_text("Another text.")).to_be_visible()

        project({"modules/m.md": MODULE.replace("Some text.", "Mended.")})
        expect(course.get_by_text("Mended.")).to_be_visible()
        page.close()


def test_a_course_with_errors_appears_once_it_is_mended(project: WriteProject, browser: Browser) -> None:
    folder = project({"modules/m.md": MODULE + "\n[nowhere](#nowhere)\n"})
    with preview_of(folder) as address:
        page = browser.new_page()
        page.goto(address)
        expect(page.locator("#list")).to_contain_text("SMAC306")

        project({"modules/m.md": MODULE})

        expect(page.frame_locator("#course").get_by_role("button", name="Start")).to_be_visible()
        page.close()


@pytest.mark.parametrize("fault", ["offline", "refuse", "throw"])
def test_an_lms_that_fails_is_noticed_and_what_was_held_back_arrives_later(
    fault: str, address: str, browser: Browser
) -> None:
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    page.goto(address)
    course = page.frame_locator("#course")
    course.get_by_role("button", name="Start").click()
    page.get_by_label("The LMS").select_option(fault)
    course.get_by_role("button", name="Continue").click()

    expect(course.locator("#_save-state")).to_have_text("Not saved yet")
    expect(page.locator("#log .refused").first).to_be_visible()
    expect(page.locator("#model")).not_to_contain_text("ftc-disclosure.endorsement")

    page.get_by_label("The LMS").select_option("none")
    expect(course.locator("#_save-state")).to_have_text("Saved", timeout=30_000)
    expect(page.locator("#model")).to_contain_text("ftc-disclosure.endorsement")
    page.close()


def test_a_part_of_a_film_can_be_asked_for() -> None:
    response = file_response("a.mp4", b"0123456789", "bytes=2-4")

    assert (response.status_code, response.body) == (206, b"234")
    assert response.headers["content-range"] == "bytes 2-4/10"
    assert file_response("a.mp4", b"0123456789", "bytes=8-").body == b"89"
    assert file_response("a.mp4", b"0123456789", "bytes=20-").status_code == 200


def test_a_port_in_use_is_named(project: WriteProject) -> None:
    folder = project()
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(EnvironmentProblem, match=r"--port 0"):
        serve_preview([folder], taken.getsockname()[1], print, TARGETS["scorm12"])


def test_several_courses_are_too_many(project: WriteProject) -> None:
    folder = project({"d/course.yml": "id: d\ntitle: D\nversion: 1.0.0\nmodules: [../modules/m.md]\n"})

    with pytest.raises(UsageError, match="c, d"):
        serve_preview([folder], 0, print, TARGETS["scorm12"])


@pytest.mark.parametrize("target", ["cmi5", pytest.param("xapi", marks=pytest.mark.deep)])
def test_a_course_for_a_record_store_is_shown_with_its_statements(target: str, browser: Browser) -> None:
    with preview_of(COURSE_SRC / "smac-disclosure", "--target", target) as address:
        page = browser.new_page(viewport={"width": 1500, "height": 800})
        page.goto(address)
        course = page.frame_locator("#course")
        course.get_by_role("button", name="Start").click()
        course.get_by_role("button", name="Continue").click()
        expect(page.locator("#model")).to_contain_text("initialized")
        expect(page.locator("#log")).to_contain_text("PUT activities/state 204")
        page.get_by_label("The LMS").select_option("offline")
        course.get_by_role("link", name="Where a disclosure must stand").click()
        expect(course.locator("#_save-state")).to_have_text("Not saved yet")
        page.get_by_label("The LMS").select_option("none")
        expect(course.locator("#_save-state")).to_have_text("Saved", timeout=10_000)
        page.get_by_role("button", name="Close and open again").click()
        expect(course.get_by_text("Welcome back. You were on: Where a disclosure must stand.")).to_be_visible()
        expect(page.locator("#model")).to_contain_text("terminated")
        page.get_by_role("button", name="Start afresh").click()
        expect(course.get_by_role("button", name="Start")).to_be_visible()
        assert page.locator("#log .refused").count() == 0


def test_a_course_of_modules_is_one_thing_where_the_format_launches_one(project: WriteProject) -> None:
    files = {
        "modules/n.md": MODULE.replace("id: m", "id: n"),
        "c/course.yml": COURSE.replace("[../modules/m.md]", "[../modules/m.md, ../modules/n.md]")
        + "structure: modules\n",
    }
    folder = project(files)

    assert [title for _, title in load_course([folder], ModuleCache(), TARGETS["cmi5"]).launches] == ["A module"] * 2
    assert load_course([folder], ModuleCache(), TARGETS["xapi"]).launches == (("index.html", "A course"),)


def test_a_web_site_needs_no_preview() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "smac_courses", "preview", str(COURSE_SRC), "-t", "web"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 2
    assert "needs no LMS" in run.stderr
