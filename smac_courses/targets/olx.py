"""Open edX with our own blocks: `smac_quiz` grades on the server, so that no key reaches a browser.

The blocks come with this distribution (`pip install smac-courses[xblock]` where the platform runs).
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote

from lxml import etree

from smac_courses.html.blocks import blocks_html
from smac_courses.model.blocks import Practice
from smac_courses.model.course import Course, Exam, Module
from smac_courses.model.questions import Attestation, Question
from smac_courses.model.rules import EXTRA_TIME
from smac_courses.package import Package
from smac_courses.player import bundle
from smac_courses.targets import _losses
from smac_courses.targets._openedx import Olx, Unit, url_name
from smac_courses.targets._xml import xml_text
from smac_courses.targets.base import EmitContext, Loss

QUIZ, CERTIFICATE = "smac_quiz", "smac_certificate"
_COUNTS = {"best": "highest", "last": "last"}
_VARIABLE = re.compile(r"(?<!\\)\{\{\s*([^{}]{1,200}?)\s*\}\}")
# Code first: what stands in it is no link.
_LINK = re.compile(
    r"^ {0,3}(?P<fence>```+|~~~+)[^\n]*\n.*?^ {0,3}(?P=fence)|(?P<ticks>`+)(?!`)[^\n]*?(?<!`)(?P=ticks)(?!`)"
    r"|(?P<before>\]\(\s*<?|^ {0,3}\[[^\]^\n][^\]\n]*\]:[ \t]+<?)(?P<link>[^()<>\s]+)",
    re.MULTILINE | re.DOTALL,
)
_WHEN = re.compile(r"""(?<=[\s{])when=(?:"[^"]*"|“[^”]*”|'[^']*'|[^\s}]+)""")
_NOTE = re.compile(r"\[\^([^\]\s]+)\](?!:)")


class OlxTarget:
    """The target."""

    name = "olx"
    summary = "Open edX: a course with quizzes that its server grades"
    standard = "openedx"
    grades_on_server = True
    suffix = ".tar.gz"
    state_limit = 1_000_000_000
    documents = ()
    carries = (
        "carries: lessons, films with captions, practice and exam with every kind of question, graded on the server",
        "carries: grading policy, dates, the platform's certificate, the course's page",
        "carries: time limits by the clock of the quiz block; the platform's own timed exams are not needed",
        "cannot: keep the exam closed until the lessons are done; set that in Studio",
        "needs: smac-courses installed where the platform runs",
    )

    def losses(self, course: Course) -> tuple[Loss, ...]:
        """What OLX has no word for."""
        return (*_losses.prerequisites(course), *_losses.standing_time(course))

    def emit(self, course: Course, context: EmitContext) -> Package:
        """The files of a course."""
        olx = Olx(
            course,
            context,
            practice=_add_practice,
            exam=_add_exam,
            modules=(QUIZ, CERTIFICATE) if course.exam and course.open_edx.certificate else (QUIZ,),
            afterwards=_add_certificate,
        )
        return olx.emit()


TARGET = OlxTarget()


def _add_practice(unit: Unit, block: Practice) -> None:
    question = block.question
    module = _module_of(unit.olx.course, question)
    text = markdown_of([question], module, unit.olx)
    _add_quiz(unit, url_name(question.key), question.plain_title, text, module, [question], {"mode": "practice"})


def _add_exam(unit: Unit, module: Module) -> None:
    exam, olx = module.exam, unit.olx
    if exam is None:
        return
    unit.html(blocks_html(module.opening, olx.strings) + olx.sources(module.sources), module.title)
    text = "\n\n".join(
        [
            *(part for pool in exam.pools for part in (_switched_on(pool.markdown), *map(_text_of, pool.questions))),
            *_definitions([question.markdown for question in exam.questions()], module),
        ]
    )
    _add_quiz(
        unit,
        f"{module.id}__quiz",
        module.title,
        _with_addresses(text, module, olx),
        module,
        exam.questions(),
        _settings(exam),
    )


def _add_certificate(unit: Unit) -> None:
    course = unit.olx.course
    etree.SubElement(
        unit.element,
        CERTIFICATE,
        url_name=f"{unit.name}_block",
        display_name=bundle.locale(course.language).certificate["certificate_title"],
        certification=xml_text(course.title),
        pass_percent=str(course.exam.rules.pass_percent if course.exam else 0),
        language=course.language,
    )


