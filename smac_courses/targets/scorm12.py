"""SCORM 1.2: one SCO, which every LMS takes.

Source: SCORM 1.2 Content Aggregation Model; what real LMSs demand beyond it is said at its place.
"""

from __future__ import annotations

from importlib import resources

from lxml import etree

from smac_courses.model.course import Course
from smac_courses.package import Package
from smac_courses.targets._player import ABOUT, PAGE, add_about, add_player
from smac_courses.targets._xml import XML_LANG, XSI, Namespace, document
from smac_courses.targets.base import EmitContext

MANIFEST = "imsmanifest.xml"
_IMSCP = Namespace("http://www.imsproject.org/xsd/imscp_rootv1p1p2")
_ADLCP = Namespace("http://www.adlnet.org/xsd/adlcp_rootv1p2")
_IMSMD = Namespace("http://www.imsglobal.org/xsd/imsmd_rootv1p2p1")
_SCHEMAS = {
    "imscp_rootv1p1p2.xsd": _IMSCP,
    "imsmd_rootv1p2p1.xsd": _IMSMD,
    "adlcp_rootv1p2.xsd": _ADLCP,
}
CONTROL_DOCUMENTS = (*_SCHEMAS, "ims_xml.xsd")
# Moodle fails on titles over 255 characters with a database error; other LMSs cut at 200.
MAX_TITLE = 200


class Scorm12:
    """The target."""

    name = "scorm12"
    summary = "SCORM 1.2, one SCO: the format that every LMS takes"
    grades_on_server = False
    carries = (
        "carries: status (incomplete, completed, passed, failed), score in per cent, time, every answer and its result",
        "carries: where the learner stopped, in at most 4,096 characters",
        "cannot: tell completion from success, or describe a question in words; an answer is at most 255 characters",
        "cannot: protect the answer key, which travels to the learner's browser",
    )

    def emit(self, course: Course, context: EmitContext) -> Package:
        """The package: manifest first, then page, script, style, assets and control documents."""
        content = Package()
        add_player(content, course, "scorm12", context)
        package = Package()
        package.add(MANIFEST, document(_manifest(course, sorted([*content.files, ABOUT]))))
        control = resources.files("smac_courses.targets").joinpath("control/scorm12")
        for name in CONTROL_DOCUMENTS:
            package.add(name, control.joinpath(name).read_bytes())
        for path, data in content.files.items():
            package.add(path, data)
        add_about(package, course, self.name, context)
        return package


TARGET = Scorm12()


def mastery_score(course: Course) -> int | None:
    """The pass mark as `adlcp:masteryscore`, or None where the LMS would judge otherwise than the course.

    An LMS compares the raw score with it at LMSFinish and overwrites the status: Moodle turns an attempt
    that may be repeated into `failed` and locks the learner out, and no LMS knows of a topic that must be
    passed. So it is given only where there is one attempt and no such topic.
    """
    exam = course.exam
    if exam is None or course.lms.mastery_score == "never":
        return None
    if exam.rules.attempts != 1 or any(pool.must_pass for pool in exam.pools):
        return None
    return exam.rules.pass_percent


def _manifest(course: Course, content: list[str]) -> etree._Element:
    prefixes: dict[str | None, str] = {None: _IMSCP.uri, "adlcp": _ADLCP.uri, "imsmd": _IMSMD.uri, "xsi": XSI}
    root = etree.Element(
        _IMSCP.name("manifest"),
        nsmap=prefixes,  # type: ignore[arg-type]  # lxml takes None for the default namespace; its stubs do not
        identifier=f"MANIFEST-{course.id}",
        version=course.version,
    )
    root.set(f"{{{XSI}}}schemaLocation", " ".join(f"{ns.uri} {file}" for file, ns in _SCHEMAS.items()))
    _metadata(root, course)
    organizations = _IMSCP(root, "organizations", default=f"ORG-{course.id}")
    organization = _IMSCP(organizations, "organization", identifier=f"ORG-{course.id}")
    _IMSCP(organization, "title", course.title[:MAX_TITLE])
    # The identifiers come from the course's id and never change: on a re-upload Moodle keeps the tracks of
    # items whose identifier it knows, and deletes the others.
    item = _IMSCP(
        organization,
        "item",
        identifier=f"ITEM-{course.id}",
        identifierref=f"RES-{course.id}",
        isvisible="true",
    )
    _IMSCP(item, "title", course.title[:MAX_TITLE])
    if (score := mastery_score(course)) is not None:
        _ADLCP(item, "masteryscore", str(score))
    resources_element = _IMSCP(root, "resources")
    resource = _IMSCP(resources_element, "resource", identifier=f"RES-{course.id}", type="webcontent", href=PAGE)
    resource.set(_ADLCP.name("scormtype"), "sco")
    for path in content:
        _IMSCP(resource, "file", href=path)
    return root


def _metadata(root: etree._Element, course: Course) -> None:
    metadata = _IMSCP(root, "metadata")
    _IMSCP(metadata, "schema", "ADL SCORM")
    _IMSCP(metadata, "schemaversion", "1.2")
    lom = _IMSMD(metadata, "lom")
    general = _IMSMD(lom, "general")
    _langstring(general, "title", course.title, course.language)
    _IMSMD(general, "language", course.language)
    if course.description:
        _langstring(general, "description", course.description, course.language)
    _langstring(_IMSMD(lom, "lifecycle"), "version", course.version, "x-none")


def _langstring(parent: etree._Element, local: str, words: str, language: str) -> None:
    _IMSMD(_IMSMD(parent, local), "langstring", words).set(XML_LANG, language)
