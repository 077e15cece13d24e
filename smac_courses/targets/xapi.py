"""xAPI packages with a `tincan.xml`, as LMSs and record stores took them before cmi5.

Source: RusticiSoftware/launch, lms_lrs.md. There is no schema; one activity may be launched, and the list is flat.
"""

from __future__ import annotations

from dataclasses import replace

from lxml import etree

from smac_courses.html.page import POLICY_WITH_STORE
from smac_courses.model.course import Course
from smac_courses.package import Package
from smac_courses.targets import _losses
from smac_courses.targets._player import add_about, add_player
from smac_courses.targets._scos import scos_of
from smac_courses.targets._xml import Namespace, document
from smac_courses.targets.base import EmitContext, Loss

STRUCTURE = "tincan.xml"
_TINCAN = Namespace("http://projecttincan.com/tincan.xsd")
_ACTIVITY = "http://adlnet.gov/expapi/activities/"


class Xapi:
    """The target."""

    name = "xapi"
    summary = "xAPI with tincan.xml: statements for systems that do not know cmi5"
    standard = "xapi"
    grades_on_server = False
    suffix = ".zip"
    state_limit = 60_000
    documents = ()
    carries = (
        "carries: completed, passed and failed with score, progress, time, every answer with its question in words",
        "carries: where the learner stopped, where the store keeps documents",
        "cannot: be cut into modules, or tell the system what counts as done; take cmi5 where the LMS knows it",
        "cannot: protect the answer key, which travels to the learner's browser",
    )

    def losses(self, course: Course) -> tuple[Loss, ...]:
        """What one activity cannot be."""
        return tuple(_losses.modules(course))

    def emit(self, course: Course, context: EmitContext) -> Package:
        """The package of a course: one activity, however the course is cut elsewhere."""
        course = replace(course, structure="one", sequencing="none")
        scos = scos_of(course)
        package = Package()
        package.add(STRUCTURE, document(_structure(course)))
        add_player(package, course, scos, "xapi", context, activity=course.iri(), policy=POLICY_WITH_STORE)
        add_about(package, course, scos, self.name, context)
        return package


TARGET = Xapi()


def _structure(course: Course) -> etree._Element:
    root = etree.Element(_TINCAN.name("tincan"), nsmap={None: _TINCAN.uri})  # type: ignore[dict-item]  # its stubs
    activities = _TINCAN(root, "activities")
    top = _activity(
        activities, course.iri(), "course", course.title, course.description or course.title, course.language
    )
    _TINCAN(top, "launch", "index.html", lang=course.language)
    for question in course.questions():
        iri = course.iri("questions", question.key)
        _activity(activities, iri, "cmi.interaction", question.plain_title, question.plain_title, course.language)
    return root


def _activity(
    parent: etree._Element, iri: str, kind: str, name: str, description: str, language: str
) -> etree._Element:
    activity = _TINCAN(parent, "activity", id=iri, type=_ACTIVITY + kind)
    _TINCAN(activity, "name", name, lang=language)
    _TINCAN(activity, "description", description, lang=language)
    return activity
