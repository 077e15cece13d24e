"""Read, check, emit, write: what `smac check` and `smac build` do, without a word to the terminal."""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from itertools import repeat
from pathlib import Path

from lxml import etree

from smac_courses import __version__
from smac_courses.checks.context import CheckContext
from smac_courses.checks.registry import check_course, check_program
from smac_courses.checks.translations import pieces
from smac_courses.diagnostics import Report
from smac_courses.errors import EnvironmentProblem, OwnPackageRefused, UsageError
from smac_courses.model.codec import longest_saved_state
from smac_courses.model.course import Course, Program
from smac_courses.model.lock import format_lock
from smac_courses.model.profiles import PROFILES
from smac_courses.model.translation import format_translation
from smac_courses.package import Package, lock_folder, sweep_leftovers, write_folder, write_tar, write_zip
from smac_courses.reader.cache import ModuleCache
from smac_courses.reader.ignores import read_ignores
from smac_courses.reader.project import (
    LOCK_FILE,
    TRANSLATION_FILE,
    ProjectReader,
    ReadProject,
    asset_files,
    find_courses,
    known_course_ids,
    module_files,
)
from smac_courses.reader.quiz_text import read_quiz_text
from smac_courses.reader.source import Source
from smac_courses.targets import TARGETS
from smac_courses.targets.base import EmitContext, Loss, Target
from smac_courses.validation.validate import validate_zip

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
    losses: tuple[Loss, ...] = ()  # what the format does not carry; also in a file beside the package


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


Task = tuple[Course, Target]


def tasks_for(courses: Sequence[Course], targets: Sequence[Target]) -> list[Task]:
    """Which course is built for which target.

    Without targets: every one that the course's LMS takes and that has room for its progress; where none has, all, so
    that somebody hears of it.
    """
    tasks: list[Task] = []
    for course in courses:
        taken = [target for target in TARGETS.values() if _takes(course, target)]
        needed = longest_state_of(course.with_all_ordinals())
        roomy = [target for target in taken if needed <= target.state_limit]
        tasks += [(course, target) for target in targets or roomy or taken]
    return tasks


def _takes(course: Course, target: Target) -> bool:
    """Whether the LMS that a course is made for takes a format; a web site needs none."""
    return not target.standard or target.name in (PROFILES[course.lms_profile].formats or TARGETS)


def refuse_what_cannot_be_kept(checked: Checked, tasks: Sequence[Task]) -> None:
    """Report courses whose key belongs on a server, and those whose progress a format has no room for."""
    for course, target in tasks:
        if course.grading == "server" and not target.grades_on_server:
            message = f"{target.name} is graded in the learner's browser, and carries the key there"
            checked.report.add("SMAC704", course.grading_at, message)
        if not _takes(course, target):
            message = f"{PROFILES[course.lms_profile].title} does not take {target.name}"
            checked.report.add("SMAC709", course.at, message)
        needed = longest_state_of(course.with_all_ordinals())
        if needed > target.state_limit:
            message = f"a learner's progress can need {needed:,} characters; {target.name} keeps {target.state_limit:,}"
            checked.report.add("SMAC701", course.at, message)


def longest_state_of(course: Course) -> int:
    """Characters of the longest state that the LMS must keep for any of the course's SCOs."""
    return max(longest_saved_state(part) for part in course.parts())


def read_control_documents(folder: Path, targets: Sequence[Target]) -> dict[str, dict[str, bytes]]:
    """The schemas of somebody else that packages are to carry, by target and file.

    They lie in the folder, or in one inside it with the name of the target.
    Raises UsageError when a file is missing, cannot be read or is none.
    """
    found: dict[str, dict[str, bytes]] = {}
    for target in targets:
        inner = folder / target.name
        place = inner if inner.is_dir() else folder
        missing = [name for name in target.documents if not (place / name).is_file()]
        if missing:
            raise UsageError(f"{place} lacks control documents of {target.name}: {', '.join(missing)}")
        found[target.name] = {name: (place / name).read_bytes() for name in target.documents}
    return found


def build_course(course: Course, target: Target, out: Path, context: EmitContext | None = None) -> Built:
    """Make one package and put it into `out`, replacing what stood there in one step.

    Raises OwnPackageRefused when the package does not pass validation; then what stood there is untouched.
    """
    course = course.with_all_ordinals()
    package = target.emit(course, context or EmitContext(generator=GENERATOR))
    stem = f"{course.id}-{course.version}-{target.name}"
    path = out / course.id / f"{stem}{target.suffix}"
    _refuse_quizzes(package, target)
    if target.suffix == ".zip":
        write_zip(package, path, _refuse_faults)
    else:
        write_tar(package, path, course.id, _refuse_faults)
    losses = target.losses(course)
    _write_losses(course, target, losses, path)
    if not target.standard or target.suffix != ".zip":
        write_folder(package, path.with_name(stem))
    return Built(
        course=course,
        target=target.name,
        path=path,
        bytes=path.stat().st_size,
        digest=package.digest(leave_out=frozenset({"smac.json"})),
        longest_state=longest_state_of(course),
        losses=losses,
    )


