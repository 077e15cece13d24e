"""A course for Open edX, as tar.gz: what its importer drops without a word is an error here.

Every rule was seen on the importer of openedx-platform (Teak): a pointer to a missing file, XML that cannot be read, a
name that is used twice are left out, and the import "succeeds".
"""

from __future__ import annotations

import json
import posixpath
import re
import tarfile
import zlib
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from lxml import etree

from smac_courses.diagnostics import Location, Report

_MAGIC = b"\x1f\x8b"
_MOST_FILES = 20_000
_MOST_BYTES = 1 << 30
_MOST_XML = 10 << 20
_MOST_DEPTH = 100
# Blocks of which the importer reads a file of their own; all others stand inline.
_WITH_FILES = frozenset(
    {
        "chapter",
        "sequential",
        "vertical",
        "html",
        "problem",
        "video",
        "library_content",
        "split_test",
        "conditional",
        "about",
        "static_tab",
        "poll_question",
        "word_cloud",
        "lti",
        "discussion",
        "annotatable",
    }
)
_CHILDREN = {"course": {"chapter", "wiki", "textbook"}, "chapter": {"sequential"}}
_KNOWN = _WITH_FILES | {
    "course",
    "wiki",
    "textbook",
    "itembank",
    "openassessment",
    "drag-and-drop-v2",
    "poll",
    "survey",
    "lti_consumer",
    "done",
    "scorm",
    "smac_quiz",
    "smac_certificate",
    "problem-builder",
    "step-builder",
    "randomize",
}
_DATES = ("start", "end", "due", "enrollment_start", "enrollment_end", "certificate_available_date")
_NAME = re.compile(r"[\w\-~.:]+")


def is_gzip(file: Path) -> bool:
    """Whether a file begins like a gzip."""
    try:
        with file.open("rb") as opened:
            return opened.read(2) == _MAGIC
    except OSError:
        return False


def check_olx(file: Path, report: Report) -> int:
    """Add every finding; returns how many units a learner can open."""
    files = _files_of(file, report)
    if files is None:
        return 0
    course = _Course(files, file.name, report)
    course.check()
    return len(course.seen.get("vertical", ()))


def _files_of(file: Path, report: Report) -> dict[str, bytes] | None:
    """The files below the folder that has course.xml. Nothing is unpacked."""
    place = Location(file.name)
    found: dict[str, bytes] = {}
    total = 0
    try:
        with tarfile.open(file, "r:gz") as archive:
            for entry in archive:
                path = posixpath.normpath(entry.name)
                if path.startswith(("/", "..")) or not (entry.isfile() or entry.isdir()):
                    report.add("SMAC970", place, f"'{entry.name[:100]}' is no plain file below the archive's folder")
                    return None
                total += entry.size
                if len(found) >= _MOST_FILES or total > _MOST_BYTES:
                    report.add("SMAC970", place, f"more than {_MOST_FILES:,} files, or {_MOST_BYTES >> 20} MB")
                    return None
                opened = archive.extractfile(entry) if entry.isfile() else None
                if opened:
                    found[path] = opened.read()
    except (tarfile.TarError, OSError, EOFError, zlib.error) as error:
        report.add("SMAC970", place, f"the archive cannot be read: {error}")
        return None
    roots = sorted(posixpath.dirname(path) for path in found if posixpath.basename(path) == "course.xml")
    if not roots:
        report.add("SMAC970", place, "there is no course.xml in any folder")
        return None
    root = min(roots, key=lambda one: (one.count("/"), one))
    begin = f"{root}/" if root else ""
    return {path.removeprefix(begin): data for path, data in found.items() if path.startswith(begin)}


