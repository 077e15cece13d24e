"""What an update does to learners, told from two packages."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support import TODAY

from smac_courses import diff
from smac_courses.errors import UsageError
from smac_courses.model.lock import format_lock
from smac_courses.pipeline import build_course, check_courses
from smac_courses.targets import TARGETS

Project = Callable[..., Path]
COURSE = "id: c\ntitle: A course\nversion: {version}\nmodules: [../modules/m.md, exam.md]\n"
MODULE = """\
---
id: m
title: A module
review_by: 2099-01-01
---

Opening.

## A lesson {#lesson}

Some text.

### Which? {#which}

- ( ) This.
- (x) That.

> So.

### What word? {#word points=2}

= disclosure
~ disclaimer {points=1}

> So.

### Sort. {#sort .order}

1. Stop
2. Think

> So.

### I agree {#agree .attest}

I will follow the policy.
"""
EXAM = """\
---
id: e
title: Exam
exam: {pass_percent: 70, attempts: 2}
---

## Pool {#pool}

### True? {#true .true-false}

= true

> So.

### Fill {#fill}

The tag is [[=#ad]] and stands [[(first) / last]].

> So.
"""


@pytest.fixture
def built(project: Project, tmp_path: Path) -> Callable[..., Path]:
    """A function that builds the course, with changes, under the lock of the first build."""
    lock: dict[str, str] = {}

    def build(version: str = "1.0.0", *, keep_lock: bool = True, more: str = "", **changes: tuple[str, str]) -> Path:
        module, exam = MODULE, EXAM
        for old, new in changes.values():
            assert old in module + exam
            module, exam = module.replace(old, new), exam.replace(old, new)
        course_yml = COURSE.format(version=version) + more
        files = {"modules/m.md": module, "c/exam.md": exam, "c/course.yml": course_yml}
        checked = check_courses([project({**files, **(lock if keep_lock else {})})], TODAY)
        assert not checked.report.has_errors, list(checked.report)
        course = checked.project.courses[0]
        lock.setdefault("c/course.lock", format_lock(course.with_all_ordinals().ordinals))
        folder = tmp_path / f"built-{len(list(tmp_path.glob('built-*')))}"
        return build_course(course, TARGETS["scorm12"], folder).path

    return build


def found(old: Path, new: Path) -> diff.Diff:
    return diff.compared(diff.read_package(old), diff.read_package(new))


def test_the_same_course_differs_in_nothing(built: Callable[..., Path]) -> None:
    same = found(built(), built("1.0.1"))

    assert (same.changes, same.lost, same.level) == ([], [], None)
    assert "nothing that a learner would notice" in diff.as_text(same)


def test_a_course_in_modules_is_compared_as_a_whole(built: Callable[..., Path]) -> None:
    modules = "structure: modules\n"
    same = found(built(more=modules), built("1.0.1", more=modules))
    assert (same.changes, same.lost) == ([], [])
    changed = found(built(more=modules), built("1.0.1", more=modules, text=("Some text.", "Other text.")))
    assert [change.what for change in changed.changes] == ["lesson m.lesson is reworded"]
    assert changed.new.data["course"]["title"] == "A course"
    assert "e.true" in changed.new.questions()


def test_another_cut_into_scos_loses_what_the_lms_has(built: Callable[..., Path]) -> None:
    cut = found(built(), built("1.1.0", more="structure: modules\n"))

    assert cut.level == "major"
    assert [change.what for change in cut.changes if change.level == "major"] == ["cut into other SCOs: 1 → 2"]
    assert cut.lost == ["everything"]
    assert not cut.is_version_right


@pytest.mark.parametrize(
    ("old", "new", "level", "words"),
    [
        ("Some text.", "Other text.", "patch", "lesson m.lesson is reworded"),
        ("Opening.", "Opening words.", "patch", "opening page m is reworded"),
        ("- ( ) This.", "- ( ) This one.", "patch", "question m.which: answer a is reworded"),
        ("### Which?", "### Which one?", "patch", "question m.which: its text is reworded"),
        ("- (x) That.", "- (x) That.\n- ( ) None.", "minor", "question m.which: answer c is new"),
        ("### Sort. {#sort", "### Sort. {#sorted", "minor", "question m.sort is gone"),
        ("## A lesson {#lesson}", "## New {#new}\n\nText.\n\n## A lesson {#lesson}", "minor", "lesson m.new is new"),
        ("attempts: 2", "attempts: 3", "minor", "exam: attempts 2 → 3"),
        ("attempts: 2", "attempts: 1", "major", "exam: attempts 2 → 1"),
        (", attempts: 2", "", "minor", "exam: attempts 2 → any number"),
        ("{#word points=2}", "{#word points=2 case=exact}", "major", "question m.word: whether capitals count"),
        ("{#word points=2}", "{#word points=2 difficulty=hard}", "patch", "question m.word names other objectives"),
        ("> So.\n\n### What word?", "> Because.\n\n### What word?", "patch", "question m.which: its feedback or hints"),
        ("## Pool {#pool}", "## Basics {#pool}", "patch", "exam, pool pool has another title"),
        ("[[=#ad]]", "[[(#ad) / #x]]", "major", "question e.fill: a gap is typed that was chosen"),
        ("= disclosure", "= disclosed", "major", "question m.word: the key has changed"),
        ("points=2", "points=3", "major", "question m.word: points 2 → 3"),
        ("= true", "= false", "major", "question e.true: the key has changed"),
        ("[[=#ad]]", "[[=#advert]]", "major", "question e.fill: the key has changed"),
        ("1. Stop\n2. Think", "1. Think\n2. Stop", "major", "question m.sort: “Stop” was answer"),
        (
            "- ( ) This.\n- (x) That.",
            "- (x) That.\n- ( ) This.",
            "major",
            "question m.which: “This.” was answer a, and is answer b now",
        ),
        ("The tag is [[=#ad]]", "[[=The]] tag is [[=#ad]]", "major", "question e.fill: another number of gaps"),
        ("pass_percent: 70", "pass_percent: 80", "major", "exam: pass mark 70 → 80"),
        ("I will follow the policy.", "I follow the policy.", "major", "question m.agree: the statement or its policy"),
    ],
)
@pytest.mark.parametrize("grading", ["practice", "deter"])
def test_a_change_has_its_level(
    old: str, new: str, level: str, words: str, grading: str, built: Callable[..., Path]
) -> None:
    more = f"grading: {grading}\n"
    changed = found(built(more=more), built(more=more, change=(old, new)))

    assert changed.level == level, changed.changes
    assert any(words in change.what for change in changed.changes), changed.changes
    assert changed.lost == []


def test_another_kind_under_the_same_id_loses_answers(built: Callable[..., Path]) -> None:
    changed = found(built(), built(keep_lock=False, change=("= true", "= 1"), kind=(" .true-false", "")))

    assert changed.lost == ["question e.true"]
    assert changed.level == "major"


def test_named_answers_move_freely(built: Callable[..., Path]) -> None:
    """A name that is the letter of old keeps what was recorded, too."""
    moved = found(built(), built(change=("- ( ) This.\n- (x) That.", "- (x) That. {#b}\n- ( ) This. {#a}")))

    assert [change.what for change in moved.changes] == ["other words on the page, or another order"]


def test_what_is_called_something_else_is_lost(built: Callable[..., Path]) -> None:
    changed = found(built(), built(change=("id: m\n", "id: module\n"), keep_lock=False))

    assert "lesson m.lesson" in changed.lost
    assert "question m.which" in changed.lost
    assert any(change.what == "lesson m.lesson is now called module.lesson" for change in changed.changes)
    assert changed.level == "major"


def test_a_lower_version_is_called_too_low_even_without_a_change(built: Callable[..., Path]) -> None:
    assert "0.9.0 is too low" in diff.as_text(found(built(), built("0.9.0")))


@pytest.mark.parametrize(
    "page",
    [
        "",
        '<script id="_course-data">' + "[" * 100_000 + "</script>",
        '<script id="_course-data">{"course": {}}</script>',
        '<script id="_course-data">[]</script>',
    ],
)
def test_hostile_pages_are_refused(page: str, tmp_path: Path) -> None:
    file = tmp_path / "a.zip"
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("index.html", page)
        made.writestr("smac.json", "[]")

    with pytest.raises(UsageError, match="not a package that smac built"):
        diff.read_package(file)


def test_a_lock_that_began_anew_loses_progress(built: Callable[..., Path]) -> None:
    old = built()
    new = built(keep_lock=False, change=("## A lesson {#lesson}", "## New {#new}\n\nText.\n\n## A lesson {#lesson}"))

    changed = found(old, new)

    assert "lesson m.lesson" in changed.lost
    assert "Saved progress: lost for" in diff.as_text(changed)


@pytest.mark.parametrize(
    ("version", "level", "following"),
    [
        ("1.2.3", "patch", "1.2.4"),
        ("1.2.3", "minor", "1.3.0"),
        ("1.2.3", "major", "2.0.0"),
        ("1.2.3", None, "1.2.3"),
    ],
)
def test_the_version_that_a_change_asks_for(version: str, level: Any, following: str) -> None:
    assert diff.next_version(version, level) == following


def test_a_version_that_says_too_little_is_called_so(built: Callable[..., Path]) -> None:
    old = built()
    low = found(old, built("1.0.1", change=("= disclosure", "= disclosed")))
    high = found(old, built("2.0.0", change=("= disclosure", "= disclosed")))

    assert "1.0.1 is too low" in diff.as_text(low)
    assert "write version: 2.0.0" in diff.as_text(low)
    assert "2.0.0 is right" in diff.as_text(high)
    assert diff.as_json(low)["version_ok"] is False


def test_what_smac_did_not_build_is_refused(tmp_path: Path) -> None:
    text, other = tmp_path / "a.zip", tmp_path / "b.zip"
    text.write_text("no zip")
    with zipfile.ZipFile(other, "w") as made:
        made.writestr("index.html", "<p>Hello</p>")
        made.writestr("smac.json", "{}")

    for file in (text, other, tmp_path / "nowhere.zip"):
        with pytest.raises(UsageError, match="not a package that smac built"):
            diff.read_package(file)


def test_packages_of_the_first_versions_are_read(built: Callable[..., Path], tmp_path: Path) -> None:
    """There the key stood in the answers."""
    new = built(change=("### What word? {#word points=2}\n\n= disclosure\n~ disclaimer {points=1}\n\n> So.\n", ""))
    old = tmp_path / "old.zip"
    with zipfile.ZipFile(new) as source, zipfile.ZipFile(old, "w") as made:
        for name in source.namelist():
            data = source.read(name)
            if name == "index.html":
                page = data.decode()
                start = page.index('id="_course-data">') + len('id="_course-data">')
                course = json.loads(page[start : page.index("</script>", start)])
                lesson = course["lessons"][0]
                lesson["practice"] = [one for one in lesson["practice"] if one["kind"] == "single"]
                course["exam"] = None
                for question in lesson["practice"]:
                    right = question.pop("solution")["right"]
                    question["options"] = [{**one, "correct": one["id"] in right} for one in question["options"]]
                data = (page[:start] + json.dumps(course) + page[page.index("</script>", start) :]).encode()
            made.writestr(name, data)

    changed = found(old, new)

    assert not any("m.which" in change.what for change in changed.changes)
