"""Course structures: the official schema, and what it does not see (cmi5 sections 13 and 14)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from lxml import etree
from support import COURSE_SRC, SHARED, TODAY

from smac_courses.lms.cmi5 import NAMESPACE, aus_of
from smac_courses.model.course import Course
from smac_courses.package import Package, write_zip
from smac_courses.pipeline import check_courses
from smac_courses.targets import TARGETS
from smac_courses.targets.base import EmitContext
from smac_courses.validation.validate import validate_zip

CONTEXT = EmitContext(generator="test")
IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`#]+")


@cache
def official() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(SHARED / "schemas/cmi5/CourseStructure.xsd"))


@pytest.fixture(scope="module")
def course() -> Course:
    return check_courses([COURSE_SRC / "smac-disclosure"], TODAY).project.courses[0].with_all_ordinals()


@pytest.fixture
def emit(course: Course) -> Callable[..., Package]:
    return lambda target="cmi5", **changes: TARGETS[target].emit(replace(course, **changes), CONTEXT)


@pytest.mark.parametrize("website", ["", "https://training.example.com/social"])
@pytest.mark.parametrize("structure", ["one", "modules"])
def test_the_official_schema_accepts_what_we_make(
    structure: str, website: str, emit: Callable[..., Package], shared: Path, tmp_path: Path
) -> None:
    package = emit(structure=structure, website=website)
    root = etree.fromstring(package.read("cmi5.xml"))

    official().assertValid(root)
    write_zip(package, tmp_path / "p.zip")
    found = validate_zip(tmp_path / "p.zip")
    assert list(found.report) == []
    assert (found.standard, found.scos) == ("cmi5", 1 if structure == "one" else 2)
    ids = [*root.xpath("//@id")]
    assert len(set(ids)) == len(ids)
    assert all(IRI.fullmatch(one) for one in ids)
    assert set(root.xpath("//@idref")) <= set(ids)


def test_ids_do_not_change_with_version_or_structure(emit: Callable[..., Package]) -> None:
    one = etree.fromstring(emit().read("cmi5.xml"))
    other = etree.fromstring(emit(version="2.0.0", title="Other words").read("cmi5.xml"))
    modules = etree.fromstring(emit(structure="modules").read("cmi5.xml"))

    assert one.xpath("//@id") == other.xpath("//@id")
    assert one.xpath("/*/*/@id")[:1] == modules.xpath("/*/*/@id")[:1]
    assert one.xpath("//@idref") == modules.xpath("//@idref")


def test_a_module_is_a_block_with_an_au_that_every_player_can_open(emit: Callable[..., Package]) -> None:
    package = emit(structure="modules")
    aus = aus_of(package.read("cmi5.xml"))

    assert [au.url for au in aus] == ["index.html?au=1", "index.html?au=2"]
    assert [au.move_on for au in aus] == ["Completed", "Passed"]
    assert all(len(au.blocks) == 1 for au in aus)
    page = package.read("index.html").decode()
    assert '<a data-au="2" href="disclosure-exam.html">' in page
    assert {"ftc-disclosure.html", "disclosure-exam.html", "start.js"} <= set(package.files)
    assert all(name.isascii() and " " not in name for name in package.files)


def test_the_pass_mark_is_given_unless_a_topic_must_be_passed_too(course: Course, emit: Callable[..., Package]) -> None:
    def score(wanted: Course) -> float | None:
        return aus_of(TARGETS["cmi5"].emit(wanted, CONTEXT).read("cmi5.xml"))[0].mastery_score

    def with_topic(must_pass: int) -> Course:
        modules = tuple(
            replace(
                module,
                exam=replace(
                    module.exam, pools=tuple(replace(pool, must_pass=must_pass) for pool in module.exam.pools)
                ),
            )
            if module.exam
            else module
            for module in course.modules
        )
        return replace(course, modules=modules)

    assert score(with_topic(0)) == 0.8
    assert score(with_topic(60)) is None
    assert score(replace(with_topic(0), lms=replace(course.lms, mastery_score="never"))) is None


def test_every_text_is_there_in_the_language_of_the_course(emit: Callable[..., Package]) -> None:
    root = etree.fromstring(emit(structure="modules", language="de", description="").read("cmi5.xml"))

    texts = list(root.iter(f"{{{NAMESPACE}}}langstring"))
    assert {one.get("lang") for one in texts} == {"de"}
    assert all((one.text or "").strip() for one in texts)


@pytest.mark.parametrize("target", ["cmi5", "xapi"])
def test_a_page_may_reach_any_record_store_and_nothing_else(target: str, emit: Callable[..., Package]) -> None:
    page = emit(target).read("index.html").decode()
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)

    assert policy
    assert "connect-src 'self' https: http:;" in policy[1].replace("&#x27;", "'")
    assert "default-src 'none'" in policy[1].replace("&#x27;", "'")


def test_an_xapi_package_has_one_activity_to_launch_and_lists_every_question(
    course: Course, emit: Callable[..., Package]
) -> None:
    package = emit("xapi", structure="modules")
    root = etree.fromstring(package.read("tincan.xml"))
    names = {"t": "http://projecttincan.com/tincan.xsd"}

    assert root.xpath("//t:launch/text()", namespaces=names) == ["index.html"]
    first = root.xpath("//t:activity[t:launch]/@id", namespaces=names)
    asked = root.xpath('//t:activity[contains(@type, "cmi.interaction")]/@id', namespaces=names)
    assert first == [course.iri()]
    assert asked == [course.iri("questions", question.key) for question in course.questions()]
    assert json.loads(package.read("smac.json"))["pages"] == ["index.html"]
