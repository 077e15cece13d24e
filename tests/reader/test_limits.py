"""Findings that need a large or a broken file; the rest is in tests/cases."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from support import MODULE, TODAY

from smac_courses.pipeline import check_courses
from smac_courses.reader import module
from smac_courses.reader import source as source_module
from smac_courses.reader.patience import patience

WriteProject = Callable[..., Path]


def codes(folder: Path) -> list[str]:
    return [
        found.code
        for found in check_courses([folder], TODAY).report
        if found.severity == "error" or found.code in {"SMAC702", "SMAC705"}
    ]


def test_a_file_over_a_megabyte(project: WriteProject) -> None:
    assert codes(project({"modules/m.md": MODULE + "word " * 250_000})) == ["SMAC101"]


def test_a_file_that_cannot_be_opened(project: WriteProject, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = project()
    read = Path.read_bytes

    def refused(path: Path) -> bytes:
        if path.name == "m.md":
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr(source_module.Path, "read_bytes", refused)

    assert codes(folder) == ["SMAC102"]


def test_a_picture_over_five_megabytes(project: WriteProject) -> None:
    folder = project({"modules/m.md": MODULE + "\n![A view](view.png)\n"})
    (folder / "modules/view.png").write_bytes(b"x" * 5_000_001)

    assert codes(folder) == ["SMAC324"]


@pytest.mark.parametrize(("essays", "expected"), [(5, "SMAC705"), (40, "SMAC701")])
def test_progress_that_does_not_fit(essays: int, expected: str, project: WriteProject) -> None:
    questions = "".join(f"\n### Question {n}? {{#q{n} .essay max=2000}}\n\n> So.\n" for n in range(essays))

    assert codes(project({"modules/m.md": MODULE + questions})) == [expected]


def test_a_lesson_of_300_kilobytes(project: WriteProject) -> None:
    assert codes(project({"modules/m.md": MODULE + "\n\nSome words. " * 30_000})) == ["SMAC702"]


@pytest.mark.parametrize(
    "text",
    [
        "[" * 20_000,
        "[a](" * 4_000,
        "![a][" * 4_000,
        "<a " * 5_000,
        "- " * 500 + "x",
        "> " * 500 + "x",
        "*" * 20_000,
        "`" * 9_999,
        "~~a " * 4_700,
        "$a " * 5_000,
        "> a\n" + "w\n" * 9_000,
        "- a\n" + "w\n" * 9_000,
        "<!---->" * 28_000,
        "### a" + " " * 20_000 + "b {#b}",
        "{{" + " " * 19_000,
    ],
    ids=lambda text: text[:6].strip(),
)
def test_markdown_that_would_take_minutes_is_refused_or_read_at_once(project: WriteProject, text: str) -> None:
    folder = project({"modules/m.md": MODULE + f"\n{text}\n"})
    before = time.process_time()

    check_courses([folder], TODAY)

    assert time.process_time() - before < 5


@pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)  # a callback of hypothesis may swallow one
def test_a_module_that_takes_too_long_is_given_up(project: WriteProject, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "patience", lambda: patience(0.05))
    text = MODULE + "\n## Long {#long}\n\n" + ("Some *text* with [a link](#lesson).\n\n" * 4_000)

    report = check_courses([project({"modules/m.md": text})], TODAY).report

    assert [found.code for found in report] == ["SMAC107"]


def test_another_thread_has_all_the_time_it_wants() -> None:
    finished = []

    def work() -> None:
        with patience(0.001):
            finished.append(sum(range(100_000)))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()

    assert finished
