"""Open edX with its own problems (capa): nothing needs to be installed, and less is carried.

What the platform's engine has no word for is among the losses, question by question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from smac_courses.html.blocks import blocks_html
from smac_courses.html.markup import filled
from smac_courses.model.blocks import Practice
from smac_courses.model.course import Course, Exam, Lesson, Module, Pool
from smac_courses.model.questions import Attestation, MultipleChoice, Question
from smac_courses.package import Package
from smac_courses.player import bundle
from smac_courses.targets import _capa, _losses
from smac_courses.targets._openedx import Olx, Unit, title_of, url_name
from smac_courses.targets.base import EmitContext, Loss

_GRADING_METHOD = {"best": "highest_score", "last": "last_score"}
# Notes stand behind a lesson; an exam has no place for what its answers cite.
_CITED = re.compile(r'<sup class="note">.*?</sup>', re.S)
_SECONDS_OF_AN_HOUR = 3_600


class OlxNativeTarget:
    """The target."""

    name = "olx-native"
    summary = "Open edX without anything to install: a course with the platform's own problems"
    standard = "openedx"
    grades_on_server = True
    suffix = ".tar.gz"
    state_limit = 1_000_000_000
    documents = ()
    carries = (
        "carries: lessons, films with captions, questions with one or several answers, typed words and numbers, gaps,",
        "  things to match, sort and put in order, with hints and feedback, graded on the server",
        "carries: pools that are drawn from, grading policy, dates, timed exams, the platform's certificate",
        "cannot: attempts of an exam as a whole, topics that must be passed, posts to write, conversations, opinions",
        "needs: nothing; timed exams where the site allows them",
    )

    def losses(self, course: Course) -> tuple[Loss, ...]:
        """What OLX and the platform's engine have no word for."""
        in_exam = {question.key for question in course.exam.questions()} if course.exam else set()
        asked = [
            Loss(question.at, f"{question.key}: {what}")
            for question in course.questions()
            for what in _capa.losses_of(question, is_exam=question.key in in_exam)
        ]
        return (
            *_losses.prerequisites(course),
            *_losses.standing_time(course),
            *(_losses_of_exam(course.exam, course) if course.exam else ()),
            *asked,
        )

    def emit(self, course: Course, context: EmitContext) -> Package:
        """The files of a course."""
        olx = Olx(course, context, practice=_add_practice, exam=_add_exam, modules=(), sequential=_of_exam)
        return olx.emit()


TARGET = OlxNativeTarget()


def _add_practice(unit: Unit, block: Practice) -> None:
    question = block.question
    settings = {"showanswer": "attempted", "rerandomize": "never"}
    keys = [one.key for one in next(one for one in unit.olx.course.lessons() if _has(one, question)).questions()]
    words = bundle.locale(unit.olx.course.language).player["question_of"]
    title = filled(words, number=keys.index(question.key) + 1, total=len(keys))
    if not _add_problem(unit, unit.element, question, title, settings):
        unit.html(_capa.as_text(question, unit.olx.strings), question.plain_title)


def _has(lesson: Lesson, question: Question) -> bool:
    return any(one.key == question.key for one in lesson.questions())


def _add_exam(unit: Unit, module: Module) -> None:
    exam, olx = module.exam, unit.olx
    if exam is None:
        return
    unit.html(blocks_html(module.opening, olx.strings) + olx.sources(module.sources), module.title)
    for pool in exam.pools:
        questions = _asked(pool)
        parent = unit.element
        if pool.draw < len(questions):
            # Not <itembank>: up to Teak its grade counts the questions that were not drawn, too.
            title = title_of(pool.title or module.title)
            bank = etree.Element("library_content", display_name=title, max_count=str(pool.draw), source_library_id="")
            parent = bank
        for question in questions:
            title = pool.title or module.title
            _add_problem(unit, parent, question, title, _settings(exam), is_exam=True, shuffle=exam.rules.shuffle)
        if parent is not unit.element:
            olx.block(unit.element, f"{module.id}__pool_{pool.id}", parent)


