"""Golden findings: a folder for each, with the files that differ from the smallest good project.

`pytest --accept` rewrites `expected.txt`; read the diff before you commit it.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from support import COURSE, MODULE, PROGRAM, TODAY

from smac_courses.catalogue import FINDINGS
from smac_courses.pipeline import check_courses
from smac_courses.reporting import format_text, summary

CASES = Path(__file__).parent / "cases"
# These want megabytes or a broken disk; tests/reader/test_limits.py makes them.
TOO_LARGE_FOR_A_CASE = {"SMAC101", "SMAC102", "SMAC324", "SMAC701", "SMAC702", "SMAC705"}
# These come from a build; a case is only checked.
NEEDS_A_BUILD = {"SMAC704", "SMAC709"}
# These are found in packages: tests/validation.
IN_PACKAGES = {code for code in FINDINGS if code.startswith("SMAC9")}
NAMES = sorted(path.name for path in CASES.iterdir())


def found_in(case: Path, folder: Path) -> str:
    for name, text in (("program.yml", PROGRAM), ("c/course.yml", COURSE), ("modules/m.md", MODULE)):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    shutil.copytree(case, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("expected.txt"))
    if not (case / "c/course.lock").exists() and case.name != "lock-out-of-date":
        _lock(folder)
    report = check_courses([folder], TODAY).report
    return f"{format_text(report, folder)}\n{summary(report)}\n"


def _lock(folder: Path) -> None:
    from smac_courses.pipeline import write_locks

    list(write_locks(check_courses([folder], TODAY).project))


@pytest.mark.parametrize("name", NAMES)
def test_findings_are_as_expected(name: str, tmp_path: Path, accept: bool) -> None:
    expected = CASES / name / "expected.txt"
    text = found_in(CASES / name, tmp_path)

    if accept:
        expected.write_text(text, "utf-8")

    assert text == expected.read_text("utf-8")


def test_every_finding_of_the_catalogue_has_a_case() -> None:
    shown = set(
        re.findall(
            r"(?:error|warning|note) (SMAC\d{3}):",
            "".join((CASES / name / "expected.txt").read_text() for name in NAMES),
        )
    )

    assert shown | TOO_LARGE_FOR_A_CASE | NEEDS_A_BUILD | IN_PACKAGES == set(FINDINGS)


def test_every_finding_says_what_to_do() -> None:
    for name in NAMES:
        text = (CASES / name / "expected.txt").read_text()
        assert len(re.findall(r"^    help: \S.{8,}", text, re.MULTILINE)) == len(
            re.findall(r": SMAC\d{3}: |SMAC\d{3}:", text)
        ), name
