"""The grammar of SCORM 1.2 manifests: IMS Content Packaging 1.1.2 with ADL's additions.

Source: SCORM 1.2 Content Aggregation Model, chapter 2.3 (Content Packaging).
"""

from __future__ import annotations

from smac_courses.validation import metadata12
from smac_courses.validation.grammar import Child, Grammar, Rule
from smac_courses.validation.values import (
    ADDRESS,
    BOOLEAN,
    IDENTIFIER,
    exactly,
    number,
    or_nothing,
    pattern,
    text,
)

NAMESPACE = "http://www.imsproject.org/xsd/imscp_rootv1p1p2"
ADLCP = "http://www.adlnet.org/xsd/adlcp_rootv1p2"
_IDENTIFIED = frozenset({"identifier"})
_METADATA = Child("cp:metadata", most=1)
# What SCORM itself puts into others; everything else there belongs to somebody else.
_LAUNCH = (
    Child("adlcp:prerequisites", most=1),
    Child("adlcp:maxtimeallowed", most=1),
    Child("adlcp:timelimitaction", most=1),
    Child("adlcp:datafromlms", most=1),
    Child("adlcp:masteryscore", most=1),
)

GRAMMAR = Grammar(
    book="SCORM 1.2 CAM 2.3",
    prefixes={
        "cp": NAMESPACE,
        "adlcp": ADLCP,
        "md": metadata12.NAMESPACE,
        "xml": "http://www.w3.org/XML/1998/namespace",
    },
    rules={
        "cp:manifest": Rule(
            children=(
                _METADATA,
                Child("cp:organizations", least=1, most=1),
                Child("cp:resources", least=1, most=1),
                Child("cp:manifest"),
            ),
            attributes={"identifier": IDENTIFIER, "version": text(20), "xml:base": ADDRESS},
            required=_IDENTIFIED,
            foreign=True,
        ),
        "cp:metadata": Rule(
            children=(Child("cp:schema", most=1), Child("cp:schemaversion", most=1)),
            behind=(Child("adlcp:location"), Child("md:lom")),
            foreign=True,
        ),
        "cp:schema": Rule(text=text(100)),
        "cp:schemaversion": Rule(text=text(20)),
        "cp:organizations": Rule(
            children=(Child("cp:organization", least=1),), attributes={"default": IDENTIFIER}, foreign=True
        ),
        "cp:organization": Rule(
            children=(Child("cp:title", least=1, most=1), Child("cp:item", least=1), _METADATA),
            attributes={"identifier": IDENTIFIER, "structure": text(200)},
            required=_IDENTIFIED,
            foreign=True,
        ),
        "cp:item": Rule(
            children=(Child("cp:title", least=1, most=1), Child("cp:item"), _METADATA),
            behind=_LAUNCH,
            attributes={
                "identifier": IDENTIFIER,
                "identifierref": text(2000),
                "isvisible": BOOLEAN,
                "parameters": text(1000),
            },
            required=_IDENTIFIED,
            foreign=True,
        ),
        "cp:title": Rule(text=text(200)),
        "cp:resources": Rule(children=(Child("cp:resource"),), attributes={"xml:base": ADDRESS}, foreign=True),
        "cp:resource": Rule(
            children=(_METADATA, Child("cp:file"), Child("cp:dependency")),
            attributes={
                "identifier": IDENTIFIER,
                "type": text(1000),
                "href": text(2000),
                "xml:base": ADDRESS,
            },
            required=frozenset({"identifier", "type"}),
            foreign=True,
        ),
        "cp:file": Rule(
            children=(_METADATA,), attributes={"href": text(2000)}, required=frozenset({"href"}), foreign=True
        ),
        "cp:dependency": Rule(
            attributes={"identifierref": text(2000)}, required=frozenset({"identifierref"}), foreign=True
        ),
        **metadata12.RULES,
        "adlcp:location": Rule(text=text(2000)),
        "adlcp:prerequisites": Rule(
            text=text(200),
            attributes={"type": exactly("aicc_script")},
            required=frozenset({"type"}),
            note="an LMS need not obey prerequisites, and few do",
        ),
        "adlcp:maxtimeallowed": Rule(
            text=or_nothing(pattern("a time such as 0001:30:00", r"\d{2,4}:\d{2}:\d{2}(\.\d{1,2})?")),
            note="it is for the course to keep the time",
        ),
        "adlcp:timelimitaction": Rule(
            text=exactly("exit,message", "exit,no message", "continue,message", "continue,no message"),
            note="it is for the course to obey",
        ),
        "adlcp:datafromlms": Rule(text=text(255)),
        "adlcp:masteryscore": Rule(text=or_nothing(number("0", "100"))),
    },
)
