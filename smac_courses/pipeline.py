"""Read, check, emit, write: what `smac check` and `smac build` do, without a word to the terminal."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from smac_courses import __version__
from smac_courses.checks.context import CheckContext
from smac_courses.checks.registry import run_checks
from smac_courses.diagnostics import Report
from smac_courses.errors import EnvironmentProblem
from smac_courses.model.codec import longest_saved_state
from smac_courses.model.course import Course
from smac_courses.model.lock import format_lock
from smac_courses.package import sweep_leftovers, write_zip
from smac_courses.reader.ignores import read_ignores
from smac_courses.reader.project import (
    LOCK_FILE,
    ReadProject,
    asset_files,
    find_courses,
    known_course_ids,
    module_files,
    read_project,
)
from smac_courses.targets.base import EmitContext, Target

GENERATOR = f"smac-courses {__version__}"
_STALE_SECONDS = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a check found. `course_src` is the folder that the findings' paths are relative to."""

    course_src: Path
    project: ReadProject
    report: Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """One package on disk."""

    course: Course
    target: str
    path: Path
    bytes: int
    digest: str
    longest_state: int


def check_courses(paths: Sequence[Path], today: date) -> Checked:
    """Read the courses that the paths mean and apply every rule. Raises UsageError when there are none."""
    root, folders = find_courses(list(paths))
    report = Report()
    project = read_project(root, folders, report)
    known = known_course_ids(root)
    is_whole = not report.has_errors and known == {course.id for course in project.courses}
    context = CheckContext(
        program=project.program,
        known_courses=frozenset(known),
        today=today,
        lines={path: source.lines for path, source in project.sources.items()},
        asset_files=asset_files(root) if is_whole else {},
        module_files=module_files(root) if is_whole else (),
    )
    run_checks(project.courses, context, report)
    report.ignore([ignore for source in project.sources.values() for ignore in read_ignores(source, report)])
    return Checked(course_src=root, project=project, report=report)


def build_course(course: Course, target: Target, out: Path) -> Built:
    """Make one package and put it into `out`, replacing what stood there in one step."""
    course = course.with_all_ordinals()
    package = target.emit(course, EmitContext(generator=GENERATOR))
    path = out / course.id / f"{course.id}-{course.version}-{target.name}.zip"
    write_zip(package, path)
    return Built(
        course=course,
        target=target.name,
        path=path,
        bytes=path.stat().st_size,
        digest=package.digest(leave_out=frozenset({"smac.json"})),
        longest_state=longest_saved_state(course),
    )


def build_courses(
    courses: Sequence[Course], targets: Sequence[Target], out: Path, on_built: Callable[[Built], None]
) -> list[Built]:
    """Every course for every target; `on_built` is told of each as soon as it is on disk."""
    results = []
    for course in courses:
        sweep_leftovers(out / course.id, older_than=time.time() - _STALE_SECONDS)
        for target in targets:
            results.append(build_course(course, target, out))
            on_built(results[-1])
    return results


def write_locks(project: ReadProject) -> Iterator[Path]:
    """Bring every course.lock up to date; yields those that changed."""
    for course in project.courses:
        path = project.folders[course.id] / LOCK_FILE
        text = format_lock(course.with_all_ordinals().ordinals)
        if not path.is_file() or path.read_text("utf-8") != text:
            write_text(path, text)
            yield path


def write_text(path: Path, text: str) -> None:
    """Write a source file in one step. Raises EnvironmentProblem when the disk refuses."""
    aside = path.with_name(f".{path.name}.tmp")
    try:
        aside.write_bytes(text.encode("utf-8"))
        aside.replace(path)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise EnvironmentProblem(f"cannot write {path}: {error.strerror}") from error
