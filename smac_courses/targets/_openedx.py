"""What both Open edX targets share: the tree of a course, its HTML with the platform's addresses, its policies.

Sources: the importer of openedx-platform (Teak), tried; what it demands beyond its documentation is said at its place.
"""

from __future__ import annotations

import json
import re
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from html import escape, unescape
from typing import Any

from lxml import etree

from smac_courses.html.blocks import blocks_html
from smac_courses.html.markup import Strings, filled, fragment, text
from smac_courses.model.blocks import Block, Media, Practice
from smac_courses.model.course import Course, Lesson, Module
from smac_courses.model.ids import slug
from smac_courses.model.languages import direction
from smac_courses.package import Package
from smac_courses.player import bundle
from smac_courses.targets._xml import xml_text
from smac_courses.targets.base import EmitContext

STYLE = "smac.css"
SCOPE = "smac"
EXAM_FORMAT = "Exam"
# Without a start the platform shows a course to nobody before 2030; some tools want an end, too.
_LONG_AGO, _FAR_AWAY = "2020-01-01", "2099-12-31"
IMAGE = "course_image.png"
_IMAGE_SIZE = 378, 225  # pixels, as the platform's cards show it
_LINK = re.compile(r'((?:src|href|poster)=")(assets/|#)([^"]*)"')
_TAG = re.compile(r'<[a-z](?:[^<>"]|"[^"]*")*>')
_ID = re.compile(r'\bid="([^"]+)"')
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9._-]+")

# Elements for the questions of a lesson or of an exam, in the vertical that they stand in.
Questions = Callable[["Unit"], None]


def url_name(key: str) -> str:
    """The name for life of a block. Ids of authors have no underscore, so no two keys become one name, and two
    underscores stand in names that are made here.
    """
    return key.replace(".", "_")


@dataclass(slots=True)
class Unit:
    """A vertical that is being filled."""

    olx: Olx
    element: etree._Element
    name: str
    count: int = 0

    def html(self, html: str, title: str) -> None:
        """Add a text. What is empty leaves no block behind."""
        if not html.strip():
            return
        self.count += 1
        self.olx.html(self.element, f"{self.name}__text{self.count}", title, html, self.name)


