from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support import COURSE_SRC, TODAY

from smac_courses.model.course import Course
from smac_courses.pipeline import check_courses
from smac_courses.targets import TARGETS
from smac_courses.targets._mastery import mastery_percent
from smac_courses.targets.base import EmitContext

CONTEXT = EmitContext(generator="test")


@pytest.fixture(scope="module")
def course() -> Course:
    return check_courses([COURSE_SRC / "smac-disclosure"], TODAY).project.courses[0].with_all_ordinals()


def with_rules(course: Course, must_pass: int, **rules: Any) -> Course:
    """The course with other rules, and the same limit on every topic."""

    def changed(module: Any) -> Any:
        if module.exam is None:
            return module
        pools = tuple(replace(pool, must_pass=must_pass) for pool in module.exam.pools)
        return replace(module, exam=replace(module.exam, pools=pools, rules=replace(module.exam.rules, **rules)))

    return replace(course, modules=tuple(changed(module) for module in course.modules))


@pytest.mark.parametrize(
    ("must_pass", "attempts", "expected"),
    [(0, 1, 80), (0, 3, None), (0, 0, None), (75, 1, None)],
)
def test_a_mastery_score_is_given_only_where_the_lms_would_judge_alike(
    course: Course, must_pass: int, attempts: int, expected: int | None
) -> None:
    changed = with_rules(course, must_pass, attempts=attempts)

    manifest = TARGETS["scorm12"].emit(changed, CONTEXT).read("imsmanifest.xml")

    assert mastery_percent(changed) == expected
    assert (b"<adlcp:masteryscore>80</adlcp:masteryscore>" in manifest) is (expected is not None)


def test_a_title_is_text_wherever_it_appears(course: Course) -> None:
    title = """<script>alert("1")</script> & 'Q' \x08 ]]> -->"""
    package = TARGETS["scorm12"].emit(replace(course, title=title, description=title), CONTEXT)
    page = package.read("index.html").decode()

    assert "<script>alert" not in page
    assert b"<script>" not in package.read("imsmanifest.xml")


def test_a_long_title_is_cut_for_the_lms_and_kept_in_the_page(course: Course) -> None:
    package = TARGETS["scorm12"].emit(replace(course, title="x" * 300), CONTEXT)

    assert b"<title>" + b"x" * 200 + b"</title>" in package.read("imsmanifest.xml")
    assert "x" * 300 in package.read("index.html").decode()


def test_the_page_holds_no_inline_script_or_style_and_no_other_host(course: Course) -> None:
    import re

    page = TARGETS["scorm12"].emit(course, CONTEXT).read("index.html").decode()

    assert re.findall(r"<script(?! src=\"player\.js\" defer| type=\"application/json\")", page) == []
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", page)
    assert re.findall(r'(?:src|href)="(?:https?:)?//[^"]*"', page) == []


def test_the_package_says_what_it_is(course: Course, foundation_zip: Path) -> None:
    with zipfile.ZipFile(foundation_zip) as archive:
        about = json.loads(archive.read("smac.json"))

    package = TARGETS["scorm12"].emit(course, EmitContext(generator=about["generator"]))
    assert about["course"] == "smac-disclosure"
    assert about["content_digest"] == package.digest(leave_out=frozenset({"smac.json"}))


def test_the_longest_saved_state_is_within_the_limit(course: Course) -> None:
    from smac_courses.model.codec import longest_saved_state

    assert longest_saved_state(course) < 4000
