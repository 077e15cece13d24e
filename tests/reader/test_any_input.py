"""Whatever stands in a module: findings or a package, each finding with a place, never a crash."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import TODAY, copy_one_course

from smac_courses.fixing import apply_fixes
from smac_courses.pipeline import GENERATOR, Checked, check_courses
from smac_courses.reporting import format_text
from smac_courses.targets import TARGETS
from smac_courses.targets.base import EmitContext

pytestmark = pytest.mark.scales
COUNT = 2_000 if os.environ.get("SMAC_DEEP") else 60
often = settings(max_examples=COUNT, deadline=None, suppress_health_check=list(HealthCheck))
FILES = [
    "modules/ftc-disclosure.md",
    "smac-disclosure/exam.md",
    "smac-disclosure/course.yml",
    "program.yml",
    "smac-disclosure/course.lock",
]
PIECES = st.sampled_from(
    [
        "",
        "\n",
        "\n\n",
        " ",
        "    ",
        "\t",
        "#",
        "## ",
        "- ( ) ",
        "- (x) ",
        "[ ]",
        ">",
        "```",
        "---",
        "|",
        "{",
        "}",
        "{#",
        "{{",
        "}}",
        "[^",
        "]:",
        "<!--",
        "-->",
        "<div>",
        "</p>",
        "*",
        "_",
        "`",
        "\\",
        "&",
        "é",
        "\u2028",
        "\x00",
        "\x1e",
        "\x02",
        "\ufeff",
        "😀",
        "\u202e",
        "0",
        "x" * 50,
    ]
)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("fuzz") / "course_src"
    copy_one_course(folder)
    shutil.copytree(folder, folder.with_name("as-written"))
    return folder


def all_of(folder: Path) -> Checked:
    """Everything that a build does."""
    checked = check_courses([folder], TODAY)
    format_text(checked.report, folder)
    for found in checked.report:
        assert found.at.line >= 1, found
        assert (folder / found.at.path).exists(), found
        assert found.hint, found
    if not checked.report.has_errors:
        for course in checked.project.courses:
            TARGETS["scorm12"].emit(course.with_all_ordinals(), EmitContext(generator=GENERATOR))
    return checked


@often
@given(name=st.sampled_from(FILES), data=st.data())
def test_a_course_in_which_a_few_characters_changed(copy: Path, name: str, data: st.DataObject) -> None:
    path = copy / name
    text = (copy.with_name("as-written") / name).read_text("utf-8")
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.integers(0, 12)))
        text = text[:start] + data.draw(PIECES) + text[end:]
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        all_of(copy)
    finally:
        shutil.copyfile(copy.with_name("as-written") / name, path)


@often
@given(
    body=st.lists(PIECES | st.sampled_from(["word", "Title", "(x)", "#id", ".cls", "a=b"]), max_size=40).map("".join)
)
def test_a_module_of_any_characters_can_be_mended_once(tmp_path_factory: pytest.TempPathFactory, body: str) -> None:
    folder = tmp_path_factory.mktemp("any")
    (folder / "c").mkdir()
    (folder / "program.yml").write_text("company: {name: Example}\n")
    (folder / "c/course.yml").write_text("id: c\ntitle: C\nversion: 1.0.0\nmodules: [../m.md]\n")
    (folder / "m.md").write_bytes(("---\nid: m\ntitle: M\n---\n\n## Lesson\n" + body).encode())
    checked = all_of(folder)

    list(apply_fixes(checked))
    written = (folder / "m.md").read_bytes()
    again = all_of(folder)

    list(apply_fixes(again))
    assert (folder / "m.md").read_bytes() == written, "a second --fix has nothing to do"
    shutil.rmtree(folder)


@often
@given(raw=st.binary(max_size=200))
def test_a_module_of_any_bytes(copy: Path, raw: bytes) -> None:
    path = copy / FILES[0]
    path.write_bytes(raw)
    try:
        assert all_of(copy).report.has_errors
    finally:
        shutil.copyfile(copy.with_name("as-written") / FILES[0], path)
