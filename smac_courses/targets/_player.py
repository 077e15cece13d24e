"""The player's files: the same page, script and style in every package that has them."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from typing import Any

from smac_courses.html.page import PageFiles, course_page
from smac_courses.html.questions import remarks_of
from smac_courses.model.codec import attested, player_data
from smac_courses.model.course import Course
from smac_courses.model.questions import Attestation
from smac_courses.model.sealing import sealed
from smac_courses.package import Package
from smac_courses.player import bundle
from smac_courses.targets.base import EmitContext

PAGE = "index.html"
SCRIPT = "player.js"
STYLE = "player.css"
ABOUT = "smac.json"


def add_player(package: Package, course: Course, tracker: str, context: EmitContext) -> None:
    """Add page, script, style and the course's assets."""
    locale = bundle.locale(course.language)
    course_data = player_data(course)
    if course.grading != "practice":
        _seal(course_data, course, locale.page)
    data: dict[str, Any] = {
        **course_data,
        "generator": context.generator,
        "locale": locale.tag,
        "strings": locale.player,
    }
    page = course_page(course, locale.page, data, PageFiles(script=SCRIPT, style=STYLE))
    package.add(PAGE, page.encode())
    kinds = frozenset(question.kind for question in course.questions())
    package.add(SCRIPT, bundle.script(tracker, kinds, is_sealed=course.grading != "practice").encode())
    package.add(STYLE, bundle.style(course.brand.primary).encode())
    for asset in course.assets:
        package.add(asset.name, asset.source)


def _seal(data: dict[str, Any], course: Course, strings: Mapping[str, str]) -> None:
    """Keys and remarks out of sight: what was `solution` becomes `sealed`."""
    questions = {question.key: question for question in course.questions()}
    groups = [*(lesson["practice"] for lesson in data["lessons"])]
    groups += [pool["questions"] for pool in (data["exam"] or {"pools": []})["pools"]]
    for question in itertools.chain(*groups):
        remarks = remarks_of(questions[question["key"]], strings)
        question["sealed"] = sealed({"solution": question.pop("solution"), "remarks": remarks}, question["key"])


def add_about(package: Package, course: Course, target: str, context: EmitContext) -> None:
    """Add what a package says of itself. Its content digest covers every other file; see package.Package."""
    about = {
        "course": course.id,
        "version": course.version,
        "target": target,
        "lms": course.lms_profile,
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
            "statement_digest": attested(course, question).statement_digest,
            **(
                {"policy": policy.id, "policy_version": policy.version, "policy_digest": policy.digest}
                if (policy := course.policy)
                else {}
            ),
        }
        for question in course.questions()
        if isinstance(question, Attestation)
    ]