@dataclass(slots=True)
class _Course:
    files: dict[str, bytes]
    name: str
    report: Report
    seen: dict[str, set[str]] = field(default_factory=dict)
    formats: dict[str, Location] = field(default_factory=dict)
    links: list[tuple[str, Location]] = field(default_factory=list)

    def check(self) -> None:
        top = self._parsed("course.xml")
        if top is None:
            return
        if top.tag != "course":
            self._add("SMAC970", "course.xml", top, f"course.xml begins with <{top.tag}>")
            return
        for name in ("org", "course", "url_name"):
            if not top.get(name):
                self._add("SMAC973", "course.xml", top, f"<course> has no {name}")
        run = top.get("url_name", "")
        course = self._parsed(f"course/{run}.xml", Location(f"{self.name}/course.xml", 1))
        if course is not None:
            self._children(course, f"course/{run}.xml", 0)
        self._check_policy(run)

    def _children(self, parent: etree._Element, path: str, depth: int) -> None:
        for child in parent:
            if not isinstance(child.tag, str):
                if parent.tag in {"vertical", "itembank", "library_content"}:
                    self._add("SMAC974", path, child, "a comment here makes the importer stumble", "take it out")
                continue
            if depth < _MOST_DEPTH:
                self._block(child, parent, path, depth)

    def _block(self, element: etree._Element, parent: etree._Element, path: str, depth: int) -> None:
        tag = str(element.tag)
        if tag in {"wiki", "textbook"} and parent.tag == "course":
            return
        if tag not in _KNOWN:
            hint = "use a block that the platform has; learners see nothing of one that it does not know"
            self._add("SMAC974", path, element, f"<{tag[:60]}> is no block that is known", hint)
            return
        if tag not in _CHILDREN.get(str(parent.tag), {tag}):
            allowed = " or ".join(f"<{one}>" for one in sorted(_CHILDREN[str(parent.tag)] - {"wiki", "textbook"}))
            self._add("SMAC974", path, element, f"<{tag}> stands in <{parent.tag}>", f"put it into {allowed}")
        name = element.get("url_name", "")
        if not name or not _NAME.fullmatch(name):
            what = f"'{name[:60]}' cannot be a url_name" if name else f"<{tag}> has no url_name"
            hint = "a name that the platform makes up changes with the title, and learners lose what they did"
            self._add("SMAC973", path, element, what, hint)
        elif name in self.seen.setdefault(tag, set()):
            self._add("SMAC973", path, element, f"a second <{tag}> has the url_name '{name}': it is left out")
            return
        else:
            self.seen[tag].add(name)
        is_pointer = len(element) == 0 and not (element.text or "").strip() and set(element.attrib) == {"url_name"}
        if is_pointer and tag in _WITH_FILES:
            own = f"{tag}/{name}.xml"
            found = self._parsed(own, self._place(path, element))
            if found is not None:
                self._whole(found, own, depth)
        elif is_pointer:
            hint = "write the whole block into its unit: the importer never reads a file of it"
            self._add("SMAC974", path, element, f"<{tag}> is a pointer, and would be an empty block", hint)
        else:
            self._whole(element, path, depth)

    def _whole(self, element: etree._Element, path: str, depth: int) -> None:
        tag = str(element.tag)
        if tag == "html":
            self._check_html(element, path)
        elif tag == "problem":
            for script in element.iter("script"):
                hint = "leave it out: it runs as Python on the server, and needs a sandbox that many sites do not have"
                self._add("SMAC974", path, script, "a problem with <script>", hint)
        elif tag == "smac_quiz":
            self._check_quiz(element, path)
        if tag == "sequential" and element.get("graded", "").lower() == "true":
            self._check_graded(element, path)
        for name in _DATES:
            if (value := element.get(name)) and not _is_date(value):
                self._add("SMAC974", path, element, f"{name}='{value[:40]}' is no date", "write 2027-03-31T23:59:59Z")
        if tag in {"chapter", "sequential", "vertical", "library_content", "itembank", "split_test"}:
            self._children(element, path, depth + 1)

    def _check_html(self, element: etree._Element, path: str) -> None:
        name = element.get("filename")
        if name and f"html/{name}.html" not in self.files:
            self._add("SMAC971", path, element, f"html/{name}.html is not there")
        text = self.files.get(f"html/{name}.html", b"").decode("utf-8", "replace") if name else ""
        for found in re.finditer(r'(?:src|href)="/static/([^"?#]+)', text):
            if f"static/{found[1]}" not in self.files:
                line = text.count("\n", 0, found.start()) + 1
                where = Location(f"{self.name}/html/{name}.html", line)
                self.report.add("SMAC971", where, f"static/{found[1][:100]} is not there")
        for found in re.finditer(r'href="/jump_to_id/([^"?#]+)', text):
            line = text.count("\n", 0, found.start()) + 1
            self.links.append((found[1], Location(f"{self.name}/html/{name}.html", line)))

    def _check_quiz(self, element: etree._Element, path: str) -> None:
        if not "".join(str(one) for one in element.itertext()).strip():
            self._add("SMAC974", path, element, "a quiz without any text", "write its questions between the tags")
        for name in ("variables", "policy", "extra_time"):
            try:
                json.loads(element.get(name, "null"))
            except ValueError:
                self._add("SMAC974", path, element, f"{name} is no JSON", "write it as JSON")

    def _check_graded(self, element: etree._Element, path: str) -> None:
        form = element.get("format", "")
        if not form:
            hint = "name a format that stands in grading_policy.json"
            self._add("SMAC975", path, element, "a graded subsection without a format counts for nothing", hint)
        else:
            self.formats.setdefault(form, self._place(path, element))

    # -- policies ---------------------------------------------------------------------------------------

    def _check_policy(self, run: str) -> None:
        for name, place in self.links:
            if not any(name in names for names in self.seen.values()):
                self.report.add("SMAC971", place, f"a link leads to '{name[:100]}', and no block has that name")
        policy = self._json(f"policies/{run}/policy.json")
        own = policy.get(f"course/{run}", {}) if isinstance(policy, dict) else {}
        if not isinstance(own, dict):
            own = {}
        for name in _DATES:
            value = own.get(name)
            if value is not None and not (isinstance(value, str) and _is_date(value)):
                where = Location(f"{self.name}/policies/{run}/policy.json")
                self.report.add("SMAC974", where, f"{name} is no date", hint="write 2027-03-31T23:59:59Z")
        blocks = {tag for tag in self.seen if tag.startswith("smac_")}
        if missing := sorted(blocks - set(own.get("advanced_modules", ()))):
            where = Location(f"{self.name}/policies/{run}/policy.json")
            hint = "add them to advanced_modules"
            self.report.add("SMAC974", where, f"Studio cannot edit {', '.join(missing)}", hint=hint)
        self._check_grading(run)

    def _check_grading(self, run: str) -> None:
        path = f"policies/{run}/grading_policy.json"
        where = Location(f"{self.name}/{path}")
        if path not in self.files:
            hint = "add it: without it the platform takes four kinds of homework and exams of its own"
            self.report.add("SMAC975", where, "there is no grading policy", hint=hint)
            return
        policy = self._json(path)
        graders = policy.get("GRADER") if isinstance(policy, dict) else None
        if not isinstance(graders, list) or not all(isinstance(one, dict) for one in graders):
            self.report.add("SMAC975", where, "GRADER is no list of graders")
            return
        for one in graders:
            lacks = [name for name in ("type", "min_count", "drop_count", "weight") if name not in one]
            if lacks:
                self.report.add("SMAC975", where, f"a grader has no {', '.join(lacks)}")
        weights = [one.get("weight", 0) for one in graders]
        total = sum(one for one in weights if isinstance(one, int | float))
        if graders and abs(total - 1) > 1e-6:
            message = f"the weights add up to {total:g}: nobody normalises them"
            self.report.add("SMAC975", where, message)
        known = {one.get("type") for one in graders}
        for form, place in self.formats.items():
            if form not in known:
                message = f"the format '{form[:60]}' is no type of the grading policy: it counts for nothing"
                self.report.add("SMAC975", place, message)
        cutoffs = policy.get("GRADE_CUTOFFS") if isinstance(policy, dict) else None
        if not isinstance(cutoffs, dict) or not all(_is_share(one) for one in cutoffs.values()) or not cutoffs:
            self.report.add("SMAC975", where, "GRADE_CUTOFFS must name at least one mark, each above 0 and up to 1")

    # -- reading ----------------------------------------------------------------------------------------

    def _parsed(self, path: str, named_at: Location | None = None) -> etree._Element | None:
        data = self.files.get(path)
        if data is None:
            where = named_at or Location(f"{self.name}/{path}")
            self.report.add("SMAC971", where, f"{path[:120]} is not there: what it would show is left out")
            return None
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        if len(data) > _MOST_XML:
            self.report.add("SMAC972", Location(f"{self.name}/{path}"), f"more than {_MOST_XML >> 20} MB of XML")
            return None
        try:
            return etree.fromstring(data, parser)
        except etree.XMLSyntaxError as error:
            words = str(error.msg).partition(", line ")[0]
            self.report.add("SMAC972", Location(f"{self.name}/{path}", error.lineno or 1), words)
            return None

    def _json(self, path: str) -> Any:
        data = self.files.get(path)
        if data is None:
            return {}
        try:
            return json.loads(data)
        except (ValueError, RecursionError) as error:
            self.report.add("SMAC972", Location(f"{self.name}/{path}"), f"this is no JSON: {error}", hint="correct it")
            return {}

    def _place(self, path: str, element: Any) -> Location:
        return Location(f"{self.name}/{path}", element.sourceline or 1)

    def _add(self, code: str, path: str, element: Any, message: str, hint: str = "") -> None:
        self.report.add(code, self._place(path, element), message, hint=hint)


def _is_date(value: str) -> bool:
    try:
        datetime.fromisoformat(value.strip('"').replace("Z", "+00:00"))
    except ValueError:
        return False
    return True


def _is_share(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= 1