def _settings(exam: Exam) -> dict[str, str]:
    """The rules of an exam as the settings of a block."""
    rules = exam.rules
    names = {allowance: name for name, allowance in EXTRA_TIME.items()}
    return {
        "mode": "graded",
        "pass_percent": str(rules.pass_percent),
        "max_attempts": str(rules.attempts) if rules.attempts else "null",
        "wait_hours": str(rules.wait_hours),
        "counts": _COUNTS[rules.counts],
        "feedback": rules.feedback,
        "shuffle": json.dumps(rules.shuffle),
        "time_limit_minutes": str(rules.time_limit_minutes),
        "extra_time": json.dumps([names[one] for one in rules.extra_time]),
        # As in every other format: after an attempt its answers are shown with the key, or never.
        "showanswer": "never" if rules.feedback == "never" else "attempted",
    }


def _add_quiz(
    unit: Unit,
    name: str,
    title: str,
    markdown: str,
    module: Module,
    questions: Iterable[Question],
    settings: dict[str, str],
) -> None:
    """A quiz inline: the importer reads a pointer to a block of its own as an empty block."""
    course = unit.olx.course
    used = sorted(set(_VARIABLE.findall(markdown)) & course.variables.keys())
    asked = list(questions)
    attributes = {
        "url_name": name,
        "display_name": xml_text(title),
        "quiz_id": module.id,
        "language": course.language,
        **settings,
        **({"credit": course.credit} if course.credit != "all" else {}),
        **({"variables": json.dumps({one: course.variables[one] for one in used}, ensure_ascii=False)} if used else {}),
        **_policy(course, asked),
    }
    element = etree.SubElement(unit.element, QUIZ, attributes)
    element.text = "\n" + xml_text(markdown) + "\n"


def _policy(course: Course, questions: Iterable[Question]) -> dict[str, str]:
    """What an attestation names of the policy."""
    policy = course.policy
    if policy is None or not any(isinstance(one, Attestation) for one in questions):
        return {}
    return {"policy": json.dumps({"id": policy.id, "version": policy.version, "digest": policy.digest})}


def markdown_of(questions: Iterable[Question], module: Module, olx: Olx) -> str:
    """Questions as their author wrote them, with the footnotes that they cite."""
    texts = [_text_of(question) for question in questions]
    return _with_addresses("\n\n".join([*texts, *_definitions(texts, module)]), module, olx)


def _text_of(question: Question) -> str:
    """A question as its author wrote it, whatever inserts are switched on where it is read again."""
    heading, _, rest = question.markdown.partition("\n")
    return f"{_switched_on(heading)}\n{rest}"


def _switched_on(heading: str) -> str:
    """A heading without its insert: what stands here was switched on."""
    return _WHEN.sub("", heading)


def _definitions(texts: list[str], module: Module) -> Iterator[str]:
    """Footnotes that are cited and not defined in these texts, and all link references that they could use."""
    whole = "\n".join(texts)
    notes = {found[1]: one for one in module.definitions if (found := re.match(r"\[\^([^\]]+)\]:", one))}
    cited: dict[str, None] = {}
    waiting = _NOTE.findall(whole)
    while waiting:
        name = waiting.pop()
        if name in notes and name not in cited:
            cited[name] = None
            # A footnote may cite another one.
            waiting += _NOTE.findall(notes[name])
    wanted = [*(notes[name] for name in cited if f"[^{name}]:" not in whole)]
    wanted += [one for one in module.definitions if one not in notes.values() and one.strip() not in whole]
    lines = [one for one in module.definitions if one in wanted]
    if lines:
        yield "\n".join(lines)


def _with_addresses(markdown: str, module: Module, olx: Olx) -> str:
    """Links to files and places as Studio has them."""
    assets = {posixpath.basename(asset.name): asset.name for asset in olx.course.assets}
    files = {posixpath.normpath(one.at.path): one for one in olx.course.modules}

    def moved(found: re.Match[str]) -> str:
        link = found["link"]
        if not link:
            return found[0]
        path, _, anchor = unquote(link).partition("#")
        if path.endswith(".md") or link.startswith("#"):
            beside = posixpath.join(posixpath.dirname(module.at.path), path)
            other = files.get(posixpath.normpath(beside)) if path else module
            key = "" if other is None else ("_exam" if other.exam else other.id)
            if other and anchor and not other.exam:
                key = f"{other.id}.{anchor}"
            place = olx.place_of(key)
            return f"{found['before']}/jump_to_id/{place}" if place else found[0]
        name = assets.get(posixpath.basename(path))
        return f"{found['before']}/static/{name}" if name and ":" not in link else found[0]

    return _LINK.sub(moved, markdown)


def _module_of(course: Course, question: Question) -> Module:
    name = question.key.partition(".")[0]
    return next(module for module in course.modules if module.id == name)
