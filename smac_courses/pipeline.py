"""Read, check, emit, write: what `smac check` and `smac build` do, without a word to the terminal."""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from itertools import repeat
from pathlib import Path

from smac_courses import __version__
from smac_courses.checks.context import CheckContext
from smac_courses.checks.registry import check_course, check_program
from smac_courses.diagnostics import Report
from smac_courses.errors import EnvironmentProblem
from smac_courses.model.codec import longest_saved_state
from smac_courses.model.course import Course, Program
from smac_courses.model.lock import format_lock
from smac_courses.package import lock_folder, sweep_leftovers, write_zip
from smac_courses.reader.cache import ModuleCache
from smac_courses.reader.ignores import read_ignores
from smac_courses.reader.project import (
    LOCK_FILE,
    ProjectReader,
    ReadProject,
    asset_files,
    find_courses,
    known_course_ids,
    module_files,
)
from smac_courses.reader.source import Source
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


def check_courses(paths: Sequence[Path], today: date, *, cache: ModuleCache | None = None, jobs: int = 1) -> Checked:
    """Read the courses that the paths mean and apply every rule. Raises UsageError when there are none.

    With `jobs` above 1 several courses are read at once, each in a process of its own. That pays
    when they share few modules: a module that several courses share is read once in each process.
    """
    root, folders = find_courses(list(paths))
    known = frozenset(known_course_ids(root))
    cache = cache or ModuleCache()
    if jobs > 1 and len(folders) > 1:
        with _pool(min(jobs, len(folders))) as pool:
            parts = list(
                pool.map(_read_alone, repeat(root), folders, repeat(known), repeat(today), repeat(cache.folder))
            )
    else:
        reader = ProjectReader(root, Report(), cache)
        parts = [_read_part(reader, folder, known, today) for folder in folders]
    return _put_together(root, parts, known, today)


@dataclass(frozen=True, slots=True)
class _Part:
    """One course of a program, read and checked by itself."""

    program: Program
    folder: Path
    course: Course | None
    sources: dict[str, Source]
    report: Report


def _read_alone(root: Path, folder: Path, known: frozenset[str], today: date, cache: Path | None) -> _Part:
    """What a process of its own does."""
    return _read_part(ProjectReader(root, Report(), ModuleCache(cache)), folder, known, today)


def _read_part(reader: ProjectReader, folder: Path, known: frozenset[str], today: date) -> _Part:
    course = reader.read_course(folder)
    report = reader.report
    if course:
        lines = {path: source.lines for path, source in reader.sources.items()}
        context = CheckContext(program=reader.program, known_courses=known, today=today, lines=lines)
        check_course(course, context, report)
    return _Part(reader.program, folder, course, reader.sources, report)


def _put_together(root: Path, parts: list[_Part], known: frozenset[str], today: date) -> Checked:
    report = Report()
    project = ReadProject(root, parts[0].program)
    for part in parts:
        report.extend(part.report)
        project.sources.update(part.sources)
        if part.course is None:
            project.unread += 1
            continue
        if part.course.id in project.folders:
            report.add("SMAC307", part.course.at, f"two courses have the id '{part.course.id}'")
        project.courses.append(part.course)
        project.folders[part.course.id] = part.folder
    is_whole = not report.has_errors and known == set(project.folders)
    context = CheckContext(
        program=project.program,
        known_courses=known,
        today=today,
        lines={path: source.lines for path, source in project.sources.items()},
        asset_files=asset_files(root) if is_whole else {},
        module_files=module_files(root) if is_whole else (),
    )
    check_program(project.courses, context, report)
    report.ignore([ignore for source in project.sources.values() for ignore in read_ignores(source, report)])
    return Checked(course_src=root, project=project, report=report)


def _pool(jobs: int) -> ProcessPoolExecutor:
    """Processes that share what is loaded, where that is safe: a fork of a program with threads could hang."""
    can_fork = hasattr(os, "fork") and sys.platform != "darwin" and threading.active_count() == 1
    return ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("fork" if can_fork else "spawn"))


def refuse_what_cannot_be_kept(checked: Checked, targets: Sequence[Target]) -> None:
    """Report courses whose key belongs on a server, for every target that would hand it to the browser."""
    for course in checked.project.courses:
        wrong = [target.name for target in targets if not target.grades_on_server]
        if course.grading == "server" and wrong:
            message = f"{', '.join(wrong)} is graded in the learner's browser, and carries the key there"
            checked.report.add("SMAC704", course.grading_at, message)


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
    courses: Sequence[Course],
    targets: Sequence[Target],
    out: Path,
    on_built: Callable[[Built], None],
    *,
    jobs: int = 1,
) -> list[Built]:
    """Every course for every target, in that order; `on_built` is told of each as soon as it is on disk.

    Raises EnvironmentProblem when another build writes to the same folder.
    """
    tasks = [(course, target) for course in courses for target in targets]
    results = []
    with lock_folder(out, f"process {os.getpid()}, since {datetime.now():%H:%M:%S}"):
        for course in courses:
            sweep_leftovers(out / course.id, older_than=time.time() - _STALE_SECONDS)
        if jobs > 1 and len(tasks) > 1:
            with _pool(min(jobs, len(tasks))) as pool:
                for built in pool.map(build_course, *zip(*tasks, strict=True), repeat(out)):
                    results.append(built)
                    on_built(built)
        else:
            for course, target in tasks:
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
