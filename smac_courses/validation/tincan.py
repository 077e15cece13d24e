"""The rules of `tincan.xml`, for which there is no schema.

Source: RusticiSoftware/launch, lms_lrs.md ("Packaging").
"""

from __future__ import annotations

import posixpath
import re

from lxml import etree

from smac_courses.diagnostics import Report
from smac_courses.validation.archive import Archive
from smac_courses.validation.grammar import Child, Grammar, Rule, check_element, place_of
from smac_courses.validation.launching import may_report
from smac_courses.validation.structures import IRI, launched_file, once_each
from smac_courses.validation.values import LANGUAGE, NAME, or_nothing, text

STRUCTURE = "tincan.xml"
NAMESPACE = "http://projecttincan.com/tincan.xsd"
_RESERVED = frozenset(
    ("endpoint", "auth", "actor", "registration", "activity_id", "activity_platform", "Accept-Language", "grouping")
)
_LAUNCH, _RESOURCE = f"{{{NAMESPACE}}}launch", f"{{{NAMESPACE}}}resource"
_SPEAKS = re.compile(rb"expapi/verbs|TinCan|statements|XAPIWrapper", re.I)
# "If the language is unknown, then the attribute should be left blank."
_KNOWN = or_nothing(LANGUAGE)
_WORDS = Rule(text=text(), attributes={"lang": _KNOWN})

GRAMMAR = Grammar(
    book="tincan.xml",
    language=_KNOWN,
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
                # Most programs write the first, as the examples of the format's authors do.
                Child("t:correctResponsePatterns", most=1),
                Child("t:correctResponsesPatterns", most=1),
                *(Child(f"t:{name}", most=1) for name in ("choices", "scale", "source", "target", "steps")),
            ),
            attributes={"id": IRI, "type": IRI},
            required=frozenset({"id", "type"}),
            foreign=True,
        ),
        "t:name": _WORDS,
        "t:description": _WORDS,
        "t:launch": Rule(text=NAME, attributes={"lang": _KNOWN}),
        "t:resource": Rule(text=NAME, attributes={"lang": _KNOWN}),
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
    _check_roots(archive, report)
    launches = [launch for one in activities for launch in one.findall(_LAUNCH)]
    started = [one for one in activities if one.find(_LAUNCH) is not None or one.find(_RESOURCE) is not None]
    for activity in started[1:]:
        report.add("SMAC964", place_of(activity, path), "a second <activity> has a <launch> or a <resource>")
    for resource in (found for one in started for found in one.findall(_RESOURCE)):
        launched_file(resource, archive, path, report, frozenset())
    if not launches:
        report.add("SMAC964", place_of(root, path), "no <activity> has a <launch>")
        return 0
    files = [launched_file(launch, archive, path, report, _RESERVED) for launch in launches]
    if not may_report(archive, report, files, _SPEAKS):
        report.add("SMAC955", place_of(launches[0], path), "nothing that the activity loads sends statements")
    return sum(one.find(_LAUNCH) is not None for one in activities)


def _check_roots(archive: Archive, report: Report) -> None:
    """Where `tincan.xml` is, is the root of the package, and there is one root."""
    for name in archive.names:
        if name != STRUCTURE and posixpath.basename(name) == STRUCTURE:
            what, hint = f"'{name}' is a second {STRUCTURE}, and a package has one", "leave one of the two out"
            report.add("SMAC904", archive.place(name), what, hint=hint)
