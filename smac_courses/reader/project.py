"""Folders to courses: finds program.yml and course.yml, reads what they list, and the lock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from smac_courses.diagnostics import Location, Report
from smac_courses.errors import UsageError
from smac_courses.model.colours import Brand
from smac_courses.model.course import Certification, Course, CutScore, Issuer, Module, OpenEdx, Policy, Program
from smac_courses.model.lock import LockError, Ordinals, parse_lock
from smac_courses.model.profiles import choices_of
from smac_courses.model.translation import parse_translation
from smac_courses.reader.assets import AssetShelf, nearest_file
from smac_courses.reader.cache import ModuleCache
from smac_courses.reader.context import OtherModule, ReadContext
from smac_courses.reader.document import read_document
from smac_courses.reader.policy import policy_page, read_policy
from smac_courses.reader.schema import check_against, did_you_mean
from smac_courses.reader.source import Source, read_source, relative_path
from smac_courses.reader.variables import Variables
from smac_courses.reader.yaml12 import YamlDocument, load_yaml

PROGRAM_FILE = "program.yml"
COURSE_FILE = "course.yml"
LOCK_FILE = "course.lock"
TRANSLATION_FILE = "translation.lock"
DEFAULT_FOLDER = "course_src"
ASSETS = "assets"
_USUAL_START = "2020-01-01"  # of a course for Open edX


@dataclass(slots=True)
class ReadProject:
    """Everything that was read. `courses` holds only those that can be built from; `folders` all, by id."""

    root: Path
    program: Program
    courses: list[Course] = field(default_factory=list)
    folders: dict[str, Path] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)  # every file that was read, by its path in findings
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
        if start.is_file() and start.suffix == ".md":  # a module: all courses of its program
            folders += [course for course in _courses_in(_root_of(start.parent)) if course not in folders]
            continue
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


def known_course_ids(root: Path) -> set[str]:
    """Ids of all courses beside the given ones: what a certification may name."""
    ids: set[str] = set()
    silent = Report()
    for folder in _courses_in(root):
        document = _load(folder / COURSE_FILE, root, silent)
        if document and isinstance(document.data, dict):
            ids.add(str(document.data.get("id", "")))
    return ids


def asset_files(root: Path) -> dict[str, Path]:
    """Everything in the folders called `assets`, by its path in findings; hidden files are nobody's concern."""
    found = {}
    for folder in sorted(root.rglob(ASSETS)):
        for file in sorted(folder.rglob("*")) if folder.is_dir() else ():
            if file.is_file() and not any(part.startswith(".") for part in file.relative_to(root).parts):
                found[relative_path(file, root)] = file.resolve()
    return found


def module_files(root: Path) -> tuple[str, ...]:
    """Every Markdown file that begins like a module, by its path in findings; others are nobody's concern."""
    found = []
    for file in sorted(root.rglob("*.md")):
        inside = file.relative_to(root).parts
        if file.is_file() and not any(part.startswith(".") for part in inside) and ASSETS not in inside:
            with file.open("rb") as opened:
                if opened.read(8).removeprefix(b"\xef\xbb\xbf").startswith(b"---"):
                    found.append(relative_path(file, root))
    return tuple(found)


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


