"""SCORM 1.2, which every LMS takes: one SCO, or one for each module.

Source: SCORM 1.2 Content Aggregation Model; what real LMSs demand beyond it is said at its place.
"""

from __future__ import annotations

from lxml import etree

from smac_courses.model.course import Course
from smac_courses.package import Package
from smac_courses.targets import _losses
from smac_courses.targets._imscp import Edition, emit_package
from smac_courses.targets._mastery import mastery_percent
from smac_courses.targets._scos import Sco, gate_of, scos_of
from smac_courses.targets._xml import XML_LANG, Namespace
from smac_courses.targets.base import EmitContext, Loss

_IMSCP = Namespace("http://www.imsproject.org/xsd/imscp_rootv1p1p2")
_ADLCP = Namespace("http://www.adlnet.org/xsd/adlcp_rootv1p2")
_IMSMD = Namespace("http://www.imsglobal.org/xsd/imsmd_rootv1p2p1")
_SCHEMAS = {"imscp_rootv1p1p2.xsd": _IMSCP, "imsmd_rootv1p2p1.xsd": _IMSMD, "adlcp_rootv1p2.xsd": _ADLCP}
EDITION = Edition(
    target="scorm12",
    tracker="scorm12",
    imscp=_IMSCP,
    adlcp=_ADLCP,
    prefixes={None: _IMSCP.uri, "adlcp": _ADLCP.uri, "imsmd": _IMSMD.uri},
    schemas=_SCHEMAS,
    scorm_type="scormtype",
    version="1.2",
    control=("scorm12",),
    documents=(*_SCHEMAS, "ims_xml.xsd"),
)
_LONGEST_PREREQUISITES = 200


class Scorm12:
    """The target."""

    name = "scorm12"
    summary = "SCORM 1.2: the format that every LMS takes"
    standard = "scorm12"
    grades_on_server = False
    suffix = ".zip"
    # 4,096 characters; a little room is left for an LMS that escapes.
    state_limit = 4_000
    documents = EDITION.documents
    carries = (
        "carries: status (incomplete, completed, passed, failed), score in per cent, time, every answer and its result",
        "carries: where the learner stopped, in at most 4,096 characters",
        "cannot: tell completion from success, or describe a question in words; an answer is at most 255 characters",
        "cannot: protect the answer key, which travels to the learner's browser",
    )

    def losses(self, course: Course) -> tuple[Loss, ...]:
        """What SCORM 1.2 has no place for."""
        return (
            *_losses.words_of_questions(course),
            *_losses.topics(course),
            *_losses.cross_links(course),
            *_losses.long_answers(course, 255),
        )

    def emit(self, course: Course, context: EmitContext) -> Package:
        """The package of a course."""
        gate = gate_of(scos_of(course)) if course.structure == "modules" else ()

        def item(element: etree._Element, sco: Sco) -> None:
            if sco.is_exam and gate:
                _prerequisites(element, gate)
            if (score := mastery_percent(sco.course)) is not None:
                _ADLCP(element, "masteryscore", str(score))

        return emit_package(
            course,
            context,
            EDITION,
            metadata=lambda element: _lom(element, course),
            organization=lambda _: None,
            item=item,
        )


TARGET = Scorm12()


def _prerequisites(item: etree._Element, gate: tuple[Sco, ...]) -> None:
    """What must be done before the exam. The schema allows 200 characters: then the last module stands for all."""
    wanted = "&".join(f"ITEM-{sco.id}" for sco in gate)
    if len(wanted) > _LONGEST_PREREQUISITES:
        wanted = f"ITEM-{gate[-1].id}"
    _ADLCP(item, "prerequisites", wanted, type="aicc_script")


def _lom(metadata: etree._Element, course: Course) -> None:
    lom = _IMSMD(metadata, "lom")
    general = _IMSMD(lom, "general")
    _langstring(general, "title", course.title, course.language)
    _IMSMD(general, "language", course.language)
    if course.description:
        _langstring(general, "description", course.description, course.language)
    _langstring(_IMSMD(lom, "lifecycle"), "version", course.version, "x-none")


def _langstring(parent: etree._Element, local: str, words: str, language: str) -> None:
    _IMSMD(_IMSMD(parent, local), "langstring", words).set(XML_LANG, language)
