"""The player's files: the same page, script and style in every package that has them."""

from __future__ import annotations

import json
from typing import Any

from smac_courses.html.page import PageFiles, course_page
from smac_courses.model.codec import player_data
from smac_courses.model.course import Course
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
    data: dict[str, Any] = {
        **player_data(course),
        "generator": context.generator,
        "locale": locale.tag,
        "strings": locale.player,
    }
    page = course_page(course, locale.page, data, PageFiles(script=SCRIPT, style=STYLE))
    package.add(PAGE, page.encode())
    package.add(SCRIPT, bundle.script(tracker).encode())
    package.add(STYLE, bundle.style(course.brand.primary).encode())
    for asset in course.assets:
        package.add(asset.name, asset.source)


def add_about(package: Package, course: Course, target: str, context: EmitContext) -> None:
    """Add what a package says of itself. Its content digest covers every other file; see package.Package."""
    about = {
        "course": course.id,
        "version": course.version,
        "target": target,
        "lms": course.lms_profile,
        "generator": context.generator,
        "content_digest": package.digest(leave_out=frozenset({ABOUT})),
    }
    package.add(ABOUT, (json.dumps(about, indent=2) + "\n").encode())
