"""cmi5 (Quartz, 1st edition): one AU, or a block with an AU for each module.

Source: cmi5_spec.md of AICC/CMI-5_Spec_Current, sections 13 and 14; what real players demand beyond it is said at its
place.
"""

from __future__ import annotations

from lxml import etree

from smac_courses.html.page import POLICY_WITH_STORE, PageFiles, contents_page
from smac_courses.model.course import Course, Module
from smac_courses.package import Package
from smac_courses.player import bundle
from smac_courses.targets import _losses
from smac_courses.targets._player import STYLE, add_about, add_player
from smac_courses.targets._scos import Sco, scos_of
from smac_courses.targets._xml import Namespace, document
from smac_courses.targets.base import EmitContext, Loss

STRUCTURE = "cmi5.xml"
_CMI5 = Namespace("https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd")
_ACTIVITY = "http://adlnet.gov/expapi/activities/"
_START = "start.js"


class Cmi5:
    """The target."""

    name = "cmi5"
    summary = "cmi5: statements for a modern LMS and its record store"
    standard = "cmi5"
    grades_on_server = False
    suffix = ".zip"
    # Stores take more; Moodle and others keep a document in one field of a database.
    state_limit = 60_000
    documents = ()
    carries = (
        "carries: completed, passed and failed with score, progress, time, every answer with its question in words",
        "carries: where the learner stopped, also when two devices write",
        "cannot: keep the exam closed until the modules are done; there are no prerequisites in cmi5",
        "cannot: protect the answer key, which travels to the learner's browser",
    )

    def losses(self, course: Course) -> tuple[Loss, ...]:
        """What cmi5 has no word for."""
        return (*_losses.gate(course, "cmi5 knows no prerequisites"), *_losses.cross_links(course))

    def emit(self, course: Course, context: EmitContext) -> Package:
        """The package of a course."""
        scos = scos_of(course)
        package = Package()
        package.add(STRUCTURE, document(_structure(course, scos)))
        if len(scos) > 1:
            _add_contents(package, course, scos)
        add_player(package, course, scos, "cmi5", context, activity=course.iri(), policy=POLICY_WITH_STORE)
        add_about(package, course, scos, self.name, context)
        return package


TARGET = Cmi5()


def _structure(course: Course, scos: tuple[Sco, ...]) -> etree._Element:
    root = etree.Element(_CMI5.name("courseStructure"), nsmap={None: _CMI5.uri})  # type: ignore[dict-item]  # its stubs
    top = _CMI5(root, "course", id=course.iri())
    _words(top, course.title, course.description or course.title, course)
    _objectives(root, course)
    if len(scos) == 1:
        _au(root, course, scos[0], course.iri("au"), "index.html", course.modules)
        return root
    for number, sco in enumerate(scos, 1):
        block = _CMI5(root, "block", id=course.iri("blocks", sco.id))
        _words(block, sco.title, _purpose(sco.course.modules[0]) or sco.title, course)
        _au(block, course, sco, course.iri("au", sco.id), f"index.html?au={number}", sco.course.modules)
    return root


def _au(parent: etree._Element, course: Course, sco: Sco, au_id: str, url: str, modules: tuple[Module, ...]) -> None:
    exam = sco.course.exam
    au = _CMI5(parent, "au", id=au_id, launchMethod="AnyWindow", moveOn="Passed" if exam else "Completed")
    au.set("activityType", _ACTIVITY + ("assessment" if sco.is_exam else "course" if len(modules) > 1 else "module"))
    if (score := _mastery_score(course)) and exam:
        au.set("masteryScore", score)
    _words(au, sco.title, sco.course.description or _purpose(modules[0]) or sco.title, course)
    taught = [_objective_id(course, module, one.id) for module in modules for one in module.objectives]
    if taught:
        listed = _CMI5(au, "objectives")
        for objective in taught:
            _CMI5(listed, "objective", idref=objective)
    _CMI5(au, "url", url)


def _mastery_score(course: Course) -> str | None:
    """The pass mark from 0 to 1; not where a topic must be passed besides, for then a high score may be a fail."""
    exam = course.exam
    if exam is None or course.lms.mastery_score == "never" or any(pool.must_pass for pool in exam.pools):
        return None
    return f"{exam.rules.pass_percent / 100:g}"


def _objectives(root: etree._Element, course: Course) -> None:
    found = [(module, objective) for module in course.modules for objective in module.objectives]
    if not found:
        return
    listed = _CMI5(root, "objectives")
    for module, objective in found:
        element = _CMI5(listed, "objective", id=_objective_id(course, module, objective.id))
        _words(element, objective.text, objective.text, course)


def _objective_id(course: Course, module: Module, name: str) -> str:
    return course.iri("objectives", module.id, name)


def _purpose(module: Module) -> str:
    """What a module is for, in the words of its objectives."""
    return "; ".join(objective.text for objective in module.objectives)


def _words(parent: etree._Element, title: str, description: str, course: Course) -> None:
    """Title and description: cmi5 demands both of everything."""
    for name, words in (("title", title), ("description", description)):
        _CMI5(_CMI5(parent, name), "langstring", words, lang=course.language)


def _add_contents(package: Package, course: Course, scos: tuple[Sco, ...]) -> None:
    """The page that every AU names: an address with `?au=N` is taken by every player, a fragment by none."""
    strings = bundle.locale(course.language).page
    files = PageFiles(script=_START, style=STYLE)
    pages = [(sco.page, sco.title) for sco in scos]
    package.add("index.html", contents_page(course, strings, pages, files).encode())
    package.add(_START, bundle.start_script().encode())
