"""Folders to courses: finds program.yml and course.yml, reads what they list, and the lock."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from smac_courses.diagnostics import Location, Report
from smac_courses.errors import UsageError
from smac_courses.model.course import Certification, Course, Module, Program
from smac_courses.model.lock import LockError, Ordinals, parse_lock
from smac_courses.reader.assets import AssetShelf
from smac_courses.reader.module import read_module
from smac_courses.reader.schema import check_against
from smac_courses.reader.source import Source, read_source, relative_path
from smac_courses.reader.variables import Variables
from smac_courses.reader.yaml12 import YamlDocument, load_yaml

PROGRAM_FILE = "program.yml"
COURSE_FILE = "course.yml"
LOCK_FILE = "course.lock"
DEFAULT_FOLDER = "course_src"


@dataclass(slots=True)
class ReadProject:
    """Everything that was read. `courses` holds only those that can be built from; `folders` all, by id."""

    root: Path
    program: Program
    courses: list[Course] = field(default_factory=list)
    folders: dict[str, Path] = field(default_factory=dict)
    unread: int = 0  # courses that could not be read to the end


def find_courses(paths: list[Path]) -> tuple[Path, list[Path]]:
    """The folder of program.yml and the course folders that the given paths mean.

    A path is a folder with courses, one course's folder, or its course.yml. No path means `course_src`
    here, or this folder itself. Raises UsageError when nothing of the kind is there.
    """
    starts = paths or [_default_start()]
    folders: list[Path] = []
    for start in starts:
        if not start.exists():
            raise UsageError(f"there is no '{start}'")
        folder = start.parent if start.is_file() else start
        found = [folder] if (folder / COURSE_FILE).is_file() else _courses_in(folder)
        if not found:
            raise UsageError(f"there is no {COURSE_FILE} in '{start}' or in a folder of it")
        known = {course.resolve() for course in folders}
        folders += [course for course in found if course.resolve() not in known]
    roots = {_root_of(folder) for folder in folders}
    if len(roots) > 1:
        raise UsageError("the courses belong to different programs: " + ", ".join(sorted(map(str, roots))))
    return roots.pop(), folders


def read_project(root: Path, folders: list[Path], report: Report) -> ReadProject:
    """Read the program and the given courses; findings go to `report`."""
    program, variables = _read_program(root, report)
    project = ReadProject(root, program)
    for folder in folders:
        course = _read_course(folder, root, variables, report)
        project.unread += course is None
        if course:
            if course.id in project.folders:
                report.add("SMAC307", course.at, f"two courses have the id '{course.id}'")
            project.courses.append(course)
            project.folders[course.id] = folder
    return project


def known_course_ids(root: Path) -> set[str]:
    """Ids of all courses beside the given ones: what a certification may name."""
    ids: set[str] = set()
    silent = Report()
    for folder in _courses_in(root):
        document = _load(folder / COURSE_FILE, root, silent)
        if document and isinstance(document.data, dict):
            ids.add(str(document.data.get("id", "")))
    return ids


def _default_start() -> Path:
    here = Path()
    if (here / DEFAULT_FOLDER).is_dir():
        return here / DEFAULT_FOLDER
    if (here / PROGRAM_FILE).is_file() or (here / COURSE_FILE).is_file():
        return here
    raise UsageError(f"there is no '{DEFAULT_FOLDER}' here: name a folder, or make a first course with 'smac new DIR'")


def _courses_in(folder: Path) -> list[Path]:
    return sorted(file.parent for file in folder.glob(f"*/{COURSE_FILE}"))


def _root_of(folder: Path) -> Path:
    for candidate in (folder, *folder.resolve().parents):
        if (candidate / PROGRAM_FILE).is_file():
            return candidate
    raise UsageError(f"there is no {PROGRAM_FILE} in the folders above '{folder}': every course needs one")


def _load(file: Path, root: Path, report: Report) -> YamlDocument | None:
    source = read_source(file, root, report)
    return load_yaml(source, 1, len(source.lines), report) if source else None


def _read_program(root: Path, report: Report) -> tuple[Program, Variables]:
    at = Location(PROGRAM_FILE)
    document = _load(root / PROGRAM_FILE, root, report)
    if document is None or not check_against("program", document, report):
        return Program(variables={}, certifications=(), at=at), Variables({})
    values = {
        f"{group}.{name}": value
        for group in ("company", "contacts", "terms")
        for name, value in document.data.get(group, {}).items()
    }
    certifications = tuple(
        Certification(
            id=name,
            title=data["title"],
            courses=tuple(data["courses"]),
            valid_months=data.get("valid_months", 0),
            at=document.key_place("certifications", name),
        )
        for name, data in document.data.get("certifications", {}).items()
    )
    return Program(variables=values, certifications=certifications, at=at), Variables(values)


def _read_course(folder: Path, root: Path, variables: Variables, report: Report) -> Course | None:
    source = read_source(folder / COURSE_FILE, root, report)
    document = load_yaml(source, 1, len(source.lines), report) if source else None
    if source is None or document is None or not check_against("course", document, report):
        return None
    data: dict[str, Any] = document.data
    shelf = AssetShelf(root, report)
    modules = _read_modules(folder, root, document, variables, shelf, report)
    locked = _read_lock(folder / LOCK_FILE, root, report)
    if modules is None or locked is None:
        return None
    return Course(
        id=data["id"],
        title=_filled(document, variables, source, "title", report),
        version=data["version"],
        language=data.get("language", "en"),
        description=_filled(document, variables, source, "description", report),
        modules=tuple(modules),
        assets=shelf.assets(),
        ordinals=locked,
        at=source.at(1),
        lock_at=Location(relative_path(folder / LOCK_FILE, root)) if (folder / LOCK_FILE).is_file() else source.at(1),
    )


def _filled(document: YamlDocument, variables: Variables, source: Source, key: str, report: Report) -> str:
    return variables.fill(document.data.get(key, ""), source, document.place(key).line, report)


def _read_modules(
    folder: Path, root: Path, document: YamlDocument, variables: Variables, shelf: AssetShelf, report: Report
) -> list[Module] | None:
    modules: list[Module] = []
    complete = True
    by_id: dict[str, Location] = {}
    for index, name in enumerate(document.data["modules"]):
        at = document.place("modules", index)
        file = folder / name
        try:
            is_inside, is_there = file.resolve().is_relative_to(root.resolve()), file.is_file()
        except (OSError, RuntimeError, ValueError):  # a loop of links, a name that no disk can hold
            is_inside, is_there = True, False
        if not is_inside:
            report.add("SMAC321", at, f"'{name}' lies outside the folder of the courses")
            complete = False
            continue
        if not is_there:
            report.add("SMAC320", at, f"the module '{name}' does not exist")
            complete = False
            continue
        source = read_source(file, root, report)
        module = read_module(source, variables, shelf, report) if source else None
        if module is None:
            complete = False
            continue
        if module.id in by_id:
            report.add(
                "SMAC302",
                at,
                f"two modules have the id '{module.id}'",
                related=((by_id[module.id], "the other one"),),
            )
            complete = False
        by_id[module.id] = at
        modules.append(module)
    return modules if complete else None


def _read_lock(file: Path, root: Path, report: Report) -> Ordinals | None:
    if not file.is_file():
        return Ordinals()
    source = read_source(file, root, report)
    if source is None:
        return None
    try:
        return parse_lock("\n".join(source.lines))
    except LockError as error:
        report.add("SMAC308", source.whole(error.line), f"the lock is damaged: {error}")
        return None
