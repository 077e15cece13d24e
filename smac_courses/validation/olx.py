"""A course for Open edX, as tar.gz: what its importer drops without a word is an error here.

Every rule was seen on the importer of openedx-platform (Teak): a pointer to a missing file, XML that cannot be read, a
name that is used twice are left out, and the import "succeeds".
"""

from __future__ import annotations

import gzip
import json
import posixpath
import re
import tarfile
import zlib
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from lxml import etree

from smac_courses.diagnostics import Location, Report

_MAGIC = b"\x1f\x8b"
_MOST_FILES = 20_000
_MOST_BYTES = 1 << 30
_MOST_READS = 200_000
_MOST_AT_ONCE = 16 << 20
_MOST_SHOWN = 100
_MOST_LINKS = 10_000
_LONGEST_HEAD = 4_096
_NEARLY = 1e-6
_DOCTYPE = re.compile(rb"<!DOCTYPE", re.I)
_STATIC = re.compile(r"/static/([^\"'?#()<>\s\\]+)")
_JUMP = re.compile(r"/jump_to_id/([^\"'?#()<>\s\\]+)")
_READ = (".xml", ".html", ".json")
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
        "itembank",
        "randomize",
    }
)
_TREE = frozenset({"chapter", "sequential", "vertical"})
_WITH_CHILDREN = _TREE | {"library_content", "itembank", "split_test", "conditional", "randomize"}
# Blocks that are whole without any setting.
_BARE = frozenset({"done", "discussion", "smac_certificate"})
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


class _TooMuch(Exception):
    """An archive that is larger than any course, or that says of itself what cannot be."""


class _Reading:
    """What a gzip unpacks to, read with an eye on how much that is."""

    def __init__(self, unpacked: gzip.GzipFile) -> None:
        self._unpacked = unpacked
        self._reads = 0

    def read(self, size: int = -1) -> bytes:
        self._reads += 1
        if not 0 <= size <= _MOST_AT_ONCE or self._reads > _MOST_READS:
            raise _TooMuch
        data = self._unpacked.read(size)
        self.seek(self._unpacked.tell())
        return data

    def seek(self, place: int) -> int:
        if not 0 <= place <= _MOST_BYTES:
            raise _TooMuch
        return self._unpacked.seek(place)

    def tell(self) -> int:
        return self._unpacked.tell()