def _add_problem(
    unit: Unit,
    parent: etree._Element,
    question: Question,
    title: str,
    settings: dict[str, str],
    *,
    is_exam: bool = False,
    shuffle: bool = False,
) -> bool:
    """Whether the question is one that the platform can ask; then it stands in `parent`."""
    olx = unit.olx

    def finish(html: str) -> str:
        return olx.addresses(_CITED.sub("", html) if is_exam else html, unit.name)

    problem = _capa.problem_of(question, olx.strings, finish, language=olx.course.language, shuffle=shuffle)
    if problem is None:
        return False
    problem.set("display_name", title_of(title))
    problem.set("weight", str(0 if isinstance(question, Attestation) else question.points))
    for name, value in settings.items():
        problem.set(name, value)
    olx.block(parent, url_name(question.key), problem)
    return True


def _asked(pool: Pool) -> list[Question]:
    """The questions of a pool that the platform can ask."""
    return [question for question in pool.questions if not isinstance(question, _capa.UNASKABLE)]


def _settings(exam: Exam) -> dict[str, str]:
    rules = exam.rules
    settings = {
        # With attempts left, an answer that is shown would be copied.
        "showanswer": "never" if rules.feedback == "never" else "finished",
        "rerandomize": "per_student" if rules.shuffle else "never",
        "grading_method": _GRADING_METHOD[rules.counts],
    }
    if rules.attempts:
        settings["max_attempts"] = str(rules.attempts)
    if rules.wait_hours:
        settings["submission_wait_seconds"] = str(rules.wait_hours * _SECONDS_OF_AN_HOUR)
    return settings


def _of_exam(module: Module) -> dict[str, str]:
    """The settings of the exam's subsection."""
    settings: dict[str, str] = {}
    if module.exam and module.exam.rules.feedback == "never":
        settings["show_correctness"] = "never"
    if module.exam and (minutes := module.exam.rules.time_limit_minutes):
        settings |= {"is_time_limited": "true", "default_time_limit_minutes": str(minutes)}
    return settings


def _losses_of_exam(exam: Exam, course: Course) -> Iterator[Loss]:
    rules = exam.rules
    module = next(module for module in course.modules if module.exam)
    if rules.attempts != 1 or rules.wait_hours:
        what = "attempts and the time between them count for each question, not for the exam; a site may have switched"
        yield Loss(module.at, f"{what} off that the {rules.counts} one counts, and then the last one does")
    if rules.feedback == "after":
        yield Loss(module.at, "each question says at once whether it is right, not after the exam")
    if rules.time_limit_minutes:
        what = "the time limit holds where the site allows timed exams (ENABLE_SPECIAL_EXAMS)"
        yield Loss(module.at, f"{what}; more time is given there to each learner by hand")
    if rules.time_limit_minutes and rules.wait_hours:
        what = "a question cannot be tried again within the time limit: the hours between attempts are longer"
        yield Loss(module.at, what)
    if rules.shuffle:
        what = "questions come in the order of the source, unless they are drawn"
        if any(isinstance(question, MultipleChoice) for question in exam.questions()):
            what = f"{what}; so do the answers where several can be right"
        yield Loss(module.at, what)
    if exam.sources:
        yield Loss(module.at, "footnotes of the exam are left out")
    if not any(map(_asked, exam.pools)):
        yield Loss(module.at, "NOTHING in the exam can be asked: nobody can pass the course; build olx instead")
    for pool in exam.pools:
        if pool.must_pass:
            yield Loss(pool.at, f"{pool.title or pool.id}: nobody has to pass the topic by itself")
        if len(_asked(pool)) < pool.draw:
            what = f"{len(_asked(pool))} of {pool.draw} questions can be asked"
            yield Loss(pool.at, f"{pool.title or pool.id}: {what}")