class Olx:
    """A course as OLX.

    `practice` and `exam` add what a learner answers, `afterwards` what stands behind the exam; `sequential` gives
    more settings for the exam's subsection. `modules` are the advanced blocks that Studio must know.
    """

    def __init__(
        self,
        course: Course,
        context: EmitContext,
        *,
        practice: Callable[[Unit, Practice], None],
        exam: Callable[[Unit, Module], None],
        modules: tuple[str, ...],
        sequential: Callable[[Module], dict[str, str]] = lambda _: {},
        afterwards: Callable[[Unit], None] | None = None,
    ) -> None:
        self.course = course
        self.strings: Strings = bundle.locale(course.language).page
        self.package = Package()
        self.run = course.open_edx.run or "1"
        self._context = context
        self._practice, self._exam = practice, exam
        self._modules = modules
        self._sequential = sequential
        self._afterwards = afterwards
        self._headings: set[str] = set()
        self._places = dict(self._anchors())

    def emit(self) -> Package:
        """Every file."""
        course, own = self.course, self.course.open_edx
        org = own.org or slug_of(course.company) or "Org"
        number = own.number or course.id
        root = etree.Element("course", url_name=self.run, org=org, course=number)
        # First, so that it is the first file of the archive.
        self.package.add("course.xml", _document(root))
        top = etree.Element("course")
        for module in course.modules:
            etree.SubElement(top, "chapter", url_name=f"{module.id}__chapter")
            self._chapter(module)
        self.package.add(f"course/{self.run}.xml", _document(top))
        self._policies()
        self._about()
        self.package.add(f"static/{STYLE}", bundle.block_style(f".{SCOPE}").encode())
        self.package.add(f"static/{IMAGE}", _plain_image(course.brand.primary or bundle.tokens()["light"]["brand"]))
        for asset in course.assets:
            self.package.add(f"static/{asset.name}", asset.source)
        about = {
            "course": course.id,
            "title": course.title,
            "version": course.version,
            "generator": self._context.generator,
            "content_digest": self.package.digest(),
        }
        self.package.add("static/smac.json", _json(about))
        return self.package

    # -- the tree ---------------------------------------------------------------------------------------

    def _chapter(self, module: Module) -> None:
        chapter = etree.Element("chapter", display_name=title_of(module.title))
        if module.exam:
            self._sequential_of(
                chapter, f"{module.id}__exam", module.title, lambda unit: self._exam(unit, module), module
            )
            if (afterwards := self._afterwards) and self.course.open_edx.certificate:
                title = bundle.locale(self.course.language).certificate["certificate_title"]
                self._sequential_of(chapter, f"{module.id}__certificate", title, afterwards)
        else:
            if module.opening or module.objectives:
                name = f"{module.id}__opening"
                self._sequential_of(chapter, name, module.title, lambda unit: self._opening(unit, module))
            for lesson in module.lessons:
                self._sequential_of(
                    chapter,
                    url_name(lesson.key),
                    lesson.plain_title,
                    lambda unit, lesson=lesson: self._lesson(unit, lesson),  # type: ignore[misc]  # bound at once
                )
        self.package.add(f"chapter/{module.id}__chapter.xml", _document(chapter))

    def _sequential_of(
        self, chapter: etree._Element, name: str, title: str, fill: Callable[[Unit], None], exam: Module | None = None
    ) -> None:
        """A subsection with one unit, to which links lead: the platform finds a place by its name, whatever it is."""
        etree.SubElement(chapter, "sequential", url_name=f"{name}__seq")
        attributes = {"display_name": title_of(title)}
        if exam:
            attributes |= {"graded": "true", "format": EXAM_FORMAT}
            if due := self.course.open_edx.due:
                attributes["due"] = f"{due}T23:59:59Z"
            attributes |= self._sequential(exam)
        sequential = etree.Element("sequential", attributes)
        etree.SubElement(sequential, "vertical", url_name=name)
        vertical = etree.Element("vertical", display_name=title_of(title))
        fill(Unit(self, vertical, name))
        self.package.add(f"sequential/{name}__seq.xml", _document(sequential))
        self.package.add(f"vertical/{name}.xml", _document(vertical))

    def _opening(self, unit: Unit, module: Module) -> None:
        self._blocks(unit, module.opening, module.title)
        if module.objectives:
            goals = "".join(f"<li>{text(one.text)}</li>" for one in module.objectives)
            title = text(self.strings["objectives"])
            unit.html(f'<div class="goals"><h3>{title}</h3><ul>{goals}</ul></div>', self.strings["objectives"])
        unit.html(self.sources(module.sources), self.strings["sources"])

    def _lesson(self, unit: Unit, lesson: Lesson) -> None:
        self._blocks(unit, lesson.blocks, lesson.plain_title)
        unit.html(self.sources(lesson.sources), self.strings["sources"])

    def _blocks(self, unit: Unit, blocks: Iterable[Block], title: str) -> None:
        """Texts between questions and films, each as one block."""
        pending: list[Block] = []

        def flush() -> None:
            unit.html(blocks_html(pending, self.strings), title)
            pending.clear()

        for block in blocks:
            match block:
                case Practice():
                    flush()
                    self._practice(unit, block)
                case Media(kind="video"):
                    flush()
                    self._video(unit, block)
                case _:
                    pending.append(block)
        flush()

    def sources(self, notes: str) -> str:
        """The footnotes of a lesson or of an exam."""
        if not notes:
            return ""
        return f'<div class="sources"><h3>{text(self.strings["sources"])}</h3>{fragment(notes, self.strings)}</div>'

    def html(self, parent: etree._Element, name: str, title: str, html: str, unit: str) -> None:
        """A block of HTML in files of its own: the platform wants a pointer, settings, and the text."""
        etree.SubElement(parent, "html", url_name=name)
        settings = etree.Element("html", filename=name, display_name=title_of(title), editor="raw")
        self.package.add(f"html/{name}.xml", _document(settings))
        style = f'<link rel="stylesheet" href="/static/{STYLE}">'
        body = self.addresses(_for_the_platform(html), unit)
        language = escape(self.course.language)
        self.package.add(
            f"html/{name}.html",
            f'{style}\n<div class="{SCOPE}" lang="{language}" dir="{direction(language)}">\n{body}\n</div>\n'.encode(),
        )

    def block(self, parent: etree._Element, name: str, element: etree._Element) -> None:
        """A block with a file of its own, in which every space stays where it is."""
        tag = str(element.tag)
        etree.SubElement(parent, tag, url_name=name)
        self.package.add(f"{tag}/{name}.xml", etree.tostring(element, encoding="UTF-8") + b"\n")

    def _video(self, unit: Unit, media: Media) -> None:
        unit.count += 1
        name = f"{unit.name}__video{unit.count}"
        etree.SubElement(unit.element, "video", url_name=name)
        address = f"/static/{media.asset}"
        tracks = {track.language: _srt_name(track.asset) for track in media.tracks}
        element = etree.Element(
            "video",
            display_name=title_of(media.title or unit.name),
            html5_sources=json.dumps([address]),
            youtube_id_1_0="",
            sub="",
            transcripts=json.dumps(tracks),
            download_video="true",
            download_track="true",
        )
        etree.SubElement(element, "source", src=address)
        for track in media.tracks:
            srt = _srt_name(track.asset)
            etree.SubElement(element, "transcript", language=track.language, src=srt)
            source = next(asset.source for asset in self.course.assets if asset.name == track.asset)
            if f"static/{srt}" not in self.package.files:
                self.package.add(f"static/{srt}", srt_of(source.read_text("utf-8")).encode())
        self.package.add(f"video/{name}.xml", _document(element))
        if media.caption or media.transcript:
            words = text(self.strings["transcript"])
            transcript = f"<details><summary>{words}</summary>{media.transcript}</details>" if media.transcript else ""
            unit.html(f"<p>{fragment(media.caption, self.strings)}</p>{transcript}", media.title or unit.name)

    # -- addresses --------------------------------------------------------------------------------------

    def addresses(self, html: str, unit: str) -> str:
        """Links to files and places as the platform has them; places of the same unit stay as they are."""

        def moved(found: re.Match[str]) -> str:
            if found[2] == "assets/":
                return f'{found[1]}/static/assets/{found[3]}"'
            place = self._places.get(found[3])
            if place is None or (place == unit and found[3] in self._headings):
                return found[0]
            return f'{found[1]}/jump_to_id/{place}" target="_top"'

        return _TAG.sub(lambda tag: _LINK.sub(moved, tag[0]), html)

    def place_of(self, anchor: str) -> str:
        """The name of the unit in which an anchor of the course stands, or an empty text."""
        return self._places.get(anchor, "")

    def _anchors(self) -> Iterator[tuple[str, str]]:
        """Everything that a link can lead to, with the unit that it stands in."""
        for module in self.course.modules:
            if module.exam:
                yield from ((name, f"{module.id}__exam") for name in ("_exam", module.id))
                continue
            first = url_name(module.lessons[0].key) if module.lessons else module.id
            opening = f"{module.id}__opening" if module.opening or module.objectives else first
            yield module.id, opening
            yield from ((anchor, opening) for anchor in self._ids_in(module.opening))
            for lesson in module.lessons:
                unit = url_name(lesson.key)
                yield lesson.key, unit
                yield from ((anchor, unit) for anchor in self._ids_in(lesson.blocks))

    def _ids_in(self, blocks: tuple[Block, ...]) -> Iterator[str]:
        """What a link can lead to in some blocks; questions become blocks of their own, with other ids."""
        for block in blocks:
            found = _ID.findall(blocks_html([block], self.strings, with_remarks=False))
            if not isinstance(block, Practice):
                self._headings.update(found)
            yield from found

    # -- policies ---------------------------------------------------------------------------------------

    def _policies(self) -> None:
        course, own = self.course, self.course.open_edx
        exam = course.exam
        policy: dict[str, Any] = {
            "display_name": course.title,
            "language": course.language.split("-")[0],
            "start": f"{own.start or _LONG_AGO}T00:00:00Z",
            "end": f"{own.end or _FAR_AWAY}T23:59:59Z",
            "course_image": IMAGE,
            "self_paced": own.self_paced,
            "advanced_modules": list(self._modules),
            "cert_html_view_enabled": own.certificate,
        }
        if not own.self_paced:
            policy["certificates_display_behavior"] = "early_no_info"
        if exam and exam.rules.time_limit_minutes and self._is_timed():
            policy["enable_timed_exams"] = True
        if own.certificate and exam:
            policy["certificates"] = {"certificates": [self._certificate()]}
        self.package.add(f"policies/{self.run}/policy.json", _json({f"course/{self.run}": policy}))
        grader = {"type": EXAM_FORMAT, "short_label": "Ex", "min_count": 1, "drop_count": 0, "weight": 1.0}
        passing = exam.rules.pass_percent / 100 if exam else 0.5
        grading = {"GRADER": [grader], "GRADE_CUTOFFS": {"Pass": passing}}
        self.package.add(f"policies/{self.run}/grading_policy.json", _json(grading))

    def _is_timed(self) -> bool:
        modules = (module for module in self.course.modules if module.exam)
        return any("is_time_limited" in self._sequential(module) for module in modules)

    def _certificate(self) -> dict[str, Any]:
        return {
            "id": 1,
            "name": self.course.title,
            "description": self.course.description or self.course.title,
            "course_title": self.course.title,
            "is_active": True,
            "version": 1,
            "editing": False,
            "signatories": [],
        }

    def _about(self) -> None:
        course = self.course
        words = text(course.description or course.title)
        goals = "".join(f"<li>{text(one.text)}</li>" for module in course.modules for one in module.objectives)
        listed = f"<h2>{text(self.strings['objectives'])}</h2><ul>{goals}</ul>" if goals else ""
        self.package.add("about/overview.html", f'<section class="about"><p>{words}</p>{listed}</section>\n'.encode())
        self.package.add("about/short_description.html", f"{words}\n".encode())
        minutes = sum(module.minutes for module in course.modules)
        if minutes:
            self.package.add("about/effort.html", f"{filled(self.strings['minutes'], minutes=minutes)}\n".encode())