def losses_file(package: Path) -> Path:
    """Where a build says what a package does not carry."""
    name = package.name.removesuffix(".gz")
    return package.with_name(name[: name.rindex(".")] + ".not-carried.txt")


def _write_losses(course: Course, target: Target, losses: Sequence[Loss], package: Path) -> None:
    """A line for each thing that is lost; without any, no file."""
    file = losses_file(package)
    if not losses:
        file.unlink(missing_ok=True)
        return
    head = f"What {target.name} does not carry of {course.id} {course.version}"
    write_text(file, "\n".join([head, "", *(f"{loss.at}: {loss.what}" for loss in losses), ""]))


def _refuse_quizzes(package: Package, target: Target) -> None:
    """Read every quiz as the block of Open edX will: one that it does not understand would show nothing."""
    if target.standard != "openedx":
        return
    for path in package.paths():
        if not path.startswith("vertical/"):
            continue
        for quiz in etree.fromstring(package.read(path)).iter("smac_quiz"):
            _, found = read_quiz_text(
                quiz.text or "",
                quiz_id=quiz.get("quiz_id", ""),
                is_exam=quiz.get("mode") == "graded",
                language=quiz.get("language", "en"),
                variables=json.loads(quiz.get("variables", "{}")),
            )
            if wrong := [one for one in found if one.severity == "error"]:
                words = f"{wrong[0].message} ({wrong[0].code}); {wrong[0].hint}"
                raise OwnPackageRefused(f"the quiz '{quiz.get('display_name')}' would not work in Open edX: {words}")


def _refuse_faults(file: Path) -> None:
    errors = [found for found in validate_zip(file).report if found.severity == "error"]
    if errors:
        words = "; ".join(f"{found.code} {found.message}" for found in errors[:3])
        raise OwnPackageRefused(f"the package would not be valid, and was not written: {words}")


def build_courses(
    tasks: Sequence[Task],
    out: Path,
    on_built: Callable[[Built], None],
    *,
    control_documents: Mapping[str, Mapping[str, bytes]] | None = None,
    jobs: int = 1,
) -> list[Built]:
    """Every course for its targets, in that order; `on_built` is told of each as soon as it is on disk.

    Raises EnvironmentProblem when another build writes to the same folder.
    """
    context = EmitContext(generator=GENERATOR, control_documents=control_documents or {})
    results = []
    with lock_folder(out, f"process {os.getpid()}, since {datetime.now():%H:%M:%S}"):
        for folder in dict.fromkeys(out / course.id for course, _ in tasks):
            sweep_leftovers(folder, older_than=time.time() - _STALE_SECONDS)
        if jobs > 1 and len(tasks) > 1:
            with _pool(min(jobs, len(tasks))) as pool:
                for built in pool.map(build_course, *zip(*tasks, strict=True), repeat(out), repeat(context)):
                    results.append(built)
                    on_built(built)
        else:
            for course, target in tasks:
                results.append(build_course(course, target, out, context))
                on_built(results[-1])
    return results


def accept_translation(checked: Checked, course_id: str, names: Sequence[str]) -> tuple[Path, list[str]]:
    """Note in translation.lock that pieces of a translation are up to date with the original; all without `names`.

    Returns the file, and the pieces that were noted. Raises UsageError.
    """
    project = checked.project
    courses = {course.id: course for course in project.courses}
    course = courses.get(course_id)
    if course is None or not course.translates:
        known = ", ".join(sorted(one.id for one in project.courses if one.translates)) or "none"
        raise UsageError(f"'{course_id}' is no translation that can be read; translations here: {known}")
    if course.translates not in courses:
        raise UsageError(f"the original '{course.translates}' cannot be read: `smac check` says why")
    lines = {path: source.lines for path, source in project.sources.items()}
    theirs, ours = pieces(courses[course.translates], lines), pieces(course, lines)
    both = [key for key in theirs if key in ours]
    if unknown := [name for name in names if name not in both]:
        raise UsageError(f"'{unknown[0]}' is not a piece of both '{course.translates}' and '{course_id}'")
    noted = [key for key in both if key in names or not names]
    digests = {key: theirs[key][1].digest if key in noted else course.translated.get(key, "") for key in both}
    path = project.folders[course_id] / TRANSLATION_FILE
    write_text(path, format_translation({key: digest for key, digest in digests.items() if digest}))
    return path, noted


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
