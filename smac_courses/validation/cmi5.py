"""The rules of cmi5 course structures and packages.

Source: cmi5 specification (Quartz, 1st edition), sections 13 and 14. Findings name the section; the numbers in
brackets are those of the working group's list of requirements.
"""

from __future__ import annotations

import re

from lxml import etree

from smac_courses.diagnostics import Report
from smac_courses.validation.archive import Archive
from smac_courses.validation.grammar import XSI, Child, Grammar, Rule, check_element, elements_in, place_of
from smac_courses.validation.launching import may_report
from smac_courses.validation.structures import IRI, launched_file, once_each
from smac_courses.validation.values import LANGUAGE, NAME, Value, exactly, number, or_nothing, text

STRUCTURE = "cmi5.xml"
NAMESPACE = "https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd"
_RESERVED = frozenset(("endpoint", "fetch", "actor", "registration", "activityId"))
_TITLED = (Child("c:title", 1, 1), Child("c:description", 1, 1))
_OBJECTIVE = f"{{{NAMESPACE}}}objectives/{{{NAMESPACE}}}objective"
_REFERENCES = Child("c:objectives", most=1)
_UNITS = (Child("c:au"), Child("c:block"))
_MOST_OF_SCHEMA = 10 << 20
_TARGET = re.compile(rb"""\btargetNamespace\s*=\s*["']\s*([^"'<>\s]*)""")
_SPEAKS = re.compile(rb"expapi/verbs|cmi5")
_ID = frozenset({"id"})
_AU, _BLOCK = f"{{{NAMESPACE}}}au", f"{{{NAMESPACE}}}block"
_score = number("0", "1")
_SCORE = Value(
    "a number from 0 to 1 with at most four decimals",
    lambda value: _score.allows(value) and len(value.strip().partition(".")[2]) <= 4,
)
_WORDS = Rule(children=(Child("c:langstring", least=1),), foreign=True)

GRAMMAR = Grammar(
    book="cmi5 13.1",
    language=or_nothing(LANGUAGE),
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
                "activityType": IRI,
            },
            required=_ID,
            foreign=True,
        ),
        "c:url": Rule(text=NAME, closed=True),
        "c:title": _WORDS,
        "c:description": _WORDS,
        "c:langstring": Rule(text=text(), attributes={"lang": LANGUAGE}),
        "c:objectives": Rule(children=(Child("c:objective", least=1),), foreign=True),
        "c:objective": Rule(
            behind=(Child("c:title", most=1), Child("c:description", most=1)),
            attributes={"id": IRI, "idref": IRI},
            closed=True,
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
    """The AUs or blocks of a course, in their order; what stands in elements of others is theirs."""
    holders, found = {root}, []
    for element in root.iter(_AU, _BLOCK):
        if element.getparent() in holders:
            if element.tag == _BLOCK:
                holders.add(element)
            if element.tag == f"{{{NAMESPACE}}}{name}":
                found.append(element)
    return found


def _check_units(root: etree._Element, path: str, report: Report) -> None:
    """A course and every block have a part that can be launched."""
    for holder in (root, *_all(root, "block")):
        if not any(child.tag in {_AU, _BLOCK} for child in holder):
            what = etree.QName(holder).localname
            report.add("SMAC922", place_of(holder, path), f"<{what}> has no <au> and no <block> (cmi5 13.1)")


def _check_ids(root: etree._Element, path: str, report: Report) -> None:
    """Each id stands once within the course structure, whatever has it (13.1.2.0-1, 13.1.3.0-1, 13.1.4.0-1)."""
    own = root.findall(_OBJECTIVE)
    parts = [*_all(root, "au"), *_all(root, "block")]
    once_each([*root.findall(f"{{{NAMESPACE}}}course"), *own, *parts], "id", "element", path, report)
    known = {(objective.get("id") or "").strip() for objective in own}
    for objective in own:
        at = place_of(objective, path)
        if objective.get("id") is None:
            report.add("SMAC924", at, "<objective> of the course has no id (cmi5 13.1.3)")
        for name in ("title", "description"):
            if objective.find(f"{{{NAMESPACE}}}{name}") is None:
                report.add("SMAC922", at, f"<objective> has no <{name}> (cmi5 13.1.3)")
        if "idref" in objective.attrib:
            report.add("SMAC925", at, "<objective> of the course has an id, no idref (cmi5 13.1.3)")
    for objective in (one for part in parts for one in part.findall(_OBJECTIVE)):
        at, wanted = place_of(objective, path), objective.get("idref")
        if wanted is not None and wanted.strip() not in known:
            report.add("SMAC931", at, f'idref="{wanted}" is the id of no <objective> of the course')
        if "id" in objective.attrib:
            report.add("SMAC925", at, "<objective> of a block or an AU has an idref only (cmi5 13.1.2)")
        for child in elements_in(objective):
            name = etree.QName(child).localname
            report.add("SMAC920", at, f"<objective> of a block or an AU is empty, and has a <{name}> (cmi5 13.1.2)")
        if str(objective.xpath("string()")):
            # White space, too: the schema has it empty.
            report.add("SMAC927", at, "<objective> of a block or an AU is empty: <objective idref=…/> (cmi5 13.1.2)")


def _launched(au: etree._Element, archive: Archive, path: str, report: Report) -> str:
    url = au.find(f"{{{NAMESPACE}}}url")
    if url is None:
        return ""
    return launched_file(url, archive, path, report, _RESERVED, programs=True)


def _check_extensions(root: etree._Element, archive: Archive, path: str, report: Report) -> None:
    """Elements of other namespaces must bring their schema (13.1.5.0-1), in the package or at an address they name."""
    known = {NAMESPACE, *_schemas(root, archive)}
    for element in root.iter(tag=etree.Element):
        namespace = etree.QName(element).namespace or ""
        if namespace not in known:
            known.add(namespace)
            what = f"<{etree.QName(element).localname}> of '{namespace}' has no schema in the package"
            report.add("SMAC963", place_of(element, path), what)


def _schemas(root: etree._Element, archive: Archive) -> set[str]:
    """The namespaces whose schema is in the package, or at an absolute address that the course structure names."""
    known = set()
    for element in root.iter(tag=etree.Element):
        located = (element.get(f"{{{XSI}}}schemaLocation") or "").split()
        known |= {namespace for namespace, where in zip(located[::2], located[1::2], strict=False) if "://" in where}
    for name in archive.names:
        if name.lower().endswith(".xsd") and archive.size(name) <= _MOST_OF_SCHEMA:
            # As UTF-16 the letters have bytes of nothing between them.
            data = archive.read(name, _MOST_OF_SCHEMA).replace(b"\0", b"")
            known |= {found[1].decode("utf-8", "replace") for found in _TARGET.finditer(data)}
    return known
