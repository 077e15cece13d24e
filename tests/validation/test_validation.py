"""The second opinion, against packages with one fault each that were made from the standards alone."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from validation import faults
from validation.mutations import mutated
from validation.official import official_errors, officially_refused

from smac_courses.diagnostics import Report
from smac_courses.validation.validate import validate_zip

MUTATIONS = 3_000 if os.environ.get("SMAC_DEEP") else 120
GOOD = {
    "SCORM 1.2": ("scorm12", faults.good12),
    "2004 3rd": ("scorm2004-3rd", lambda: faults.good2004("3rd")),
    "2004 4th": ("scorm2004-4th", lambda: faults.good2004("4th")),
    "2004 3rd, modules": ("scorm2004-3rd", lambda: faults.good_modules2004("3rd")),
    "2004 4th, modules": ("scorm2004-4th", lambda: faults.good_modules2004("4th")),
}
ALL_FAULTS = [*faults.FAULTS12, *faults.FAULTS2004]


def found_in(files: dict[str, bytes], folder: Path) -> Report:
    faults.write_zip(folder / "x.zip", files)
    return validate_zip(folder / "x.zip").report


def errors(report: Report) -> list[str]:
    return [f"{found.at}: {found.code} {found.message}" for found in report if found.severity == "error"]


def names(cases: list[faults.Fault]) -> list[str]:
    return [f"{case.base}: {case.name}" for case in cases]


@pytest.mark.parametrize("name", GOOD)
def test_a_good_package_passes(name: str, tmp_path: Path) -> None:
    report = found_in(GOOD[name][1](), tmp_path)

    assert errors(report) == []
    assert {found.code for found in report} <= {"SMAC950", "SMAC952", "SMAC960"}


def test_there_are_as_many_faults_as_were_asked_for() -> None:
    assert len(faults.FAULTS12) >= 30
    assert len(faults.FAULTS2004) >= 30


@pytest.mark.parametrize("fault", ALL_FAULTS, ids=names(ALL_FAULTS))
def test_one_fault_is_an_error_with_its_code_and_its_place(fault: faults.Fault, tmp_path: Path) -> None:
    report = found_in(fault.package(), tmp_path)

    assert errors(report)
    assert {fault.code, *fault.also} & {found.code for found in report}, errors(report)
    assert all(found.at.path.startswith(f"{tmp_path}/x.zip") for found in report)


@pytest.mark.parametrize("warning", faults.WARNINGS, ids=names(faults.WARNINGS))
def test_what_is_legal_and_unwise_is_a_warning(warning: faults.Fault, tmp_path: Path) -> None:
    report = found_in(warning.package(), tmp_path)

    assert errors(report) == []
    assert warning.code in {found.code for found in report}


@pytest.mark.parametrize("legal", faults.LEGAL, ids=lambda case: f"{case.base}: {case.name}")
def test_what_is_legal_is_no_error(legal: faults.Legal, tmp_path: Path) -> None:
    assert errors(found_in(legal.package(), tmp_path)) == []


@pytest.mark.parametrize(("name", "code", "write"), faults.ZIP_FAULTS, ids=[fault[0] for fault in faults.ZIP_FAULTS])
def test_a_zip_that_would_do_harm_or_cannot_be_read_is_refused(
    name: str, code: str, write: Callable[[Path], None], tmp_path: Path
) -> None:
    write(tmp_path / "x.zip")

    report = validate_zip(tmp_path / "x.zip").report

    assert errors(report)
    assert {code, *faults.ZIP_ALSO.get(name, ())} & {found.code for found in report}
    assert [path.name for path in tmp_path.iterdir()] == ["x.zip"], "nothing is unpacked"
    assert not any("root:" in found.message for found in report), "no file of this machine is shown"


@pytest.mark.parametrize("case", faults.ZIP_WARNINGS, ids=lambda case: case[0])
def test_an_odd_zip_is_a_warning(case: tuple[str, str, Callable[[Path], None]], tmp_path: Path) -> None:
    case[2](tmp_path / "x.zip")

    report = validate_zip(tmp_path / "x.zip").report

    assert errors(report) == []
    assert case[1] in {found.code for found in report}


@pytest.mark.parametrize("case", faults.ZIP_LEGAL, ids=lambda case: case[0])
def test_a_legal_zip_passes(case: tuple[str, Callable[[Path], None]], tmp_path: Path) -> None:
    case[-1](tmp_path / "x.zip")

    assert errors(validate_zip(tmp_path / "x.zip").report) == []


@pytest.mark.parametrize("fault", ALL_FAULTS, ids=names(ALL_FAULTS))
def test_the_official_schemas_judge_the_fault_as_we_say(fault: faults.Fault, shared: Path) -> None:
    assert officially_refused(fault.package(), fault.standard) == fault.official


@pytest.mark.scales
@pytest.mark.parametrize("name", GOOD)
def test_what_the_official_schemas_refuse_is_an_error_here_too(name: str, shared: Path, tmp_path: Path) -> None:
    standard, good = GOOD[name]
    files = good()
    refused, missed = 0, []
    for seed in range(MUTATIONS):
        manifest = mutated(files["imsmanifest.xml"], seed)
        against = official_errors(manifest, standard)
        refused += bool(against)
        if against and not errors(found_in({**files, "imsmanifest.xml": manifest}, tmp_path)):
            missed.append((seed, against[0]))

    assert missed == []
    assert refused > MUTATIONS / 4, "most changes are faults"


def test_a_file_that_is_damaged_inside_is_named(tmp_path: Path) -> None:
    faults.write_zip(tmp_path / "x.zip", faults.good12())
    with zipfile.ZipFile(tmp_path / "x.zip") as archive:
        info = archive.getinfo("index.html")
    data = bytearray((tmp_path / "x.zip").read_bytes())
    at = info.header_offset + 30 + len(info.filename)
    data[at + 5] ^= 0xFF
    (tmp_path / "x.zip").write_bytes(data)

    report = validate_zip(tmp_path / "x.zip").report

    assert [(found.code, found.at.path.rpartition("/")[2]) for found in report] == [("SMAC901", "index.html")]
