"""The rules of cmi5 course structures and packages.

Source: cmi5 specification (Quartz, 1st edition), sections 13 and 14. Findings name the section; the numbers in
brackets are those of the working group's list of requirements.
"""

from __future__ import annotations

import re

from lxml import etree

from smac_courses.diagnostics import Report
from smac_courses.validation.archive import Archive
from smac_courses.validation.grammar import Child, Grammar, Rule, check_element, place_of
from smac_courses.validation.launching import may_report
from smac_courses.validation.structures import IRI, launched_file, once_each
from smac_courses.validation.values import LANGUAGE, NAME, Value, exactly, number, text

STRUCTURE = "cmi5.xml"
NAMESPACE = "https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd"
_RESERVED = frozenset(("endpoint", "fetch", "actor", "registration", "activityId"))
_TITLED = (Child("c:title", 1, 1), Child("c:description", 1, 1))
_REFERENCES = Child("c:objectives", most=1)
_UNITS = (Child("c:au"), Child("c:block"))
_SPEAKS = re.compile(rb"expapi/verbs|cmi5")
_ID = frozenset({"id"})
_score = number("0", "1")
_SCORE = Value(
    "a number from 0 to 1 with at most four decimals",
    lambda value: _score.allows(value) and len(value.strip().partition(".")[2]) <= 4,
)
_WORDS = Rule(children=(Child("c:langstring", least=1),), foreign=True)

GRAMMAR = Grammar(
    book="cmi5 13.1",
    prefixes={"c": NAMESPACE, "xml": "http://www.w3.org/XML/1998/namespace"},
    rules={
        "c:courseStructure": Rule(
            children=(Child("c:course", 1, 1), Child("c:objectives", most=1)),
            behind=_UNITS,
            foreign=True,
            foreign_last=True,
        ),
        "c:course": Rule(children=_TITLED, attributes={"id": IRI}, required=_ID, foreign=True),
        "c:block": Rule(
            children=(*_TITLED, _REFERENCES),
            behind=_UNITS,
            attributes={"id": IRI},
            required=_ID,
            foreign=True,
            foreign_last=True,
        ),
        "c:au": Rule(
            children=(
                *_TITLED,
                _REFERENCES,
                Child("c:url", 1, 1),
                Child("c:launchParameters", most=1),
                Child("c:entitlementKey", most=1),
            ),
            attributes={
                "id": IRI,
                "moveOn": exactly("NotApplicable", "Passed", "Completed", "CompletedAndPassed", "CompletedOrPassed"),
                "masteryScore": _SCORE,
                "launchMethod": exactly("AnyWindow", "OwnWindow"),
                "activityType": text(),
            },
            required=_ID,
            foreign=True,
        ),
        "c:url": Rule(text=NAME),
        "c:title": _WORDS,
        "c:description": _WORDS,
        "c:langstring": Rule(text=text(), attributes={"lang": LANGUAGE}),
        "c:objectives": Rule(children=(Child("c:objective", least=1),), foreign=True),
        "c:objective": Rule(
            children=(Child("c:title", most=1), Child("c:description", most=1)),
            attributes={"id": IRI, "idref": IRI},
        ),
    },
)


def check_cmi5(root: etree._Element, archive: Archive, report: Report) -> int:
    """Every finding on a course structure and the package around it; returns how many AUs there are."""
    path = archive.place(STRUCTURE).path
    if root.tag != f"{{{NAMESPACE}}}courseStructure":
        name = etree.QName(root)
        message = f"{STRUCTURE} begins with <{name.localname}> in the namespace '{name.namespace or ''}'"
        hint = f'begin with <courseStructure xmlns="{NAMESPACE}">'
        report.add("SMAC912", place_of(root, path), message, hint=hint)
        return 0
    check_element(root, GRAMMAR, path, report)
    _check_units(root, path, report)
    _check_ids(root, path, report)
    aus = list(_all(root, "au"))
    launched = [_launched(au, archive, path, report) for au in aus]
    if launched and not may_report(archive, report, launched, _SPEAKS):
        report.add("SMAC955", place_of(aus[0], path), "nothing that the AU loads sends statements")
    _check_extensions(root, archive, path, report)
    return len(aus)


def _all(root: etree._Element, name: str) -> list[etree._Element]:
    return list(root.iter(f"{{{NAMESPACE}}}{name}"))


def _check_units(root: etree._Element, path: str, report: Report) -> None:
    """A course and every block have a part that can be launched."""
    for holder in (root, *_all(root, "block")):
        if not any(child.tag in {f"{{{NAMESPACE}}}au", f"{{{NAMESPACE}}}block"} for child in holder):
            what = etree.QName(holder).localname
            report.add("SMAC922", place_of(holder, path), f"<{what}> has no <au> and no <block> (cmi5 13.1)")


def _check_ids(root: etree._Element, path: str, report: Report) -> None:
    once_each(_all(root, "au"), "id", "<au>", path, report)
    once_each(_all(root, "block"), "id", "<block>", path, report)
    top = root.find(f"{{{NAMESPACE}}}objectives")
    own = [] if top is None else top.findall(f"{{{NAMESPACE}}}objective")
    known = once_each(own, "id", "<objective>", path, report)
    for objective in own:
        at = place_of(objective, path)
        if objective.get("id") is None:
            report.add("SMAC924", at, "<objective> of the course has no id (cmi5 13.1.3)")
        for name in ("title", "description"):
            if objective.find(f"{{{NAMESPACE}}}{name}") is None:
                report.add("SMAC922", at, f"<objective> has no <{name}> (cmi5 13.1.3)")
        if "idref" in objective.attrib:
            report.add("SMAC925", at, "<objective> of the course has an id, no idref (cmi5 13.1.3)")
    for objective in _all(root, "objective"):
        if objective in own:
            continue
        at, wanted = place_of(objective, path), objective.get("idref")
        if wanted is not None and wanted.strip() not in known:
            report.add("SMAC931", at, f'idref="{wanted}" is the id of no <objective> of the course')
        if "id" in objective.attrib or len(objective):
            report.add("SMAC925", at, "<objective> of a block or an AU has an idref only (cmi5 13.1.2)")


def _launched(au: etree._Element, archive: Archive, path: str, report: Report) -> str:
    url = au.find(f"{{{NAMESPACE}}}url")
    if url is None:
        return ""
    return launched_file((url.text or "").strip(), url, archive, path, report, _RESERVED)


def _check_extensions(root: etree._Element, archive: Archive, path: str, report: Report) -> None:
    """Elements of other namespaces must bring their schema (13.1.5.0-1)."""
    for element in root.iter(tag=etree.Element):
        namespace = etree.QName(element).namespace
        if namespace != NAMESPACE and not any(name.lower().endswith(".xsd") for name in archive.names):
            what = f"<{etree.QName(element).localname}> of '{namespace or ''}' has no schema in the package"
            report.add("SMAC963", place_of(element, path), what)
            return
