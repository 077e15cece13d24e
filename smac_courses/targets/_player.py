"""The player's files: the same page, script and style in every package that has them."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping
from typing import Any

from smac_courses.html.page import CONTENT_SECURITY_POLICY, PageFiles, course_page, player_words
from smac_courses.html.papers import with_links
from smac_courses.html.questions import remarks_of
from smac_courses.model.codec import attested, player_data
from smac_courses.model.course import Course
from smac_courses.model.questions import Attestation
from smac_courses.model.sealing import sealed
from smac_courses.package import Package
from smac_courses.player import bundle
from smac_courses.targets._scos import Sco
from smac_courses.targets.base import EmitContext

SCRIPT = "player.js"
STYLE = "player.css"
ABOUT = "smac.json"


def add_player(
    package: Package,
    course: Course,
    scos: tuple[Sco, ...],
    tracker: str,
    context: EmitContext,
    *,
    activity: str = "",
    policy: str = CONTENT_SECURITY_POLICY,
    papers: tuple[tuple[str, str], ...] = (),
) -> None:
    """Add a page for each SCO, and what all of them share: script, style and the course's assets.

    `activity` is the IRI of the course where things have IRIs, `policy` what the pages may load,
    `papers` are pages to print that the start page leads to.
    """
    files = PageFiles(script=SCRIPT, style=STYLE, policy=policy, papers=papers)
    for sco in scos:
        page = _page(sco.course, context, activity, files)
        package.add(sco.page, (page if len(scos) == 1 else with_links(page)).encode())
    package.add(SCRIPT, _script(course, tracker).encode())
    package.add(STYLE, bundle.style(course.brand.primary).encode())
    for asset in course.assets:
        package.add(asset.name, asset.source)


def _page(course: Course, context: EmitContext, activity: str, files: PageFiles) -> str:
    locale = bundle.locale(course.language)
    course_data = player_data(course)
    if activity:
        course_data["lms"]["activity"] = activity
        for question in _questions(course_data):
            question["iri"] = course.iri("questions", question["key"])
    if course.grading != "practice":
        _seal(course_data, course, locale.page)
    data: dict[str, Any] = {
        **course_data,
        "generator": context.generator,
        "locale": locale.tag,
        "strings": player_words(course, locale.player, locale.page),
    }
    return course_page(course, locale.page, data, files)


def _script(course: Course, tracker: str) -> str:
    """The script with what this course needs, and no more."""
    return bundle.script(
        tracker,
        frozenset(question.kind for question in course.questions()),
        is_sealed=course.grading != "practice",
        is_timed=course.exam is not None and course.exam.rules.time_limit_minutes > 0,
    )


def _questions(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    groups = [*(lesson["practice"] for lesson in data["lessons"])]
    groups += [pool["questions"] for pool in (data["exam"] or {"pools": []})["pools"]]
    return itertools.chain(*groups)


def _seal(data: dict[str, Any], course: Course, strings: Mapping[str, str]) -> None:
    """Keys and remarks out of sight: what was `solution` becomes `sealed`."""
    questions = {question.key: question for question in course.questions()}
    for question in _questions(data):
        remarks = remarks_of(questions[question["key"]], strings)
        question["sealed"] = sealed({"solution": question.pop("solution"), "remarks": remarks}, question["key"])


def add_about(package: Package, course: Course, scos: tuple[Sco, ...], target: str, context: EmitContext) -> None:
    """Add what a package says of itself. Its content digest covers every other file; see package.Package."""
    about = {
        "course": course.id,
        "title": course.title,
        "version": course.version,
        "target": target,
        "lms": course.lms_profile,
        "pages": [sco.page for sco in scos],
        "grading": course.grading,
        **({"attestations": attestations} if (attestations := _attestations(course)) else {}),
        "generator": context.generator,
        "content_digest": package.digest(leave_out=frozenset({ABOUT})),
    }
    package.add(ABOUT, (json.dumps(about, indent=2) + "\n").encode())


def _attestations(course: Course) -> list[dict[str, str]]:
    """What learners of this package confirm, in its exact words: an LMS report has room for the digests only."""
    return [
        {
            "id": question.key,
            "statement": question.statement,
            "statement_digest": attested(course.policy, question).statement_digest,
            **(
                {"policy": policy.id, "policy_version": policy.version, "policy_digest": policy.digest}
                if (policy := course.policy)
                else {}
            ),
        }
        for question in course.questions()
        if isinstance(question, Attestation)
    ]