def _plain_image(colour: str) -> bytes:
    """A PNG of one colour: the card of a course without a picture of its own."""
    width, height = _IMAGE_SIZE
    palette = bytes.fromhex(colour.removeprefix("#"))
    row = b"\0" + bytes(-(-width // 8))
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 3, 0, 0, 0)),
        (b"PLTE", palette),
        # Stored, not compressed: libraries differ in how they press.
        (b"IDAT", zlib.compress(row * height, 0)),
        (b"IEND", b""),
    )
    chunks = (
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def slug_of(words: str) -> str:
    """Words as a name in keys of the platform: letters, digits, points and hyphens."""
    ascii_words = _NOT_IN_A_NAME.sub("-", words).strip("-.")
    return ascii_words[:60] or slug(words)[:60]


def srt_of(vtt: str) -> str:
    """Captions as SRT, the only kind of transcript that the platform reads."""
    cues: list[str] = []
    for part in re.split(r"\n\s*\n", vtt.replace("\r\n", "\n").removeprefix("\ufeff")):
        lines = part.strip().split("\n")
        at = next((number for number, line in enumerate(lines) if "-->" in line), None)
        if at is None or re.match(r"(?:NOTE|STYLE|REGION)(?:\s|$)", lines[0]):
            continue
        begin, _, end = (one.strip() for one in lines[at].partition("-->"))
        words = unescape(re.sub(r"<[^>]*>", "", "\n".join(lines[at + 1 :])))
        cues.append(f"{len(cues) + 1}\n{_srt_time(begin)} --> {_srt_time(end.split()[0])}\n{words}\n")
    return "\n".join(cues)


def _srt_time(moment: str) -> str:
    hours = moment if moment.count(":") == 2 else f"00:{moment}"
    return hours.replace(".", ",")


def _srt_name(asset: str) -> str:
    return asset.rpartition("/")[2].rpartition(".")[0] + ".srt"


def _for_the_platform(html: str) -> str:
    """Without what needs the script of the player: a button that prints a job aid."""
    return re.sub(r'<p class="actions needs-script">.*?</p>', "", html, flags=re.S)


def _document(root: etree._Element) -> bytes:
    etree.indent(root, "  ")
    return etree.tostring(root, encoding="UTF-8") + b"\n"


def title_of(words: str) -> str:
    """A title as an attribute: what looks like JSON there is read as JSON."""
    words = xml_text(words)
    try:
        json.loads(words)
    except ValueError:
        return words
    return json.dumps(words, ensure_ascii=False)


def _json(value: Any) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()
