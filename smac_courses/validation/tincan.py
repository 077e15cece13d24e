"""The rules of `tincan.xml`, for which there is no schema.

Source: RusticiSoftware/launch, lms_lrs.md ("Packaging").
"""

from __future__ import annotations

import re

from lxml import etree

from smac_courses.diagnostics import Report
from smac_courses.validation.archive import Archive
from smac_courses.validation.grammar import Child, Grammar, Rule, check_element, place_of
from smac_courses.validation.launching import may_report
from smac_courses.validation.structures import IRI, launched_file, once_each
from smac_courses.validation.values import LANGUAGE, NAME, text

STRUCTURE = "tincan.xml"
NAMESPACE = "http://projecttincan.com/tincan.xsd"
_RESERVED = frozenset(("endpoint", "auth", "actor", "registration", "activity_id", "activity_platform", "grouping"))
_SPEAKS = re.compile(rb"expapi/verbs|TinCan|statements|XAPIWrapper", re.I)
_WORDS = Rule(text=text(), attributes={"lang": LANGUAGE})

GRAMMAR = Grammar(
    book="tincan.xml",
    prefixes={"t": NAMESPACE, "xml": "http://www.w3.org/XML/1998/namespace"},
    rules={
        "t:tincan": Rule(children=(Child("t:activities", 1, 1),), foreign=True),
        "t:activities": Rule(children=(Child("t:activity", least=1),), foreign=True),
        "t:activity": Rule(
            behind=(
                Child("t:name", least=1),
                Child("t:description"),
                Child("t:launch"),
                Child("t:resource"),
                Child("t:extensions", most=1),
                Child("t:interactionType", most=1),
                Child("t:correctResponsesPatterns", most=1),
                *(Child(f"t:{name}", most=1) for name in ("choices", "scale", "source", "target", "steps")),
            ),
            attributes={"id": IRI, "type": IRI},
            required=frozenset({"id", "type"}),
            foreign=True,
        ),
        "t:name": _WORDS,
        "t:description": _WORDS,
        "t:launch": Rule(text=NAME, attributes={"lang": LANGUAGE}),
    },
)


def check_tincan(root: etree._Element, archive: Archive, report: Report) -> int:
    """Every finding on the file and the package around it; returns how many activities are launched."""
    path = archive.place(STRUCTURE).path
    if root.tag != f"{{{NAMESPACE}}}tincan":
        name = etree.QName(root)
        message = f"{STRUCTURE} begins with <{name.localname}> in the namespace '{name.namespace or ''}'"
        report.add("SMAC912", place_of(root, path), message, hint=f'begin with <tincan xmlns="{NAMESPACE}">')
        return 0
    check_element(root, GRAMMAR, path, report)
    activities = list(root.iter(f"{{{NAMESPACE}}}activity"))
    once_each(activities, "id", "<activity>", path, report)
    launches = [(one, one.findall(f"{{{NAMESPACE}}}launch")) for one in activities]
    with_launch = [(one, found) for one, found in launches if found]
    if not with_launch:
        report.add("SMAC964", place_of(root, path), "no <activity> has a <launch>")
        return 0
    for activity, _ in with_launch[1:]:
        report.add("SMAC964", place_of(activity, path), "a second <activity> has a <launch>")
    files = [
        launched_file((launch.text or "").strip(), launch, archive, path, report, _RESERVED)
        for _, found in with_launch
        for launch in found
    ]
    if not may_report(archive, report, files, _SPEAKS):
        report.add("SMAC955", place_of(with_launch[0][0], path), "nothing that the activity loads sends statements")
    return len(with_launch)
