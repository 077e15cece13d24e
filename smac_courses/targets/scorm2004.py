"""SCORM 2004, 3rd and 4th edition: one SCO, or one for each module with or without a gate before the exam.

Source: SCORM 2004 Content Aggregation Model, Sequencing and Navigation, in both editions; what real LMSs demand beyond
them is said at its place.
"""

from __future__ import annotations

from lxml import etree

from smac_courses.model.course import Course
from smac_courses.package import Package
from smac_courses.targets import _losses
from smac_courses.targets._imscp import Edition, emit_package
from smac_courses.targets._mastery import mastery_percent
from smac_courses.targets._scos import Sco, gate_of, scos_of
from smac_courses.targets._xml import Namespace
from smac_courses.targets.base import EmitContext, Loss

_IMSCP = Namespace("http://www.imsglobal.org/xsd/imscp_v1p1")
_ADLCP = Namespace("http://www.adlnet.org/xsd/adlcp_v1p3")
_ADLSEQ = Namespace("http://www.adlnet.org/xsd/adlseq_v1p3")
_ADLNAV = Namespace("http://www.adlnet.org/xsd/adlnav_v1p3")
_IMSSS = Namespace("http://www.imsglobal.org/xsd/imsss")
_SCHEMAS = {
    "imscp_v1p1.xsd": _IMSCP,
    "adlcp_v1p3.xsd": _ADLCP,
    "adlseq_v1p3.xsd": _ADLSEQ,
    "adlnav_v1p3.xsd": _ADLNAV,
    "imsss_v1p0.xsd": _IMSSS,
}
_PARTS = ("auxresource", "control", "delivery", "limit", "objective", "random", "rollup", "seqrule", "util")
DOCUMENTS = (
    *_SCHEMAS,
    *(f"imsss_v1p0{part}.xsd" for part in _PARTS),
    "xml.xsd",
    "XMLSchema.dtd",
    "datatypes.dtd",
)
_PRIMARY = "PRIMARY"
# Moves between SCOs have no meaning where there is one; the others leave the course.
_MOVES = ("previous", "continue")
_LEAVES = ("exit", "exitAll", "abandon", "abandonAll", "suspendAll")


class Scorm2004:
    """The target for one edition: "3rd" or "4th"."""

    standard = "scorm2004"
    grades_on_server = False
    suffix = ".zip"
    # The standard has 64,000; Moodle's last message of a session must not be longer than 64 KiB with all its answers.
    state_limit = 30_000
    documents = DOCUMENTS
    carries = (
        "carries: completion and success apart, score in per cent, progress, time, every answer in words, every topic",
        "carries: where the learner stopped, in at most 30,000 characters",
        "cannot: be taken by every LMS; SCORM 1.2 is the safer choice where either will do",
        "cannot: protect the answer key, which travels to the learner's browser",
    )

    def __init__(self, edition: str, summary: str) -> None:
        self.name = f"scorm2004-{edition}"
        self.summary = summary
        self.edition = Edition(
            target=self.name,
            tracker="scorm2004",
            imscp=_IMSCP,
            adlcp=_ADLCP,
            prefixes={
                None: _IMSCP.uri,
                # Moodle knows them by these prefixes only.
                "adlcp": _ADLCP.uri,
                "adlseq": _ADLSEQ.uri,
                "adlnav": _ADLNAV.uri,
                "imsss": _IMSSS.uri,
            },
            schemas=_SCHEMAS,
            scorm_type="scormType",
            version=f"2004 {edition} Edition",
            control=("scorm2004", "scorm2004-3rd") if edition == "3rd" else ("scorm2004",),
            documents=DOCUMENTS,
        )

    def losses(self, course: Course) -> tuple[Loss, ...]:
        """What SCORM 2004 cuts, or knows only with sequencing."""
        reason = "write sequencing: full, where the LMS knows it"
        return (
            *(() if course.has_full_sequencing else _losses.gate(course, reason)),
            *_losses.cross_links(course),
            *_losses.long_questions(course, 240),
            *_losses.long_answers(course, 4_000),
        )

    def emit(self, course: Course, context: EmitContext) -> Package:
        """The package of a course."""
        gate = gate_of(scos_of(course)) if course.has_full_sequencing else ()

        def organization(element: etree._Element) -> None:
            element.set(_ADLSEQ.name("objectivesGlobalToSystem"), "false")
            sequencing = _IMSSS(element, "sequencing")
            _IMSSS(sequencing, "controlMode", choice="true", flow="true")

        return emit_package(
            course,
            context,
            self.edition,
            metadata=lambda _: None,
            organization=organization,
            item=lambda element, sco: _item(element, sco, course, gate),
        )


