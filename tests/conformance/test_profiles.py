"""What every target makes, for every LMS and every structure: the official schemas, our own, and the second opinion."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from lxml import etree
from support import COURSE_SRC, ROOT, TODAY
from validation.official import SCHEMAS, official_errors

from smac_courses.model.course import Course
from smac_courses.model.profiles import PROFILES
from smac_courses.package import Package, write_zip
from smac_courses.pipeline import check_courses, read_control_documents
from smac_courses.targets import TARGETS
from smac_courses.targets.base import EmitContext
from smac_courses.validation.validate import validate_zip

CONTEXT = EmitContext(generator="test")
CONTROL = ROOT / "smac_courses/targets/control"
STRUCTURES = {
    "one": {"structure": "one", "sequencing": "none"},
    "modules": {"structure": "modules", "sequencing": "none"},
    "full": {"structure": "modules", "sequencing": "full"},
}
SCORM = ("scorm12", "scorm2004-3rd", "scorm2004-4th")
IMPORTS = {
    "scorm12": (
        ("http://www.imsproject.org/xsd/imscp_rootv1p1p2", "imscp_rootv1p1p2.xsd"),
        ("http://www.adlnet.org/xsd/adlcp_rootv1p2", "adlcp_rootv1p2.xsd"),
        ("http://www.imsglobal.org/xsd/imsmd_rootv1p2p1", "imsmd_rootv1p2p1.xsd"),
    ),
    "scorm2004": (
        ("http://www.imsglobal.org/xsd/imscp_v1p1", "imscp_v1p1.xsd"),
        ("http://www.adlnet.org/xsd/adlcp_v1p3", "adlcp_v1p3.xsd"),
        ("http://www.adlnet.org/xsd/adlseq_v1p3", "adlseq_v1p3.xsd"),
        ("http://www.adlnet.org/xsd/adlnav_v1p3", "adlnav_v1p3.xsd"),
        ("http://www.imsglobal.org/xsd/imsss", "imsss_v1p0.xsd"),
    ),
}


@pytest.fixture(scope="module")
def course() -> Course:
    return check_courses([COURSE_SRC / "smac-disclosure"], TODAY).project.courses[0].with_all_ordinals()


def made_for(course: Course, lms: str, structure: str, attempts: int = 3) -> Course:
    """The course for an LMS, in another structure, with so many attempts at its exam."""
    modules = tuple(
        replace(
            module,
            exam=replace(
                module.exam,
                rules=replace(module.exam.rules, attempts=attempts),
                pools=tuple(replace(pool, must_pass=0) for pool in module.exam.pools),
            ),
        )
        if module.exam
        else module
        for module in course.modules
    )
    return replace(course, modules=modules, lms=PROFILES[lms].choices, lms_profile=lms, **STRUCTURES[structure])


@pytest.fixture
def emit(course: Course) -> Callable[..., Package]:
    return lambda target, *wanted: TARGETS[target].emit(made_for(course, *wanted), CONTEXT)


@pytest.mark.parametrize("target", SCORM)
@pytest.mark.parametrize("structure", STRUCTURES)
@pytest.mark.parametrize("lms", PROFILES)
def test_the_official_schemas_accept_every_manifest(
    lms: str, structure: str, target: str, emit: Callable[..., Package], shared: Path
) -> None:
    for attempts in (1, 3):
        manifest = emit(target, lms, structure, attempts).read("imsmanifest.xml")
        assert official_errors(manifest, target) == []


@cache
def own_schema(target: str) -> etree.XMLSchema:
    """The control documents that a package of this target carries, as one schema."""
    folder = Path(tempfile.mkdtemp())
    for name, data in documents_of(target).items():
        (folder / name).write_bytes(data)
    standard = TARGETS[target].standard
    imports = "".join(f'<xsd:import namespace="{uri}" schemaLocation="{name}"/>' for uri, name in IMPORTS[standard])
    text = f'<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema">{imports}</xsd:schema>'
    return etree.XMLSchema(etree.fromstring(text, base_url=str(folder / "all.xsd")))


def documents_of(target: str) -> dict[str, bytes]:
    from smac_courses.targets import scorm12, scorm2004
    from smac_courses.targets._imscp import control_documents

    editions = {"scorm12": scorm12.EDITION, **{one.name: one.edition for one in scorm2004.TARGETS}}
    return dict(control_documents(editions[target], CONTEXT))


@pytest.mark.parametrize("target", SCORM)
@pytest.mark.parametrize("structure", STRUCTURES)
def test_the_schemas_in_the_package_accept_its_manifest(
    structure: str, target: str, emit: Callable[..., Package]
) -> None:
    schema = own_schema(target)
    for lms in PROFILES:
        for attempts in (1, 3):
            root = etree.fromstring(emit(target, lms, structure, attempts).read("imsmanifest.xml"))
            assert schema.validate(root), schema.error_log


@pytest.mark.parametrize("target", SCORM)
@pytest.mark.parametrize("structure", STRUCTURES)
def test_the_second_opinion_has_nothing_against_it(
    structure: str, target: str, emit: Callable[..., Package], tmp_path: Path
) -> None:
    expected = {"one": set(), "modules": {"SMAC952"}, "full": {"SMAC950", "SMAC952"}}[structure]
    if target == "scorm12":
        expected = {"SMAC960"} if structure != "one" else set()  # prerequisites
    for lms in PROFILES:
        write_zip(emit(target, lms, structure), tmp_path / "x.zip")
        found = validate_zip(tmp_path / "x.zip")
        assert {one.code for one in found.report} == expected, lms
        assert found.scos == (1 if structure == "one" else 2)


def test_the_dtd_beside_the_schemas_is_the_one_that_they_name() -> None:
    folder = CONTROL / "scorm2004"
    parser = etree.XMLParser(load_dtd=True, dtd_validation=True, resolve_entities=True, no_network=True)

    assert etree.parse(folder / "xml.xsd", parser).getroot() is not None


@pytest.mark.parametrize("target", SCORM)
def test_the_official_documents_can_take_the_place_of_ours(target: str, course: Course, shared: Path) -> None:
    given = read_control_documents(SCHEMAS, [TARGETS[target]])
    package = TARGETS[target].emit(course, EmitContext(generator="test", control_documents=given))

    for name in TARGETS[target].documents:
        assert package.read(name) == (SCHEMAS / target / name).read_bytes()
    assert set(package.files) == set(TARGETS[target].emit(course, CONTEXT).files)


@pytest.mark.parametrize("target", ["scorm2004-3rd", "scorm2004-4th"])
def test_every_sco_says_that_the_content_decides(target: str, emit: Callable[..., Package]) -> None:
    for structure in STRUCTURES:
        manifest = emit(target, "generic", structure).read("imsmanifest.xml")
        items = manifest.count(b"<item ")
        assert (
            manifest.count(b'<imsss:deliveryControls completionSetByContent="true" objectiveSetByContent="true"/>')
            == items
        )
        assert (b"mapInfo" in manifest) == (structure == "full")


def test_identifiers_for_successfactors_differ_within_fifteen_characters(course: Course) -> None:
    ids = ["social-media-a", "social-media-policy-uk", "social-media-policy-us", "x" * 48]
    found = set()
    for one in ids:
        made = made_for(replace(course, id=one), "successfactors", "one")
        manifest = etree.fromstring(TARGETS["scorm12"].emit(made, CONTEXT).read("imsmanifest.xml"))
        assert len(manifest.get("identifier")) <= 15
        found.add(manifest.get("identifier"))

    assert len(found) == len(ids)


def test_the_pass_mark_is_named_where_the_lms_may_judge_by_it(emit: Callable[..., Package]) -> None:
    mark = b"<imsss:minNormalizedMeasure>0.8</imsss:minNormalizedMeasure>"

    assert mark in emit("scorm2004-3rd", "generic", "one", 1).read("imsmanifest.xml")
    assert mark in emit("scorm2004-4th", "generic", "full", 1).read("imsmanifest.xml")
    assert mark not in emit("scorm2004-3rd", "generic", "one", 3).read("imsmanifest.xml")


@pytest.mark.parametrize("target", SCORM)
def test_a_module_is_a_page_of_its_own_with_nothing_of_the_others(target: str, emit: Callable[..., Package]) -> None:
    package = emit(target, "generic", "full")
    about = json.loads(package.read("smac.json"))

    assert about["pages"] == ["ftc-disclosure.html", "disclosure-exam.html"]
    assert (about["course"], about["title"]) == ("smac-disclosure", "FTC disclosure")
    lessons, exam = (package.read(page).decode() for page in about["pages"])
    assert "disclosure-exam." not in lessons
    assert "data-bank" in exam
    assert 'id="ftc-disclosure.' not in exam
    assert 'href="#ftc-disclosure' not in exam
    assert "index.html" not in package.files


def test_hidden_buttons_are_those_that_make_no_sense(emit: Callable[..., Package]) -> None:
    def hidden(lms: str, structure: str) -> list[str]:
        root = etree.fromstring(emit("scorm2004-3rd", lms, structure).read("imsmanifest.xml"))
        return [one.text for one in root.iter("{http://www.adlnet.org/xsd/adlnav_v1p3}hideLMSUI")]

    assert hidden("generic", "one") == ["previous", "continue"]
    assert hidden("generic", "full") == []
    assert hidden("cornerstone", "one") == [
        *("previous", "continue", "exit", "exitAll", "abandon", "abandonAll", "suspendAll"),
    ]


def test_the_exam_asks_for_the_modules_before_it(emit: Callable[..., Package]) -> None:
    root = etree.fromstring(emit("scorm12", "generic", "modules").read("imsmanifest.xml"))
    found = [one.text for one in root.iter("{http://www.adlnet.org/xsd/adlcp_rootv1p2}prerequisites")]

    assert found == ["ITEM-ftc-disclosure"]
