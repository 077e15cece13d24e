"""A course in another language against its original."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from smac_courses.checks.context import CheckContext
from smac_courses.diagnostics import Location, Report
from smac_courses.model.course import Course
from smac_courses.model.translation import Piece, pieces_of

Pieces = dict[str, tuple[str, Piece]]


def pieces(course: Course, lines: Mapping[str, Sequence[str]]) -> Pieces:
    """The pieces of a course, each with the file in which it stands; `lines` are those of every file, by its path."""
    found: Pieces = {}
    for module in course.modules:
        if not module.is_policy:
            own = pieces_of(module.id, lines.get(module.at.path, ()))
            found |= {key: (module.at.path, piece) for key, piece in own.items()}
    return found


def translations_have_an_original(courses: Sequence[Course], context: CheckContext, report: Report) -> None:
    """What is a translation of nothing is compared with nothing."""
    for course in courses:
        if course.translates and course.translates not in context.known_courses:
            hint = "courses of this program: " + ", ".join(sorted(context.known_courses))
            report.add("SMAC611", course.translates_at, f"there is no course '{course.translates}'", hint=hint)


def translations_are_whole(courses: Sequence[Course], context: CheckContext, report: Report) -> None:
    """Whoever reads another language gets the whole course, and is asked the same."""
    for course, theirs, ours in _pairs(courses, context):
        modules = {module.id: module.at for module in course.modules}
        for key in sorted(theirs.keys() - ours.keys()):
            at = modules.get(key.partition(".")[0], course.translates_at)
            path, piece = theirs[key]
            report.add("SMAC612", at, f"'{key}' of the original is missing", hint=f"translate {path}:{piece.line}")
        for key in sorted(ours.keys() - theirs.keys()):
            at = Location(ours[key][0], ours[key][1].line)
            report.add("SMAC612", at, f"the original has no '{key}'", hint="take the id of the original, or remove it")


def translations_are_current(courses: Sequence[Course], context: CheckContext, report: Report) -> None:
    """A translation ages in silence: nobody sees that the original has changed."""
    for course, theirs, ours in _pairs(courses, context):
        for key in sorted(theirs.keys() & ours.keys()):
            path, piece = theirs[key]
            if course.translated.get(key) == piece.digest:
                continue
            what = f"the original of '{key}' has changed since it was translated"
            if key not in course.translated:
                what = f"nobody has said from which text '{key}' was translated"
            hint = f"compare it with {path}:{piece.line}, then type: smac translated {course.id} {key}"
            report.add("SMAC613", Location(ours[key][0], ours[key][1].line), what, hint=hint)


def _pairs(courses: Sequence[Course], context: CheckContext) -> Iterator[tuple[Course, Pieces, Pieces]]:
    """Each translation whose original was read as well, with the pieces of the original and its own."""
    by_id = {course.id: course for course in courses}
    for course in courses:
        if course.translates in by_id:
            yield course, pieces(by_id[course.translates], context.lines), pieces(course, context.lines)
