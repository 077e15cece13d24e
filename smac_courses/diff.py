"""What an update of a course does to learners who are in the middle of it: `smac diff OLD.zip [NEW]`.

Both sides are packages, so that what is compared is what learners have. Changes are of three levels, which say what
the new version number has to be:

    major   what somebody answered, confirmed or passed means something else now
    minor   there is more or less to do
    patch   other words
"""

from __future__ import annotations

import json
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from lxml import etree, html

from smac_courses.errors import UsageError
from smac_courses.model.questions import are_kept_alike
from smac_courses.model.sealing import unsealed
from smac_courses.package import Package

Level = Literal["major", "minor", "patch"]
LEVELS: tuple[Level, ...] = ("patch", "minor", "major")
MOST_BYTES = 10_000_000
_PAGE, _ABOUT = "index.html", "smac.json"
_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)")
_MOST_SHOWN = 40
# Names under which the words of a question stand that belong to none of its answers.
_REMARKS, _LOOKS = "(remarks)", "(looks)"
_PARTS = {
    "": "its text is reworded",
    _REMARKS: "its feedback or hints are reworded",
    _LOOKS: "its form has changed: how much may be written, or how many ticked",
}
# What a rule of an exam is called, and which level its change has.
_RULES: dict[str, tuple[str, Level]] = {
    "passPercent": ("pass mark", "major"),
    "counts": ("which attempt counts", "major"),
    "attempts": ("attempts", "minor"),  # fewer of them: major
    "waitHours": ("hours to wait", "minor"),
    "timeLimitMinutes": ("time limit", "minor"),
    "extraTime": ("extra time", "minor"),
    "pause": ("pause", "minor"),
    "shuffle": ("shuffle", "minor"),
    "feedback": ("feedback", "minor"),
    "opens": ("when it opens", "minor"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A package as learners meet it: its course data with all keys open, and the words on its page.

    `words` gives for each question the text of its head under an empty name, and that of each part by its id;
    `screens` the kind and the text of each screen by its id, without questions.
    """

    name: str
    about: Mapping[str, Any]
    data: Mapping[str, Any]
    words: Mapping[str, Mapping[str, str]]
    screens: Mapping[str, tuple[str, str]]
    language: str
    text: str  # everything that can be read on its page

    @property
    def version(self) -> str:
        """Of the course."""
        return str(self.data["course"]["version"])

    def questions(self) -> dict[str, dict[str, Any]]:
        """Every question by its key, with the place where it is asked as `where`."""
        found = {}
        for lesson in self.data["lessons"]:
            found.update({one["key"]: {**one, "where": f"lesson {lesson['key']}"} for one in lesson["practice"]})
        for pool in (self.data["exam"] or {"pools": []})["pools"]:
            found.update({one["key"]: {**one, "where": f"pool {pool['id']}"} for one in pool["questions"]})
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference. `effect` is what it does to somebody in the middle of the course."""

    level: Level
    what: str
    effect: str


@dataclass(slots=True, kw_only=True)
class Diff:
    """All differences. `lost` are those of saved progress that the new version cannot read any more."""

    old: Snapshot
    new: Snapshot
    changes: list[Change] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    @property
    def level(self) -> Level | None:
        """The highest level of all changes; None where nothing differs."""
        return max((change.level for change in self.changes), key=LEVELS.index, default=None)

    @property
    def wanted_version(self) -> str:
        """The lowest version number that says what has changed."""
        return next_version(self.old.version, self.level)

    @property
    def is_version_right(self) -> bool:
        """Whether the new version number is at least the one that the changes ask for."""
        return _numbers(self.new.version) >= _numbers(self.wanted_version)


def read_package(file: Path) -> Snapshot:
    """The snapshot of a zip. Raises UsageError for anything that smac did not build."""
    try:
        with zipfile.ZipFile(file) as opened:
            about = _about(_read(opened, _ABOUT, file))
            pages = [_read(opened, name, file) for name in _pages(about)]
    except (OSError, zipfile.BadZipFile, LookupError, RuntimeError, EOFError, zlib.error, ValueError) as error:
        raise UsageError(f"'{file}' is not a package that smac built") from error
    return _snapshot(file.name, pages, about)


def snapshot_of(package: Package, name: str) -> Snapshot:
    """The snapshot of a package that was just made."""
    about = _about(package.read(_ABOUT))
    return _snapshot(name, [package.read(page) for page in _pages(about)], about)


def compared(old: Snapshot, new: Snapshot) -> Diff:
    """Everything that differs, in the order lessons, questions, exam, statements."""
    if old.data["course"]["id"] != new.data["course"]["id"]:
        one, other = old.data["course"]["id"], new.data["course"]["id"]
        raise UsageError(f"these are two courses: '{one}' and '{other}'")
    diff = Diff(old=old, new=new)
    _compare_lessons(diff)
    _compare_questions(diff)
    diff.changes += _exam_changes(old.data["exam"], new.data["exam"])
    diff.changes += _course_changes(old, new)
    gone = [page for page in _pages(old.about) if page not in _pages(new.about)]
    if old.about.get("target") != new.about.get("target") or gone == [_PAGE]:
        diff.lost.append("everything")
    else:
        diff.lost += [f"everything in {page}" for page in gone]
    if old.text != new.text and not diff.changes:
        diff.changes.append(Change(level="patch", what="other words on the page, or another order", effect=""))
    return diff


def next_version(version: str, level: Level | None) -> str:
    """The version behind one, by the level of what changed (semantic versioning)."""
    major, minor, patch = _numbers(version)
    match level:
        case "major":
            return f"{major + 1}.0.0"
        case "minor":
            return f"{major}.{minor + 1}.0"
        case "patch":
            return f"{major}.{minor}.{patch + 1}"
        case None:
            return version


def as_text(diff: Diff) -> str:
    """For people: what changed, what becomes of progress, which version it should be."""
    old, new = diff.old, diff.new
    lines = [f"{old.data['course']['id']}: {old.version} ({old.name}) → {new.version} ({new.name})"]
    for level in reversed(LEVELS):
        for change in diff.changes:
            if change.level == level:
                lines.append(f"  {level:5}  {change.what}")
                if change.effect:
                    lines.append(f"         {change.effect}")
    if not diff.changes:
        lines.append("  nothing that a learner would notice")
    if diff.lost:
        lines.append(f"Saved progress: lost for {', '.join(diff.lost)}")
    else:
        lines.append("Saved progress: everything that still exists is found again")
    if not diff.changes and diff.is_version_right:
        return "\n".join(lines)
    verdict = "right" if diff.is_version_right else f"write version: {diff.wanted_version}"
    lines.append(
        f"Version: these changes are {diff.level}; {new.version} is {'right' if verdict == 'right' else 'too low'}"
    )
    if verdict != "right":
        lines.append(f"  {verdict}")
    return "\n".join(lines)


def as_json(diff: Diff) -> dict[str, Any]:
    """The same as data; stable."""
    return {
        "version": 1,
        "course": diff.old.data["course"]["id"],
        "old": diff.old.version,
        "new": diff.new.version,
        "level": diff.level,
        "wanted_version": diff.wanted_version,
        "version_ok": diff.is_version_right,
        "lost": diff.lost,
        "changes": [{"level": one.level, "what": one.what, "effect": one.effect} for one in diff.changes],
    }


# -- lessons ------------------------------------------------------------------------------------------


def _compare_lessons(diff: Diff) -> None:
    old = {lesson["key"]: lesson for lesson in diff.old.data["lessons"]}
    new = {lesson["key"]: lesson for lesson in diff.new.data["lessons"]}
    renamed = _renamed(old, new)
    for before, after in sorted(renamed.items()):
        diff.lost.append(f"lesson {before}")
        what = f"lesson {before} is now called {after}"
        effect = "for learners it is another one, and what they did in the old one is lost: keep the old ids"
        diff.changes.append(Change(level="major", what=what, effect=effect))
    for key in new.keys() - old.keys() - set(renamed.values()):
        effect = "who had done all lessons has one more to do; who has passed stays passed"
        diff.changes.append(Change(level="minor", what=f"lesson {key} is new", effect=effect))
    for key in old.keys() - new.keys() - renamed.keys():
        diff.changes.append(Change(level="minor", what=f"lesson {key} is gone", effect="its progress is kept, unseen"))
    for key, (kind, _) in diff.new.screens.items():
        if kind == "opening" and key not in diff.old.screens and not any(one.startswith(f"{key}.") for one in new):
            diff.changes.append(Change(level="minor", what=f"page {key} is new", effect=""))
    for key in old.keys() & new.keys():
        if old[key]["ordinal"] != new[key]["ordinal"]:
            diff.lost.append(f"lesson {key}")
            effect = "its number in course.lock has changed: restore the lock of the old version"
            diff.changes.append(Change(level="major", what=f"lesson {key} has another number", effect=effect))
    for key, (kind, words) in diff.new.screens.items():
        if key in diff.old.screens and diff.old.screens[key][1] != words:
            what = {"lesson": f"lesson {key}", "opening": f"opening page {key}"}.get(kind, "the exam's own page")
            diff.changes.append(Change(level="patch", what=f"{what} is reworded", effect=""))
    diff.changes.sort(key=lambda change: change.what)


# -- questions ------------------------------------------------------------------------------------------


def _compare_questions(diff: Diff) -> None:
    old, new = diff.old.questions(), diff.new.questions()
    renamed = _renamed(old, new)
    for before, after in sorted(renamed.items()):
        diff.lost.append(f"question {before}")
        what = f"question {before} is now called {after}"
        effect = "for learners it is another one, and their answers are lost: keep the old ids"
        diff.changes.append(Change(level="major", what=what, effect=effect))
    for key in sorted(new.keys() - old.keys() - set(renamed.values())):
        effect = "in a lesson that was done, it is shown as open" if new[key]["where"].startswith("lesson") else ""
        diff.changes.append(Change(level="minor", what=f"question {key} is new ({new[key]['where']})", effect=effect))
    pools = {pool["id"] for pool in (diff.new.data["exam"] or {"pools": []})["pools"]}
    for key in sorted(old.keys() - new.keys() - renamed.keys()):
        is_pool_there = old[key]["where"].removeprefix("pool ") in pools
        effect = "an attempt that has drawn it goes on with another question of the pool" if is_pool_there else ""
        if old[key]["where"].startswith("lesson"):
            effect = "its answers are kept, unseen"
        diff.changes.append(Change(level="minor", what=f"question {key} is gone ({old[key]['where']})", effect=effect))
    for key in sorted(old.keys() & new.keys()):
        if old[key]["ordinal"] != new[key]["ordinal"]:
            diff.lost.append(f"question {key}")
            effect = "its number in course.lock has changed: restore the lock of the old version"
            diff.changes.append(Change(level="major", what=f"question {key} has another number", effect=effect))
        if old[key]["kind"] != new[key]["kind"] and are_kept_alike(old[key]["kind"], new[key]["kind"]):
            what = f"question {key} is of another kind: {old[key]['kind']} → {new[key]['kind']}"
            diff.changes.append(Change(level="major", what=what, effect="answers are kept, and judged anew"))
        elif old[key]["kind"] != new[key]["kind"]:
            diff.lost.append(f"question {key}")
            what = f"question {key} is of another kind: {old[key]['kind']} → {new[key]['kind']}"
            effect = "answers to the old one mean nothing any more: give the new one an id of its own"
            diff.changes.append(Change(level="major", what=what, effect=effect))
            continue
        diff.changes += _question_changes(diff, key, old[key], new[key])


def _question_changes(diff: Diff, key: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    asked = "" if old["where"] == new["where"] else f"{old['where']} → {new['where']}"
    if asked:
        yield Change(level="minor", what=f"question {key} is asked elsewhere: {asked}", effect="")
    for name in ("points", "credit"):
        if old.get(name) != new.get(name):
            effect = "open attempts are graded by the new rule; results so far stay"
            what = f"question {key}: {name} {old.get(name)} → {new.get(name)}"
            yield Change(level="major", what=what, effect=effect)
    for name, title in (("exact", "whether capitals count"), ("joined", "whether spaces count")):
        if old.get(name, False) != new.get(name, False):
            effect = "open attempts are graded by the new rule; results so far stay"
            yield Change(level="major", what=f"question {key}: {title} has changed", effect=effect)
    if old.get("about", []) != new.get("about", []):
        yield Change(level="patch", what=f"question {key} names other objectives, clauses or levels", effect="")
    if len(old.get("blanks", ())) != len(new.get("blanks", ())):
        effect = "nobody knows which gap is which: it is asked again"
        yield Change(level="major", what=f"question {key}: another number of gaps", effect=effect)
        return
    typed, chosen = [[bool(gap.get("options")) for gap in side.get("blanks", ())] for side in (old, new)]
    if typed != chosen:
        effect = "what stood in such a gap is lost"
        yield Change(
            level="major", what=f"question {key}: a gap is typed that was chosen, or the other way", effect=effect
        )
    yield from _part_changes(diff, key, old, new)
    if _in_any_order(old["solution"]) != _in_any_order(new["solution"]):
        effect = "who answered is judged by the new key in open attempts; results so far stay"
        yield Change(level="major", what=f"question {key}: the key has changed", effect=effect)
    if old.get("mark") != new.get("mark"):
        effect = "everyone is asked to confirm it again"
        yield Change(level="major", what=f"question {key}: the statement or its policy has changed", effect=effect)
    ways = [[[choice["id"] for choice in step] for step in side.get("steps", ())] for side in (old, new)]
    if ways[0] == ways[1] and old.get("steps") != new.get("steps"):
        effect = "a way that no longer fits ends where it breaks off"
        yield Change(level="major", what=f"question {key}: something said leads elsewhere", effect=effect)
        return
    shown = ("items", "targets", "steps")
    if any(old.get(name) != new.get(name) for name in shown):
        effect = "answers keep what still exists of them"
        yield Change(level="minor", what=f"question {key}: there is more or less to answer", effect=effect)


def _part_changes(diff: Diff, key: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    before, after = diff.old.words.get(key, {}), diff.new.words.get(key, {})
    ids_before, ids_after = ({one["id"]: one["n"] for one in side["options"]} for side in (old, new))
    for own_id in sorted(ids_before.keys() & ids_after.keys()):
        if ids_before[own_id] != ids_after[own_id]:
            diff.lost.append(f"answer {own_id} of {key}")
            effect = "its number in course.lock has changed: restore the lock of the old version"
            yield Change(level="major", what=f"question {key}: answer {own_id} has another number", effect=effect)
    for own_id in sorted(ids_after.keys() - ids_before.keys()):
        yield Change(level="minor", what=f"question {key}: answer {own_id} is new", effect="")
    for own_id in sorted(ids_before.keys() - ids_after.keys()):
        yield Change(
            level="minor", what=f"question {key}: answer {own_id} is gone", effect="who chose it has to choose again"
        )
    # Criteria are named by nobody's answer.
    places = {words: own_id for own_id, words in after.items() if own_id in ids_after and words}
    for own_id in sorted(before.keys() & after.keys()):
        if before[own_id] == after[own_id]:
            continue
        moved = places.get(before[own_id], own_id) if own_id in ids_before else own_id
        if moved != own_id:
            what = f"question {key}: “{_short(before[own_id])}” was answer {own_id}, and is answer {moved} now"
            effect = f"who chose it is shown as having chosen something else: write {{#{own_id}}} behind it"
            yield Change(level="major", what=what, effect=effect)
        else:
            words = _PARTS.get(own_id, f"answer {own_id} is reworded")
            level: Level = "minor" if own_id == _LOOKS else "patch"
            yield Change(level=level, what=f"question {key}: {words}", effect="")
    if old.get("remarks") != new.get("remarks"):
        yield Change(level="patch", what=f"question {key}: {_PARTS[_REMARKS]}", effect="")


# -- exam and course --------------------------------------------------------------------------------------


def _exam_changes(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> Iterator[Change]:
    if old is None and new is None:
        return
    if old is None or new is None:
        what = "the course has an exam now" if old is None else "the course has no exam any more"
        effect = "who had completed it stays completed" if old is None else "it completes with its last lesson"
        yield Change(level="major", what=what, effect=effect)
        return
    for name, (title, level) in _RULES.items():
        if old["rules"].get(name) != new["rules"].get(name):
            one, other = old["rules"].get(name), new["rules"].get(name)
            what = f"exam: {title} {_shown(name, one)} → {_shown(name, other)}"
            effect = "a result so far stays as it is" if level == "major" else ""
            is_fewer = name == "attempts" and bool(other) and (not one or other < one)
            if is_fewer:
                effect = "who has used as many has none left"
            yield Change(level="major" if is_fewer else level, what=what, effect=effect)
    before, after = ({pool["id"]: pool for pool in side["pools"]} for side in (old, new))
    for own_id in sorted(before.keys() & after.keys()):
        for name, title, level in (("draw", "questions drawn", "minor"), ("mustPass", "per cent to reach", "major")):
            if before[own_id][name] != after[own_id][name]:
                one, other = (_shown(name, side[own_id][name]) for side in (before, after))
                what = f"exam, pool {own_id}: {title} {one} → {other}"
                yield Change(level="major" if level == "major" else "minor", what=what, effect="")
        if before[own_id]["title"] != after[own_id]["title"]:
            yield Change(level="patch", what=f"exam, pool {own_id} has another title", effect="")
    for own_id in sorted(after.keys() - before.keys()):
        yield Change(level="minor", what=f"exam: pool {own_id} is new", effect="open attempts get its questions, too")
    for own_id in sorted(before.keys() - after.keys()):
        yield Change(level="minor", what=f"exam: pool {own_id} is gone", effect="")


def _course_changes(old: Snapshot, new: Snapshot) -> Iterator[Change]:
    if old.data["course"]["title"] != new.data["course"]["title"]:
        yield Change(level="patch", what="the course has another title", effect="")
    if old.language != new.language:
        effect = "typed numbers are read in another way, and so are answers in words"
        yield Change(level="major", what=f"another language: {old.language} → {new.language}", effect=effect)
    told, now_told = old.data.get("lms") or {}, new.data.get("lms") or {}
    # What only a newer smac writes is no choice of the author.
    differ = any(told[name] != now_told[name] for name in told.keys() & now_told.keys() - {"language", "hasExam"})
    if differ or old.about.get("lms") != new.about.get("lms"):
        yield Change(level="minor", what="what the LMS is told has changed (lms:, report:)", effect="")
    one, other = old.about.get("grading", "practice"), new.about.get("grading", "practice")
    if one != other:
        yield Change(level="minor", what=f"grading: {one} → {other}", effect="")
    old_pages, new_pages = set(_pages(old.about)), set(_pages(new.about))
    if old_pages - new_pages:
        effect = "an LMS keeps progress for each SCO: what was done in one that is gone is lost"
        what = f"cut into other SCOs: {len(old_pages)} → {len(new_pages)}"
        yield Change(level="major", what=what, effect=effect)
    elif more := new_pages - old_pages:
        effect = "whoever had completed the course has more to do"
        yield Change(level="minor", what=f"more SCOs: {', '.join(sorted(more))}", effect=effect)
    if old.about.get("target") != new.about.get("target"):
        effect = "an LMS does not hand progress from one format to another"
        what = f"another format: {old.about.get('target')} → {new.about.get('target')}"
        yield Change(level="major", what=what, effect=effect)


# -- packages -----------------------------------------------------------------------------------------------


def _read(opened: zipfile.ZipFile, name: str, file: Path) -> bytes:
    if opened.getinfo(name).file_size > MOST_BYTES:
        raise UsageError(f"'{name}' in '{file}' is too large to be a course's page")
    with opened.open(name) as stream:
        return stream.read(MOST_BYTES)


def _about(data: bytes) -> Mapping[str, Any]:
    """What a package says of itself; KeyError for what is none of ours."""
    about = json.loads(data)
    if not isinstance(about, dict):
        raise KeyError(_ABOUT)
    return about


def _pages(about: Mapping[str, Any]) -> list[str]:
    """The pages that an LMS launches; packages of the first versions do not name their one."""
    return [str(page) for page in about.get("pages", [_PAGE])]


def _snapshot(name: str, pages: list[bytes], about: Mapping[str, Any]) -> Snapshot:
    try:
        trees: list[Any] = [
            html.document_fromstring(page.decode("utf-8"), parser=html.HTMLParser(huge_tree=True)) for page in pages
        ]
        parts = [json.loads(str(tree.xpath("string(//script[@id='_course-data'])"))) for tree in trees]
        data = parts[0] if len(parts) == 1 else _joined(parts, about)
        for question in _all_questions(data):
            _open(question)
        _check_shape(data, about)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, etree.LxmlError) as error:
        raise UsageError(f"'{name}' is not a package that smac built") from error
    words = {str(form.get("data-question")): _words_of_form(form) for tree in trees for form in tree.iter("form")}
    screens = {
        str(section.get("id")): (str(section.get("data-screen")), _words_of_screen(section))
        for tree in trees
        for section in tree.iter("section")
        if section.get("data-screen") in {"lesson", "opening", "exam"}
    }
    texts = [" ".join(tree.xpath("//body//text()[not(ancestor::script)]")) for tree in trees]
    return Snapshot(
        name=name,
        about=about,
        data=data,
        words=words,
        screens=screens,
        language=str(trees[0].get("lang", "")),
        text=" ".join(" ".join(texts).split()),
    )


def _joined(parts: list[dict[str, Any]], about: Mapping[str, Any]) -> dict[str, Any]:
    """The course that was cut into modules."""
    course = {"id": about["course"], "title": about["title"], "version": about["version"]}
    exams = [part["exam"] for part in parts if part["exam"]]
    lessons = [lesson for part in parts for lesson in part["lessons"]]
    return {**parts[0], "course": course, "lessons": lessons, "exam": exams[0] if exams else None}


def _check_shape(data: Mapping[str, Any], about: Mapping[str, Any]) -> None:
    """Raise KeyError, TypeError or AttributeError where something lacks that is compared later."""
    about.get("target")
    for name in ("id", "title", "version"):
        str(data["course"][name])
    for lesson in data["lessons"]:
        str(lesson["key"]), int(lesson["ordinal"])
    for question in _all_questions(data):
        str(question["key"]), int(question["ordinal"]), str(question["kind"]), dict(question["solution"])
        for option in question["options"]:
            str(option["id"]), int(option["n"])
    if data["exam"]:
        dict(data["exam"]["rules"])
        for pool in data["exam"]["pools"]:
            str(pool["id"]), str(pool["title"]), int(pool["draw"]), int(pool["mustPass"])


def _all_questions(data: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for lesson in data["lessons"]:
        yield from lesson["practice"]
    for pool in (data["exam"] or {"pools": []})["pools"]:
        yield from pool["questions"]


def _open(question: dict[str, Any]) -> None:
    """The key in clear, whichever way it travelled; packages of the first versions had it in the answers."""
    if "sealed" in question:
        opened = unsealed(question.pop("sealed"), question["key"])
        question["solution"], question["remarks"] = opened["solution"], opened["remarks"]
    elif "solution" not in question:
        question["solution"] = {"right": [one["id"] for one in question["options"] if one["correct"]]}
        question["credit"] = "all"


def _words_of_form(form: html.HtmlElement) -> dict[str, str]:
    """The words of a question under an empty name, those of each of its parts, and what is said about it."""
    words = {"": " ".join(_text(found) for found in form.xpath(".//legend|.//*[@class='prompt' or @class='gaps']"))}
    words[_REMARKS] = " ".join(_text(found) for found in form.xpath(".//template|.//details"))
    words[_LOOKS] = " ".join(
        [
            *(_text(found) for found in form.xpath(".//*[@class='post-head']")),
            *form.xpath(".//@data-room|.//input/@type"),
        ]
    )
    for name, inside in (
        ("data-option", ".//label|.//*[@class='label']"),
        ("data-item", "."),
        ("data-say", "."),
        ("data-part", ".//*[@class='label']"),
    ):
        for part in form.xpath(f".//*[@{name}]"):
            found = part.xpath(inside)
            if found and part.tag != "span":
                words[part.get(name)] = _text(found[0])
    for option in form.xpath(".//select/option[@value!='']"):
        words[option.get("value")] = _text(option)
    return words


def _words_of_screen(section: html.HtmlElement) -> str:
    """The text of a screen without its questions and without what its rules say, which are compared by themselves."""
    parts = section.xpath(".//text()[not(ancestor::form or ancestor::template or ancestor::dl[@class='facts'])]")
    return " ".join(" ".join(parts).split())


def _text(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def _renamed(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, str]:
    """What has kept its own id in a module of another name."""
    gone, come = old.keys() - new.keys(), new.keys() - old.keys()
    by_id = {key.partition(".")[2]: key for key in come}
    return {key: by_id[key.partition(".")[2]] for key in gone if key.partition(".")[2] in by_id}


def _in_any_order(solution: Mapping[str, Any]) -> dict[str, Any]:
    """A key without what makes no difference: the order of answers, and the number that is shown for a range."""
    kept = {name: value for name, value in solution.items() if name != "value"}
    for name in ("right", "accept"):
        if name in kept:
            kept[name] = sorted(kept[name])
    for name in ("near", "criteria"):
        if name in kept:
            kept[name] = sorted(kept[name], key=lambda one: json.dumps(one, sort_keys=True))
    if "near" in kept:
        kept["near"] = [{**one, "id": ""} for one in kept["near"]]
    return kept


def _shown(rule: str, value: Any) -> str:
    """The value of a rule as an author would say it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value == 0:
        return "any number" if rule == "attempts" else "none"
    return str(value)


def _short(words: str) -> str:
    return words if len(words) <= _MOST_SHOWN else words[: _MOST_SHOWN - 1] + "…"


def _numbers(version: str) -> tuple[int, int, int]:
    found = _VERSION.match(version)
    return (int(found[1]), int(found[2]), int(found[3])) if found else (0, 0, 0)