def _files_of(file: Path, report: Report) -> dict[str, bytes] | None:
    """The files below the folder that has course.xml. Nothing is unpacked; of films only the names are kept."""
    place = Location(file.name)
    found: dict[str, bytes] = {}
    try:
        with gzip.open(file) as unpacked, tarfile.open(fileobj=_Reading(unpacked), mode="r:") as archive:  # type: ignore[call-overload]  # it needs no more
            for number, entry in enumerate(archive):
                path = posixpath.normpath(entry.name)
                is_plain = (entry.isfile() or entry.isdir()) and not entry.issparse() and entry.size >= 0
                if path.startswith(("/", "..")) or not is_plain:
                    report.add("SMAC970", place, f"'{entry.name[:100]}' is no plain file below the archive's folder")
                    return None
                if number >= _MOST_FILES:
                    raise _TooMuch
                if entry.isfile():
                    is_text = path.endswith(_READ) and entry.size <= _MOST_XML
                    opened = archive.extractfile(entry) if is_text else None
                    found[path] = opened.read() if opened else b""
    except _TooMuch:
        message = (
            f"it has more than {_MOST_FILES:,} entries or {_MOST_BYTES >> 20} MB, or says of itself what cannot be"
        )
        report.add("SMAC970", place, message)
        return None
    except (tarfile.TarError, OSError, EOFError, zlib.error, ValueError, OverflowError, RecursionError) as error:
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
    policy: dict[str, Any] = field(default_factory=dict)
    is_policy_broken: bool = False

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
        found = self._json(f"policies/{run}/policy.json")
        self.policy = found if isinstance(found, dict) else {}
        # The whole course may stand in this one file.
        path = "course.xml" if len(top) else f"course/{run}.xml"
        course = top if len(top) else self._parsed(path, Location(f"{self.name}/course.xml", 1), "course")
        if course is not None:
            self._check_dates(course, path, {})
            self._children(course, path, 0)
            self._check_policy(run, course)

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
        if tag == "show":  # of a conditional: it has no name, only what it shows
            self._children(element, path, depth + 1)
            return
        if tag not in _KNOWN:
            self._add("SMAC976", path, element, f"<{tag[:60]}> is no block that is known here")
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
        is_empty = len(element) == 0 and not (element.text or "").strip()
        is_pointer = is_empty and set(element.attrib) == {"url_name"}
        own = f"{tag}/{name}.xml"
        if is_pointer and tag in _WITH_FILES:
            found = self._parsed(own, self._place(path, element), tag)
            if found is not None:
                self._whole(found, own, depth, name)
        elif is_empty and tag in _TREE and own in self.files:
            hint = "write url_name alone: with anything else beside it this is the block itself, and it is empty"
            self._add("SMAC974", path, element, f"the file {own} is not read", hint)
        elif is_pointer and tag in _KNOWN and tag not in _BARE:
            hint = "write the whole block into its unit: the importer never reads a file of it"
            self._add("SMAC974", path, element, f"<{tag}> is a pointer, and would be an empty block", hint)
        else:
            self._whole(element, path, depth, name)

    def _whole(self, element: etree._Element, path: str, depth: int, own_name: str) -> None:
        tag = str(element.tag)
        own = self.policy.get(f"{tag}/{own_name}", {})
        settings = own if isinstance(own, dict) else {}
        if tag == "html":
            self._check_html(element, path)
        elif tag == "problem":
            for script in element.iter("script"):
                hint = "leave it out: it runs as Python on the server, and needs a sandbox that many sites do not have"
                self._add("SMAC974", path, script, "a problem with <script>", hint)
            self._check_answers(element, path)
        elif tag == "smac_quiz":
            self._check_quiz(element, path)
        elif tag == "video":
            for transcript in element.iter("transcript"):
                name = transcript.get("src", "")
                if name and f"static/{name}" not in self.files:
                    self._add("SMAC971", path, transcript, f"static/{name[:100]} is not there")
        if tag == "sequential" and str(settings.get("graded", element.get("graded", ""))).lower() == "true":
            self._check_graded(element, path, settings)
        self._check_dates(element, path, settings)
        if tag in _WITH_CHILDREN:
            self._children(element, path, depth + 1)
        elif tag not in {"html"}:
            self._check_links(
                etree.tostring(element, encoding="unicode", with_tail=False), path, self._place(path, element).line
            )

    def _check_answers(self, problem: etree._Element, path: str) -> None:
        """Tried on the platform's engine: grading a choice without a right one ends in an error for the learner."""
        for group in problem.iter("choicegroup"):
            if not any((choice.get("correct") or "").lower() in {"true", "partial"} for choice in group.iter("choice")):
                self._add("SMAC974", path, group, "no answer is right", 'set correct="true" on one <choice>')
        for listed in problem.iter("optioninput"):
            right = [one for one in listed.iter("option") if (one.get("correct") or "").lower() == "true"]
            if len(right) > 1:
                hint = 'leave correct="True" on one <option>'
                self._add("SMAC974", path, listed, "a list with more than one right answer cannot be shown", hint)

    def _check_dates(self, element: etree._Element, path: str, settings: dict[str, Any]) -> None:
        for name in _DATES:
            value = settings.get(name, element.get(name))
            if isinstance(value, str) and value and not _is_date(value):
                self._add("SMAC974", path, element, f"{name}='{value[:40]}' is no date", "write 2027-03-31T23:59:59Z")

    def _check_html(self, element: etree._Element, path: str) -> None:
        name = element.get("filename")
        if name and f"html/{name}.html" not in self.files:
            self._add("SMAC971", path, element, f"html/{name}.html is not there")
        if name:
            self._check_links(
                self.files.get(f"html/{name}.html", b"").decode("utf-8", "replace"), f"html/{name}.html", 1
            )
        else:
            self._check_links(
                etree.tostring(element, encoding="unicode", with_tail=False), path, self._place(path, element).line
            )

    def _check_links(self, text: str, path: str, first: int) -> None:
        """Files and places that a text names: each must be there. A few of many are shown."""
        missing = 0
        for number, line in enumerate(unescape(text).split("\n"), first):
            where = Location(f"{self.name}/{path}", number)
            for found in _STATIC.finditer(line):
                name = unquote(found[1])
                if f"static/{name}" not in self.files and missing < _MOST_SHOWN:
                    missing += 1
                    self.report.add("SMAC971", where, f"static/{name[:100]} is not there")
            self.links += [(unquote(found[1]), where) for found in _JUMP.finditer(line)]

    def _check_quiz(self, element: etree._Element, path: str) -> None:
        if not "".join(str(one) for one in element.itertext()).strip():
            self._add("SMAC974", path, element, "a quiz without any text", "write its questions between the tags")
        for name in ("variables", "policy", "extra_time"):
            try:
                json.loads(element.get(name, "null"))
            except ValueError:
                self._add("SMAC974", path, element, f"{name} is no JSON", "write it as JSON")

    def _check_graded(self, element: etree._Element, path: str, settings: dict[str, Any]) -> None:
        form = str(settings.get("format", element.get("format", "")))
        if not form:
            hint = "name a format that stands in grading_policy.json"
            self._add("SMAC975", path, element, "a graded subsection without a format counts for nothing", hint)
        else:
            self.formats.setdefault(form, self._place(path, element))

    # -- policies ---------------------------------------------------------------------------------------

    def _check_policy(self, run: str, course: etree._Element) -> None:
        known = set[str]().union(*self.seen.values())
        for name, place in self.links[:_MOST_LINKS]:
            if name not in known:
                self.report.add("SMAC971", place, f"a link leads to '{name[:100]}', and no block has that name")
        found = self.policy.get(f"course/{run}", {})
        own: dict[str, Any] = found if isinstance(found, dict) else {}
        for name in _DATES:
            value = own.get(name)
            if value is not None and not (isinstance(value, str) and _is_date(value)):
                where = Location(f"{self.name}/policies/{run}/policy.json")
                self.report.add("SMAC974", where, f"{name} is no date", hint="write 2027-03-31T23:59:59Z")
        blocks = {tag for tag in self.seen if tag.startswith("smac_")}
        listed = own.get("advanced_modules", _as_json(course.get("advanced_modules")))
        named = {one for one in listed if isinstance(one, str)} if isinstance(listed, list) else set()
        if (missing := sorted(blocks - named)) and not self.is_policy_broken:
            where = Location(f"{self.name}/policies/{run}/policy.json")
            hint = "add them to advanced_modules"
            self.report.add("SMAC974", where, f"Studio cannot edit {', '.join(missing)}", hint=hint)
        self._check_grading(run)

    def _check_grading(self, run: str) -> None:
        path = f"policies/{run}/grading_policy.json"
        where = Location(f"{self.name}/{path}")
        if path not in self.files and "grading_policy.json" in self.files:
            path = "grading_policy.json"  # where older exports have it
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
            if not all(_is_count(one.get(name, 0)) for name in ("min_count", "drop_count")):
                self.report.add("SMAC975", where, "min_count and drop_count are whole numbers from 0 on")
        weights = [one.get("weight", 0) for one in graders]
        if not all(_is_share(one) or one == 0 for one in weights):
            self.report.add("SMAC975", where, "a weight is a number from 0 to 1")
        elif graders and abs(sum(weights) - 1) > _NEARLY:
            message = f"the weights add up to {sum(weights):g}: nobody normalises them"
            self.report.add("SMAC975", where, message)
        types = [str(one.get("type")) for one in graders]
        if len(set(types)) < len(types):
            self.report.add("SMAC975", where, "two graders have the same type: only one of them counts")
        known = set(types)
        for form, place in self.formats.items():
            if form not in known:
                message = f"the format '{form[:60]}' is no type of the grading policy: it counts for nothing"
                self.report.add("SMAC975", place, message)
        cutoffs = policy.get("GRADE_CUTOFFS") if isinstance(policy, dict) else None
        if not isinstance(cutoffs, dict) or not all(_is_share(one) for one in cutoffs.values()) or not cutoffs:
            self.report.add("SMAC975", where, "GRADE_CUTOFFS must name at least one mark, each above 0 and up to 1")

    # -- reading ----------------------------------------------------------------------------------------

    def _parsed(self, path: str, named_at: Location | None = None, tag: str = "") -> etree._Element | None:
        data = self.files.get(path)
        if data is None:
            where = named_at or Location(f"{self.name}/{path}")
            self.report.add("SMAC971", where, f"{path[:120]} is not there: what it would show is left out")
            return None
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        if len(data) > _MOST_XML:
            self.report.add("SMAC972", Location(f"{self.name}/{path}"), f"more than {_MOST_XML >> 20} MB of XML")
            return None
        if _DOCTYPE.search(data[:_LONGEST_HEAD].replace(b"\0", b"")):
            hint = "take it out: entities that it declares are not read"
            self.report.add("SMAC972", Location(f"{self.name}/{path}"), "the file has a DOCTYPE", hint=hint)
            return None
        try:
            root = etree.fromstring(data, parser)
        except etree.XMLSyntaxError as error:
            words = str(error.msg).partition(", line ")[0]
            self.report.add("SMAC972", Location(f"{self.name}/{path}", error.lineno or 1), words)
            return None
        if tag and root.tag != tag:
            self._add("SMAC974", path, root, f"the file begins with <{root.tag}>", f"begin it with <{tag}>")
            return None
        return root

    def _json(self, path: str) -> Any:
        data = self.files.get(path)
        if data is None:
            return {}
        try:
            return json.loads(data)
        except (ValueError, RecursionError) as error:
            self.report.add("SMAC972", Location(f"{self.name}/{path}"), f"this is no JSON: {error}", hint="correct it")
            self.is_policy_broken = True
            return {}

    def _place(self, path: str, element: Any) -> Location:
        return Location(f"{self.name}/{path}", element.sourceline or 1)

    def _add(self, code: str, path: str, element: Any, message: str, hint: str = "") -> None:
        self.report.add(code, self._place(path, element), message, hint=hint)


def _is_date(value: str) -> bool:
    """Whether the platform can make a date of it: it takes most ways of writing one."""
    plain = value.strip('"')
    if plain in {"null", ""}:
        return True
    try:
        datetime.fromisoformat(plain.replace("Z", "+00:00"))
    except ValueError:
        return re.search(r"\b(?:19|20)\d\d\b", plain) is not None and not re.match(r"\d{4}-\d\d-\d\d", plain)
    return True


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _as_json(text: str | None) -> Any:
    try:
        return json.loads(text or "null")
    except ValueError:
        return None


def _is_share(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= 1