TARGETS = (
    Scorm2004("3rd", "SCORM 2004 3rd Edition: completion, success, progress and questions in words"),
    Scorm2004("4th", "SCORM 2004 4th Edition: the same, for an LMS that asks for it"),
)


def _item(item: etree._Element, sco: Sco, course: Course, gate: tuple[Sco, ...]) -> None:
    sequencing = _IMSSS(item, "sequencing")
    if sco.is_exam and gate:
        _closed_until(sequencing, gate, is_last=course.modules[-1].exam is not None)
    if course.structure == "modules" and course.exam and not sco.is_exam:
        # The exam alone decides whether the course is passed, and with which score.
        _IMSSS(sequencing, "rollupRules", rollupObjectiveSatisfied="false", objectiveMeasureWeight="0")
    _objectives(sequencing, sco, gate)
    # Without them SAP SuccessFactors marks the content complete when it is left.
    _IMSSS(sequencing, "deliveryControls", completionSetByContent="true", objectiveSetByContent="true")
    moves = _MOVES if course.structure == "one" else ()
    leaves = _LEAVES if course.lms.hide_buttons == "all" else ()
    if moves or leaves:
        interface = _ADLNAV(_ADLNAV(item, "presentation"), "navigationInterface")
        for button in (*moves, *leaves):
            _ADLNAV(interface, "hideLMSUI", button)


def _closed_until(sequencing: etree._Element, gate: tuple[Sco, ...], *, is_last: bool) -> None:
    """The exam cannot be launched while any module is not known to be done.

    Where modules follow it, the way on leads past it: a disabled activity would stand in the way (SN, SB.2.2).
    """
    rules = _IMSSS(sequencing, "sequencingRules")
    for action in ("disabled",) if is_last else ("skip", "disabled"):
        rule = _IMSSS(rules, "preConditionRule")
        conditions = _IMSSS(rule, "ruleConditions", conditionCombination="any")
        for sco in gate:
            for condition in ("satisfied", "objectiveStatusKnown"):
                _IMSSS(
                    conditions,
                    "ruleCondition",
                    referencedObjective=f"DONE-{sco.id}",
                    operator="not",
                    condition=condition,
                )
        _IMSSS(rule, "ruleAction", action=action)


def _objectives(sequencing: etree._Element, sco: Sco, gate: tuple[Sco, ...]) -> None:
    """The pass mark where the LMS may judge by it, and what modules tell the exam: through objectives of the course."""
    mark = mastery_percent(sco.course)
    is_told = sco in gate
    reads = gate if sco.is_exam else ()
    if mark is None and not is_told and not reads:
        return
    objectives = _IMSSS(sequencing, "objectives")
    by_measure = {"satisfiedByMeasure": "true"} if mark is not None else {}
    primary = _IMSSS(objectives, "primaryObjective", objectiveID=_PRIMARY, **by_measure)
    if mark is not None:
        _IMSSS(primary, "minNormalizedMeasure", f"{mark / 100:g}")
    if is_told:
        _IMSSS(primary, "mapInfo", targetObjectiveID=_shared(sco), writeSatisfiedStatus="true")
    for other in reads:
        objective = _IMSSS(objectives, "objective", objectiveID=f"DONE-{other.id}")
        _IMSSS(objective, "mapInfo", targetObjectiveID=_shared(other), readSatisfiedStatus="true")


def _shared(sco: Sco) -> str:
    """The name of an objective that all SCOs of the course can see."""
    return f"urn:smac:{sco.course.id}:done"
