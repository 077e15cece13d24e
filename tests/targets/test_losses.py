"""What a format does not carry is said, by question and line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from support import COURSE, MODULE, TODAY

from smac_courses.model.course import Course
from smac_courses.pipeline import build_course, check_courses, losses_file
from smac_courses.targets import TARGETS

WriteProject = Callable[..., Path]
QUESTION = "\n### Why {long}? {{#why}}\n\n- (x) So.\n- ( ) Not.\n\n> So.\n"
ESSAY = "\n### Say it. {#essay .essay max=2000}\n\n> So.\n"
EXAM = (
    "---\nid: e\ntitle: The exam\nexam: {pass_percent: 80}\n---\n\n"
    "## One {#one}\n\n### A? {#a}\n\n- (x) So.\n- ( ) Not.\n\n> So.\n\n## Two {#two}\n\n### B? {#b}\n\n- (x) So.\n- ( ) Not.\n\n> So.\n"
)
OTHER = (
    MODULE.replace("id: m", "id: n")
    .replace("A module", "Another")
    .replace("Some text.", "See [the first](m.md#lesson).")
)


@pytest.fixture
def course(project: WriteProject) -> Callable[..., Course]:
    def read(more: str = "") -> Course:
        long = "a" * 300
        files = {
            "modules/m.md": MODULE + QUESTION.format(long=long) + ESSAY,
            "modules/n.md": OTHER,
            "c/exam.md": EXAM,
            "c/course.yml": COURSE.replace("[../modules/m.md]", "[../modules/m.md, ../modules/n.md, exam.md]") + more,
        }
        checked = check_courses([project(files)], TODAY)
        assert not checked.report.has_errors, list(checked.report)
        return checked.project.courses[0]

    return read


def lost(course: Course, target: str) -> list[str]:
    return [f"{loss.at}: {loss.what}" for loss in TARGETS[target].losses(course)]


def test_scorm_1_2_has_no_words_no_topics_and_short_answers(course: Callable[..., Course]) -> None:
    found = lost(course(), "scorm12")

    assert len(found) == 3
    assert found[0].startswith("c/course.yml:1:1: reports name questions by their ids")
    assert found[1].startswith("c/exam.md:7:1: the results of topics")
    assert "m.essay: an answer can have 2,000 letters; the LMS is told the first 255" in found[2]
    assert found[2].startswith("modules/m.md:")


def test_scorm_2004_cuts_long_questions(course: Callable[..., Course]) -> None:
    found = lost(course(), "scorm2004-3rd")

    assert len(found) == 1
    assert "m.why: the question has 305 letters; reports show the first 240" in found[0]


def test_modules_lose_their_links_and_where_nobody_keeps_it_the_gate(course: Callable[..., Course]) -> None:
    apart = course("structure: modules\n")
    full = course("structure: modules\nsequencing: full\n")

    links = "modules/n.md:9:1: the link to the module 'm' becomes words"
    for target in ("scorm12", "scorm2004-3rd", "cmi5"):
        assert any(
            line.startswith(links.partition(":9:")[0]) and "becomes words" in line for line in lost(apart, target)
        )
    assert any(
        "the exam opens without the lessons: write sequencing: full" in one for one in lost(apart, "scorm2004-4th")
    )
    assert not any("the exam opens" in one for one in lost(full, "scorm2004-4th"))
    assert any("cmi5 knows no prerequisites" in one for one in lost(full, "cmi5"))
    assert any("the format launches one thing" in one for one in lost(apart, "xapi"))
    assert lost(course(), "cmi5") == []


def test_the_report_lies_beside_the_package_and_goes_when_nothing_is_lost(
    course: Callable[..., Course], tmp_path: Path
) -> None:
    built = build_course(course("structure: modules\n"), TARGETS["xapi"], tmp_path / "out")
    file = losses_file(built.path)

    lines = file.read_text().splitlines()
    assert lines[0] == "What xapi does not carry of c 1.0.0"
    assert lines[2].startswith("c/course.yml:5:")
    assert len(built.losses) == len(lines) - 2
    again = build_course(course(), TARGETS["xapi"], tmp_path / "out")
    assert again.losses == ()
    assert not file.exists()
