"""A web site: works from any host and any folder, without a network after the first visit, and prints well.

Nobody hears of what a learner does there: progress stays in the browser. Only here is a service worker; an LMS would
serve another course under the same address.
"""

from __future__ import annotations

from dataclasses import replace

from smac_courses.html.papers import aid_page, card_page, handbook_page, job_aids, with_links
from smac_courses.model.course import Course
from smac_courses.package import Package
from smac_courses.player import bundle
from smac_courses.targets._player import ABOUT, SCRIPT, STYLE, add_about, add_player
from smac_courses.targets._scos import scos_of
from smac_courses.targets.base import EmitContext, Loss

_WORKER = "sw.js"
_HANDBOOK, _CARD = "handbook.html", "card.html"
_MEDIA = (".mp4", ".webm", ".m4a", ".mp3")
_SHORT = 12


class Web:
    """The target."""

    name = "web"
    summary = "A web site of files only: from any host, without a network, for paper too"
    standard = ""
    grades_on_server = False
    suffix = ".zip"
    # Browsers keep megabytes.
    state_limit = 1_000_000
    documents = ()
    carries = (
        "carries: everything that a learner sees, progress in the browser, a handbook, job aids and a card to print",
        "cannot: tell anybody who has passed; certificates need an LMS or Open edX",
        "cannot: protect the answer key, which travels to the learner's browser",
    )

    def losses(self, course: Course) -> tuple[Loss, ...]:
        """Whatever somebody else would have to hear of."""
        found = [Loss(course.at, "nobody is told of progress, answers and results: they stay in the learner's browser")]
        for question in course.questions():
            if question.kind == "attest":
                found.append(
                    Loss(question.at, f"{question.key}: nobody but the learner has a record of the attestation")
                )
        return tuple(found)

    def emit(self, course: Course, context: EmitContext) -> Package:
        """The files of a course; on a site there is one page for all its modules."""
        course = replace(course, structure="one", sequencing="none")
        package = Package()
        papers = _papers(course)
        scos = scos_of(course)
        listed = tuple((name, title) for name, title, _ in papers)
        add_player(package, course, scos, "web", context, papers=listed)
        for name, _, page in papers:
            package.add(name, page.encode())
        _add_worker(package)
        add_about(package, course, scos, self.name, context)
        return package


TARGET = Web()


def _papers(course: Course) -> list[tuple[str, str, str]]:
    """Pages for paper: file, title, content."""
    strings = bundle.locale(course.language).page
    handbook = handbook_page(course, strings, STYLE)
    found = [(_HANDBOOK, strings["handbook"], handbook)]
    if policy := course.policy:
        found.append((_CARD, strings["principles_card"], card_page(course, policy, strings, STYLE)))
    for aid in job_aids(course):
        # An id of the author has letters, digits, hyphens, and a point between module and aid.
        found.append((f"aid.{aid.key}.html", aid.plain_title, aid_page(course, aid, strings, STYLE)))
    return [(name, title, with_links(page, handbook, _HANDBOOK)) for name, title, page in found]


def _add_worker(package: Package) -> None:
    """The worker knows every file, and changes with each of them."""
    version = package.digest(leave_out=frozenset({ABOUT})).partition(":")[2][:_SHORT]
    names = [name for name in package.paths() if name != ABOUT]
    media = [name for name in names if name.lower().endswith(_MEDIA)]
    files = ["index.html", SCRIPT, STYLE]
    others = ["./", *(name for name in names if name not in {*media, *files})]
    package.add(_WORKER, bundle.worker_script(files, others, media, version).encode())
