"""Every example of `smac explain`, run: the wrong one gives its finding, the right one does not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from support import COURSE, MODULE, PROGRAM, TODAY

from smac_courses.catalogue import FINDINGS
from smac_courses.diagnostics import Report
from smac_courses.explanations import PLACES, Example, as_text, explanation
from smac_courses.pipeline import check_courses

WriteProject = Callable[..., Path]
# These want megabytes, bytes that are no text, real pictures or several courses.
WITHOUT_EXAMPLES = {
    *("SMAC101", "SMAC102", "SMAC103", "SMAC108", "SMAC307", "SMAC322", "SMAC323", "SMAC324", "SMAC325", "SMAC327"),
    *("SMAC328", "SMAC329", "SMAC334", "SMAC405", "SMAC406", "SMAC409", "SMAC602", "SMAC701", "SMAC702", "SMAC704"),
    *("SMAC611", "SMAC612", "SMAC613", "SMAC705", "SMAC709"),
    # What is found in a package is shown by tests/validation.
    *(code for code in FINDINGS if code.startswith("SMAC9")),
}
WITH_EXAMPLES = sorted(set(FINDINGS) - WITHOUT_EXAMPLES)


def files_of(examples: tuple[Example, ...]) -> dict[str, str]:
    files: dict[str, str] = {}
    for example in examples:
        match example.place:
            case "lesson":
                files["modules/m.md"] = MODULE + "\n" + example.text
            case "exam":
                files["c/exam.md"] = example.text
                files.setdefault("c/course.yml", COURSE.replace("[../modules/m.md]", "[../modules/m.md, exam.md]"))
            case "policy":
                files["policy.md"] = example.text
                files.setdefault("program.yml", PROGRAM + "policy: policy.md\n")
            case place:
                files[PLACES[place]] = example.text
    return files


def found_in(project: WriteProject, examples: tuple[Example, ...]) -> Report:
    return check_courses([project(files_of(examples))], TODAY).report


@pytest.mark.parametrize("code", WITH_EXAMPLES)
def test_the_wrong_example_gives_the_finding(code: str, project: WriteProject) -> None:
    wrong = explanation(code).wrong
    assert wrong

    assert code in {found.code for found in found_in(project, wrong)}


@pytest.mark.parametrize("code", WITH_EXAMPLES)
def test_the_right_example_builds(code: str, project: WriteProject) -> None:
    right = explanation(code).right
    assert right

    report = found_in(project, right)

    # Of a program, an example shows what it is about, and no more.
    left_out = {"SMAC603", "SMAC604"} - {code} if any(one.place == "program" for one in right) else set()
    assert {found.code for found in report} <= {"SMAC309", *left_out}, [str(found) for found in report]


@pytest.mark.parametrize("code", sorted(FINDINGS))
def test_every_code_is_explained_in_few_words(code: str) -> None:
    found = explanation(code)

    assert 20 <= len(found.text.split()) <= 140
    assert bool(found.wrong) == (code not in WITHOUT_EXAMPLES)
    assert "~~~~" not in as_text(code)
