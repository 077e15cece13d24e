"""What was read before is never wrong: not after an edit, not when what it points to has changed."""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path

import pytest
from support import TODAY, copy_one_course

from smac_courses.diagnostics import Diagnostic
from smac_courses.pipeline import GENERATOR, check_courses
from smac_courses.reader import cache as cache_module
from smac_courses.reader.cache import ModuleCache, cache_folder
from smac_courses.targets import TARGETS
from smac_courses.targets.base import EmitContext

EDITS = 300 if os.environ.get("SMAC_DEEP") else 25


def result(folder: Path, cache: ModuleCache | None) -> tuple[list[Diagnostic], str]:
    """Findings, and the digest of what would be built from it."""
    checked = check_courses([folder], TODAY, cache=cache)
    digest = ""
    if not checked.report.has_errors:
        course = checked.project.courses[0].with_all_ordinals()
        digest = TARGETS["scorm12"].emit(course, EmitContext(generator=GENERATOR)).digest()
    return list(checked.report), digest


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return copy_one_course(tmp_path / "src").parent


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    folder = tmp_path / "kept"
    folder.mkdir()
    return folder


@pytest.mark.scales
def test_after_any_edit_the_result_is_that_of_reading_afresh(copy: Path, kept: Path) -> None:
    chance = random.Random(7)
    files = ["program.yml", "modules/ftc-disclosure.md", "smac-disclosure/exam.md", "smac-disclosure/course.yml"]
    originals = {name: (copy / name).read_text("utf-8") for name in files}
    for _ in range(EDITS):
        name = chance.choice(files)
        text = originals[name]
        start = chance.randrange(len(text))
        piece = chance.choice(
            ["", "x", "\n", "*", "(x)", "[ ]", "{#a}", "](assets/x.png)", "{{ company.name }}", "\n\n"]
        )
        (copy / name).write_text(text[:start] + piece + text[start + chance.randrange(4) :], "utf-8")

        assert result(copy, ModuleCache(kept)) == result(copy, None)
        (copy / name).write_text(text, "utf-8")


def test_a_second_reading_takes_what_was_kept(copy: Path, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = result(copy, ModuleCache(kept))
    monkeypatch.setattr(cache_module, "read_module", None)

    assert result(copy, ModuleCache(kept)) == first


def test_a_picture_that_changes_or_goes_away_is_noticed(copy: Path, kept: Path) -> None:
    result(copy, ModuleCache(kept))
    picture = copy / "assets/two-posts.svg"
    picture.write_text(picture.read_text().replace('width="', 'width="1', 1))
    assert result(copy, ModuleCache(kept)) == result(copy, None)

    picture.write_text("<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>")
    assert result(copy, ModuleCache(kept)) == result(copy, None)

    picture.unlink()
    found, _ = result(copy, ModuleCache(kept))
    assert [one.code for one in found] == ["SMAC320"]


def test_a_damaged_entry_is_read_anew(copy: Path, kept: Path) -> None:
    first = result(copy, ModuleCache(kept))
    for entry in kept.iterdir():
        entry.write_bytes(entry.read_bytes()[:-1] + b"?")

    assert result(copy, ModuleCache(kept)) == first


def test_a_folder_that_goes_away_is_no_error(copy: Path, kept: Path) -> None:
    cache = ModuleCache(kept)
    shutil.rmtree(kept)

    assert result(copy, cache) == result(copy, None)


def test_a_folder_that_others_may_write_to_is_not_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "smac-courses"

    (tmp_path / "smac-courses").chmod(0o777)

    assert cache_folder() is None


def test_old_entries_are_forgotten_when_there_are_too_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(cache_module, "MAX_ENTRIES", 4)
    folder = cache_folder()
    assert folder
    for number in range(6):
        (folder / str(number)).write_bytes(b"x")
        os.utime(folder / str(number), (number, number))

    cache_folder()

    assert sorted(path.name for path in folder.iterdir()) == ["3", "4", "5"]


def test_several_processes_give_what_one_gives(copy: Path) -> None:
    for number in range(3):
        shutil.copytree(copy / "smac-disclosure", copy / f"other-{number}")
        course = copy / f"other-{number}/course.yml"
        course.write_text(course.read_text().replace("id: smac-disclosure", f"id: other-{number}"))

    one, many = check_courses([copy], TODAY), check_courses([copy], TODAY, jobs=3)

    assert list(one.report) == list(many.report)
    assert [course.id for course in one.project.courses] == [course.id for course in many.project.courses]
    assert one.project.courses == many.project.courses