class ProjectReader:
    """Reads a program and its courses, and each file from the disk once. Findings go to `report`."""

    def __init__(self, root: Path, report: Report, cache: ModuleCache | None = None) -> None:
        self._root = root
        self.report = report
        self._cache = cache or ModuleCache()
        self._sources: dict[Path, Source | None] = {}
        self._others: dict[Path, OtherModule | None] = {}
        self._policy_file: Path | None = None
        self.program, self._variables = self._read_program()

    @property
    def sources(self) -> dict[str, Source]:
        """Every file that was read so far, by its path in findings."""
        return {source.path: source for source in self._sources.values() if source}

    def _source(self, file: Path) -> Source | None:
        key = file.resolve()
        if key not in self._sources:
            self._sources[key] = read_source(file, self._root, self.report)
        return self._sources[key]

    def _read_program(self) -> tuple[Program, Variables]:
        at = Location(PROGRAM_FILE)
        source = self._source(self._root / PROGRAM_FILE)
        document = load_yaml(source, 1, len(source.lines), self.report) if source else None
        if document is None or not check_against("program", document, self.report):
            return Program(variables={}, certifications=(), at=at, is_complete=False), Variables({}, is_complete=False)
        data = document.data
        values = {
            f"{group}.{name}": value
            for group in ("company", "contacts", "terms")
            for name, value in data.get(group, {}).items()
        }
        certifications = tuple(
            _certification(name, tier, document.key_place("certifications", name))
            for name, tier in data.get("certifications", {}).items()
        )
        issuer = data.get("issuer", {})
        variables = Variables(values)
        brand = data.get("brand", {})
        program = Program(
            variables=values,
            certifications=certifications,
            issuer=Issuer(
                name=issuer.get("name", data["company"]["name"]),
                website=issuer.get("website", "").rstrip("/"),
                email=issuer.get("email", ""),
                at=document.place("issuer"),
            ),
            at=at,
            owner=data.get("owner", ""),
            website=data.get("website", "").rstrip("/"),
            has_contacts=bool(data.get("contacts")),
            inserts=data.get("inserts", {}),
            credit=data.get("credit", "all"),
            policy=self._read_policy(document, variables) if "policy" in data else None,
            brand=Brand(primary=brand.get("primary", "").lower(), logo=brand.get("logo", "")),
            brand_at=document.place("brand"),
        )
        return program, variables

    def _read_policy(self, document: YamlDocument, variables: Variables) -> Policy | None:
        name = document.data["policy"]
        file = self._existing(self._root / name, name, "the policy", document.place("policy"))
        source = self._source(file) if file else None
        if source is None:
            return None
        self._policy_file = source.file.resolve()
        context = ReadContext(
            variables=variables, inserts=document.data.get("inserts", {}), other_module=self._other_module
        )
        return read_policy(source, AssetShelf(self._root, self.report), context, self.report)

    def read_course(self, folder: Path) -> Course | None:
        """The course of a folder, or None when it cannot be read to the end."""
        source = self._source(folder / COURSE_FILE)
        document = load_yaml(source, 1, len(source.lines), self.report) if source else None
        if source is None or document is None or not check_against("course", document, self.report):
            return None
        data: dict[str, Any] = document.data
        shelf = AssetShelf(self._root, self.report)
        inserts = data.get("inserts", {})
        for name in inserts.keys() - self.program.inserts.keys():
            at = document.key_place("inserts", name)
            hint = did_you_mean(name, self.program.inserts or {"(none)": True})
            self.report.add("SMAC160", at, f"program.yml does not list the insert '{name}'", hint=hint)
        context = ReadContext(
            variables=self._variables,
            inserts={**self.program.inserts, **inserts},
            language=data.get("language", "en"),
            credit=self.program.credit,
            other_module=self._other_module,
        )
        modules = self._read_modules(folder, document, shelf, context)
        locked = _read_lock(folder / LOCK_FILE, self._root, self.report)
        if modules is None or locked is None:
            return None
        lock_path = folder / LOCK_FILE
        brand = self._brand(shelf)
        return Course(
            id=data["id"],
            title=self._filled(document, source, "title"),
            version=data["version"],
            language=context.language,
            description=self._filled(document, source, "description"),
            modules=tuple(modules),
            assets=shelf.assets(),
            ordinals=locked,
            website=self.program.website,
            company=self.program.variables.get("company.name", ""),
            translates=data.get("translates", ""),
            translated=_read_translation(folder / TRANSLATION_FILE),
            counts_toward=tuple(
                tier.title
                for tier in self.program.certifications
                if data.get("translates", data["id"]) in (*tier.courses, tier.renewal_course)
            ),
            issuer=self.program.issuer.name,
            variables=self.program.variables,
            credit=self.program.credit,
            open_edx=self._open_edx(document, source),
            lms=choices_of(data.get("lms", "generic"), data.get("report", {})),
            lms_profile=data.get("lms", "generic"),
            brand=brand,
            grading=data.get("grading", "practice"),
            structure=data.get("structure", "one"),
            sequencing=data.get("sequencing", "none"),
            structure_at=_first_place(document, source, "sequencing", "structure"),
            policy=self.program.policy,
            grading_at=_first_place(document, source, "grading"),
            at=source.at(1),
            title_at=document.place("title"),
            translates_at=_first_place(document, source, "translates"),
            lock_at=Location(relative_path(lock_path, self._root)) if lock_path.is_file() else source.at(1),
        )

    def _open_edx(self, document: YamlDocument, source: Source) -> OpenEdx:
        """What Open edX wants to know; dates that are none, or stand in another order, are reported and left out."""
        values = dict(document.data.get("openedx", {}))
        earlier = ""
        for name in ("start", "due", "end"):
            if name not in values:
                continue
            at = document.place("openedx", name)
            try:
                date.fromisoformat(values[name])
            except ValueError:
                self.report.add("SMAC122", at, f"there is no {values[name]}", hint="write a day that exists")
                del values[name]
                continue
            if earlier and values[name] < values[earlier]:
                message = f"'{name}' is before '{earlier}'"
                self.report.add("SMAC122", at, message, hint="write the days in the order start, due, end")
            earlier = name
        if "start" not in values and values.get("end", _USUAL_START) < _USUAL_START:
            self.report.add("SMAC122", document.place("openedx", "end"), "'end' is long ago", hint="write a later day")
        return OpenEdx(**values, at=_first_place(document, source, "openedx"))

    def _brand(self, shelf: AssetShelf) -> Brand:
        """The program's brand, its logo among the files of the course."""
        brand = self.program.brand
        asset = shelf.take(brand.logo, self._root, self.program.brand_at) if brand.logo else None
        return replace(brand, logo=asset.name if asset else "")

    def _filled(self, document: YamlDocument, source: Source, key: str) -> str:
        return self._variables.fill(document.data.get(key, ""), source, document.place(key).line, self.report)

    def _read_modules(
        self, folder: Path, document: YamlDocument, shelf: AssetShelf, context: ReadContext
    ) -> list[Module] | None:
        modules: list[Module] = []
        complete = True
        by_id: dict[str, Location] = {}
        for index, name in enumerate(document.data["modules"]):
            at = document.place("modules", index)
            file = self._existing(folder / name, name, "the module", at)
            source = self._source(file) if file else None
            module = self._read_module(source, shelf, context) if source else None
            if module is None:
                complete = False
                continue
            if not module.is_on:
                continue
            if module.id in by_id:
                related = ((by_id[module.id], "the other one"),)
                self.report.add("SMAC302", at, f"two modules have the id '{module.id}'", related=related)
                complete = False
            by_id[module.id] = at
            modules.append(module)
        return modules if complete else None

    def _read_module(self, source: Source, shelf: AssetShelf, context: ReadContext) -> Module | None:
        if source.file.resolve() == self._policy_file:
            return policy_page(source, shelf, context, self.report)
        return self._cache.read(source, shelf, context, self.report)

    def _existing(self, file: Path, name: str, what: str, at: Location) -> Path | None:
        """A file inside the course source, or None after a finding."""
        try:
            is_inside, is_there = file.resolve().is_relative_to(self._root.resolve()), file.is_file()
        except (OSError, RuntimeError, ValueError):  # a loop of links, a name that no disk can hold
            is_inside, is_there = True, False
        if not is_inside:
            self.report.add("SMAC321", at, f"'{name}' lies outside the folder of the courses")
        elif not is_there:
            self.report.add("SMAC320", at, f"{what} '{name}' does not exist", hint=nearest_file(file))
        return file if is_inside and is_there else None

    def _other_module(self, file: Path) -> OtherModule | None:
        """What a link to a Markdown file means; its own findings are made where it is read."""
        if file not in self._others:
            silent = Report()
            is_inside = file.is_relative_to(self._root.resolve()) and file.is_file()
            source = self._sources.get(file) or (read_source(file, self._root, silent) if is_inside else None)
            document = read_document(source, silent) if source else None
            front = load_yaml(source, document.yaml_first, document.yaml_last, silent) if source and document else None
            data = front.data if front and isinstance(front.data, dict) else {}
            known = isinstance(data.get("id"), str)
            self._others[file] = OtherModule(id=data["id"], is_exam="exam" in data) if known else None
        return self._others[file]


