"""Findings in every form, and what authors say is meant."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support import COURSE, MODULE, PROGRAM, TODAY

from smac_courses.diagnostics import Fix, Location, Report, with_fixes
from smac_courses.fixing import apply_fixes
from smac_courses.pipeline import Checked, check_courses
from smac_courses.reporting import as_json, as_sarif, formatted, summary

WriteProject = Callable[..., Path]
QUESTION = "\n### Which? {#which}\n\n- (x ) This: 100 %.\n- ( ) That.\n"


@pytest.fixture
def checked(project: WriteProject) -> Checked:
    return check_courses(
        [project({"modules/m.md": MODULE + QUESTION + "\nSee [here](#lesson), [here](#nope).\n"})], TODAY
    )


def codes(report: Report) -> list[str]:
    return [found.code for found in report]


def test_concise_is_one_line_for_each(checked: Checked) -> None:
    lines = formatted(checked.report, checked.course_src, "concise", shown_root="src/").splitlines()

    assert len(lines) == len(checked.report)
    assert (
        "src/modules/m.md:13:1: error SMAC204: the brackets of this answer are not understood "
        "(write '- ( ) text' or '- (x) text': one space or an x in the brackets, one space on each side of them)"
    ) in lines


def test_json_has_places_with_their_ends_and_fixes(checked: Checked) -> None:
    data = json.loads(formatted(checked.report, checked.course_src, "json", shown_root="src/"))

    assert (data["version"], data["ok"]) == (1, False)
    assert data["errors"] + data["warnings"] == len(data["diagnostics"])
    brackets = next(one for one in data["diagnostics"] if one["code"] == "SMAC204")
    assert brackets["path"] == "src/modules/m.md"
    assert (brackets["line"], brackets["column"], brackets["end_line"], brackets["end_column"]) == (13, 1, 13, 20)
    assert brackets["fix"]["text"] == "- (x) This: 100 %."
    assert as_json(Report()) == {
        "version": 1,
        "ok": True,
        "errors": 0,
        "warnings": 0,
        "notes": 0,
        "ignored": 0,
        "diagnostics": [],
    }


def test_sarif_names_its_rules_and_counts_code_points(checked: Checked) -> None:
    sarif: dict[str, Any] = as_sarif(checked.report, checked.course_src, shown_root="my src/")
    (run,) = sarif["runs"]
    rules = run["tool"]["driver"]["rules"]

    assert sarif["version"] == "2.1.0"
    assert run["columnKind"] == "unicodeCodePoints"
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in {"error", "warning", "note"}
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"].startswith("my%20src/")
        assert place["region"]["endColumn"] > place["region"]["startColumn"] >= 1


def test_a_finding_keeps_its_fingerprint_when_it_moves(project: WriteProject) -> None:
    def prints(text: str) -> set[str]:
        checked = check_courses([project({"modules/m.md": text})], TODAY)
        results = as_sarif(checked.report, checked.course_src)["runs"][0]["results"]
        found = {one["partialFingerprints"]["smac/v1"] for one in results if one["ruleId"] != "SMAC309"}
        assert len(found) == len([one for one in results if one["ruleId"] != "SMAC309"])
        return found

    twice = MODULE + "\n[here](#lesson)\n\n[here](#lesson)\n"

    assert prints(twice) == prints(twice.replace("Some text.", "Some text.\n\nMore."))


def test_workflow_commands_are_escaped() -> None:
    report = Report()
    report.add("SMAC403", Location("a,b:c.md", 3, 5, 9), "100 %\nof it", hint="so")

    assert formatted(report, Path(), "github") == (
        "::warning file=a%2Cb%3Ac.md,line=3,col=5,endColumn=8,title=SMAC403::100 %25%0Aof it%0Aso"
    )


# -- what is meant -----------------------------------------------------------------------------------


LINK = "[here](#lesson)"


@pytest.mark.parametrize(
    ("body", "left"),
    [
        (f"<!-- smac: ignore=SMAC403 it is quoted -->\n{LINK}\n", []),
        (f"<!-- smac: ignore=SMAC403 it is quoted -->\n\n{LINK}\n", []),
        (f"{LINK} <!-- smac: ignore=SMAC403 it is quoted -->\n", []),
        (f"<!-- smac: ignore-file=SMAC403 all are quoted -->\n\nText.\n\n{LINK}\n\n{LINK}\n", []),
        (f"<!-- smac: ignore=SMAC403 it is quoted -->\nText.\n\n{LINK}\n", ["SMAC151", "SMAC403"]),
        (f"<!-- smac: ignore=SMAC403 -->\n{LINK}\n", ["SMAC150"]),
        (f"<!-- smac: ignore=SMAC403,SMAC402 both -->\n{LINK}\n", ["SMAC151"]),
        (f"<!-- smac: ignore=SMAC306 no -->\n{LINK}\n", ["SMAC152", "SMAC403"]),
        (f"<!-- smac: hide=SMAC403 no -->\n{LINK}\n", ["SMAC152", "SMAC403"]),
        (f"```\n<!-- smac: ignore=SMAC403 shown -->\n```\n\n{LINK}\n", ["SMAC403"]),
    ],
)
def test_a_warning_can_be_ignored_with_a_reason(project: WriteProject, body: str, left: list[str]) -> None:
    report = check_courses([project({"modules/m.md": MODULE + "\n" + body})], TODAY).report

    assert [code for code in codes(report) if code != "SMAC309"] == left


def test_a_warning_in_yaml_can_be_ignored(project: WriteProject) -> None:
    module = MODULE.replace("review_by: 2099-01-01\n", "# smac: ignore-file=SMAC502 a principle has no date\n")
    title = COURSE.replace("title: A course", f"title: {'x' * 120} # smac: ignore=SMAC703 the law's own title")

    report = check_courses([project({"modules/m.md": module, "c/course.yml": title})], TODAY).report

    assert codes(report) == ["SMAC309"]
    assert summary(report) == "1 warning (2 ignored)"


# -- what --fix changes --------------------------------------------------------------------------------


def test_fixes_keep_every_other_byte(project: WriteProject) -> None:
    text = (
        "\ufeff---\r\nid: m\r\ntitle: M\r\nreview_by: 2099-01-01\r\n---\r\n\r\n## Caf\u00e9 \U0001f600 people  \r\n\r\n"
        "Northwind people post #northwindpeople and #northwindpeople.\t\r\n\r\n"
        "### Q? {points=2}\r\n\r\n-  (X )  A \r\n* [] B\r\n\r\n> So.\r\n"
    )
    folder = project({"program.yml": PROGRAM.replace("Example Ltd", "Northwind")})
    path = folder / "modules/m.md"
    path.write_bytes(text.encode())

    for _ in range(3):
        list(apply_fixes(check_courses([folder], TODAY)))

    assert path.read_bytes().decode() == (
        text.replace("people  \r\n", "people {#cafe-people}\r\n")
        .replace("#northwindpeople", "#NorthwindPeople", 1)
        .replace("#northwindpeople", "#NorthwindPeople", 1)
        .replace("{points=2}", "{#q points=2}")
        .replace("-  (X )  A ", "- (x) A")
        .replace("* [] B", "* [ ] B")
    )


def test_of_two_fixes_that_touch_the_left_one_waits() -> None:
    fixes = {Fix(Location("m", 1, 1, 4), "one"), Fix(Location("m", 1, 3, 6), "two")}

    assert with_fixes("abcdef\n", fixes) == "abtwof\n"