def _first_place(document: YamlDocument, source: Source, *keys: str) -> Location:
    """The place of the first of these keys that is there."""
    return next((document.place(key) for key in keys if key in document.data), source.at(1))


def _read_translation(path: Path) -> dict[str, str]:
    try:
        return parse_translation(path.read_text("utf-8").splitlines())
    except (OSError, ValueError):
        return {}  # then every piece is asked for


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


def _certification(name: str, tier: Mapping[str, Any], at: Location) -> Certification:
    renewal, cut = tier.get("renewal", {}), tier.get("cut_score")
    return Certification(
        id=name,
        title=tier["title"],
        courses=tuple(tier["courses"]),
        valid_months=tier.get("valid_months", 0),
        at=at,
        version=tier.get("version", "1"),
        description=tier.get("description", ""),
        criteria=tier.get("criteria", ""),
        attestation=tier.get("attestation", False),
        renewal_course=renewal.get("course", ""),
        renewal_days=renewal.get("within_days", 60),
        cut_score=CutScore(percent=cut["percent"], method=cut["method"], date=cut["date"]) if cut else None,
        signatories=tuple((one["name"], one.get("title", "")) for one in tier.get("signatories", ())),
        alignment=tuple((one["name"], one["url"]) for one in tier.get("alignment", ())),
        image=tier.get("image", ""),
    )
