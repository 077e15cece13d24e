"""One Markdown file to one `Module`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from smac_courses.diagnostics import Location, Report
from smac_courses.model.blocks import Picture, Track
from smac_courses.model.course import Module, Objective
from smac_courses.model.ids import key_of
from smac_courses.model.languages import has_decimal_comma, letter_room
from smac_courses.reader.assets import AssetShelf
from smac_courses.reader.containers import TABLE_RULE
from smac_courses.reader.context import ReadContext
from smac_courses.reader.document import RULE, Document, Line, Section, read_document
from smac_courses.reader.drafts import (
    Draft,
    FigureDraft,
    JobAidDraft,
    LessonDraft,
    MediaDraft,
    PoolDraft,
    PracticeDraft,
    ProseDraft,
    finished,
    finished_exam,
)
from smac_courses.reader.inserts import is_on, switched_on
from smac_courses.reader.links import Links
from smac_courses.reader.media import KINDS, companions
from smac_courses.reader.paragraphs import begins_afresh, paragraphs
from smac_courses.reader.patience import OutOfPatienceError, patience
from smac_courses.reader.prose import Prose, Scope, Slot
from smac_courses.reader.questions._kinds import NAMED_KINDS
from smac_courses.reader.questions.blanks import has_gap
from smac_courses.reader.questions.choice import is_answer_list, is_option
from smac_courses.reader.quiz import (
    Ids,
    QuestionSettings,
    block_of,
    has_key,
    is_question,
    names_in,
    read_question,
    split_at_rule,
)
from smac_courses.reader.requests import FilmRequest, Request, SizeRequest, picture_size
from smac_courses.reader.schema import check_against, did_you_mean, nearest
from smac_courses.reader.source import Source
from smac_courses.reader.yaml12 import YamlDocument, load_yaml

_FIGURE = re.compile(
    r' {0,3}!\[(?P<alt>[^\]]*)\]\(<?(?P<link>(?<=<)[^<>]+|[^\s<>)]+)>?(?:\s+"(?P<caption>[^"]*)")?\)\s*$'
)
_LESSON_KEYS = ("objective", "policy")
_HTML_TAG = re.compile(r"<(/?)(details|div|aside|section|blockquote|table|ul|ol|dl)\b", re.I)
_CLASSES = ("checklist", "job-aid")
_POOL_KEYS = ("draw", "must_pass", "objective", "policy")


def read_module(
    source: Source,
    shelf: AssetShelf,
    context: ReadContext,
    report: Report,
    *,
    schema: str = "module",
    requests: list[Request] | None = None,
) -> Module | None:
    """The module of a file, or None when its front matter is too broken to go on.

    `schema` names what its front matter is held against: `module`, or `policy`. What is asked of the world outside
    of the text is added to `requests`.
    """
    try:
        with patience():
            document = read_document(source, report)
    except OutOfPatienceError:
        report.add("SMAC107", source.at(1), "the file takes too long to read")
        return None
    if not document.yaml_last:
        return None
    front = load_yaml(source, document.yaml_first, document.yaml_last, report)
    if front is None or not check_against(schema, front, report):
        return None
    reader = _ModuleReader(document, front, shelf, context, report, requests if requests is not None else [])
    try:
        with patience():
            return reader.read()
    except (OutOfPatienceError, RecursionError):
        report.add("SMAC107", reader.place(), "from here on the text takes too long, or is nested too deep")
        return None


class _ModuleReader:
    """Holds what every step of reading one file needs."""

    def __init__(
        self,
        document: Document,
        front: YamlDocument,
        shelf: AssetShelf,
        context: ReadContext,
        report: Report,
        requests: list[Request],
    ) -> None:
        self._source = document.source
        self._front = front
        self._variables = context.variables
        self._context = context
        self._shelf = shelf
        self._report = report
        self._requests = requests
        self._id: str = front.data["id"]
        self._opening, *rest = document.sections
        self._sections, off = switched_on(rest, context.inserts, report)
        self._ids = Ids((section.attributes.id for section in rest), self._source)
        self._links = Links(self._source, self._id, shelf, context, report, requests)
        self._links.switched_off = {section.attributes.id for section in off} - {""}
        self._settings = QuestionSettings(
            context.credit,
            has_decimal_comma(context.language),
            letter_room(context.language),
            lambda words, line: self._variables.fill(words, self._source, line, report),
        )
        self._definitions = (
            *(f"[^{note.label}]: {note.text}" for note in document.footnotes.values()),
            *document.definitions,
        )
        self._pictures: list[Picture] = []
        self._prose = Prose(
            self._source,
            document.footnotes,
            document.definitions,
            self._variables,
            self._links.address,
            self._links.picture,
            report,
        )
        # A source of a part that is switched off waits there for those who switch it on.
        self._prose.cited_elsewhere(line.text for section in off for line in section.lines)

    def read(self) -> Module:
        front = self._front.data
        opening_scope = self._prose.scope(self._id)
        opening: list[Draft] = []
        self._read_lines(self._opening.lines, opening_scope, opening)
        lessons: list[LessonDraft] = []
        pools: list[PoolDraft] = []
        exam_scope: Scope | None = None
        if "exam" in front:
            exam_scope = self._prose.scope(self._id + ".exam")
            self._read_exam(self._sections, exam_scope, pools)
        else:
            self._read_lessons(self._sections, opening_scope, opening, lessons)
        self._prose.render()
        self._links.check()
        return Module(
            id=self._id,
            title=self._filled(front["title"], "title"),
            minutes=front.get("minutes", 0),
            objectives=tuple(
                Objective(id=key, text=self._filled(text, "objectives", key))
                for key, text in front.get("objectives", {}).items()
            ),
            opening=finished(opening, self._id),
            sources=opening_scope.sources,
            lessons=tuple(lesson.finish(self._id) for lesson in lessons),
            exam=finished_exam(pools, self._id, front["exam"], exam_scope.sources) if exam_scope else None,
            review_by=front.get("review_by", ""),
            review_at=self._place("review_by"),
            minutes_at=self._place("minutes"),
            at=self._source.at(1),
            anchors=frozenset(self._links.anchors),
            links=tuple(self._prose.links),
            pictures=(*self._pictures, *self._prose.pictures),
            cross_links=tuple(self._links.to_modules),
            definitions=self._definitions,
            is_on=is_on(front.get("when", ""), self._context.inserts, self._place("when"), self._report),
        )

    def place(self) -> Location:
        """Where the reading has come to."""
        return self._prose.place()

    def _place(self, key: str) -> Location:
        return self._front.place(key) if key in self._front.data else self._source.at(1)

    # -- lines to drafts ------------------------------------------------------------------------------

    def _read_lessons(
        self, sections: list[Section], scope: Scope, blocks: list[Draft], lessons: list[LessonDraft]
    ) -> None:
        job_aid: JobAidDraft | None = None
        for section in sections:
            if section.level == 1:
                self._report.add("SMAC305", section.at, "a heading with one # has no place in a module")
            if job_aid and section.level <= job_aid.level:
                job_aid = None
            if section.level <= 2:
                lesson = self._begin_lesson(section)
                scope, blocks = lesson.scope, lesson.blocks
                lessons.append(lesson)
                self._read_lines(section.lines, scope, blocks)
            elif job_aid is None and "job-aid" in section.attributes.classes:
                job_aid = self._begin_job_aid(section, scope)
                blocks.append(job_aid)
                self._refuse_answers(section, job_aid)
                self._read_lines(section.lines, scope, job_aid.blocks, is_checklist=True)
            elif (lessons or job_aid) and is_question(section):
                self._read_practice(section, scope, blocks, job_aid)
            else:
                self._read_subheading(section, scope, job_aid.blocks if job_aid else blocks)

    def _refuse_answers(self, section: Section, job_aid: JobAidDraft) -> None:
        answer = next((line for line in section.lines if is_option(line) and "(" in line.text[:8]), None)
        if answer:
            related = ((job_aid.at, "the job aid"),)
            self._report.add(
                "SMAC217", self._source.whole(answer.number), "an answer inside a job aid", related=related
            )

    def _begin_lesson(self, section: Section) -> LessonDraft:
        own_id = self._id_of(section, "lesson")
        self._refuse_attributes(section, "a lesson", allowed_keys=_LESSON_KEYS)
        values = section.attributes.values
        scope = self._prose.scope(key_of(self._id, own_id))
        return LessonDraft(
            own_id,
            scope.inline(section.title, section.at),
            scope,
            names_in(values.get("objective", "")),
            names_in(values.get("policy", "")),
            section.at,
        )

    def _begin_job_aid(self, section: Section, scope: Scope) -> JobAidDraft:
        own_id = self._id_of(section, "job aid")
        self._refuse_attributes(section, "a job aid", allowed_classes={"checklist", "job-aid"})
        return JobAidDraft(own_id, scope.inline(section.title, section.at), section.level, section.at)

    def _read_practice(self, section: Section, scope: Scope, blocks: list[Draft], job_aid: JobAidDraft | None) -> None:
        if job_aid:
            related = ((job_aid.at, "the job aid"),)
            self._report.add("SMAC217", section.at, "a question inside a job aid", related=related)
        rest = split_at_rule(section)
        if draft := read_question(section, scope, self._ids, self._source, self._report, self._settings):
            self._links.anchors.add(draft.id)
            blocks.append(PracticeDraft(draft))
        self._read_lines(rest, scope, job_aid.blocks if job_aid else blocks)

    def _read_subheading(self, section: Section, scope: Scope, blocks: list[Draft]) -> None:
        heading_id = self._id_of(section, "heading") if section.attributes.id else ""
        self._refuse_attributes(section, "a heading", allowed_classes={"checklist"})
        heading = scope.inline(section.title, section.at)
        blocks.append(ProseDraft(None, section.at, heading, section.level, heading_id))
        self._read_lines(section.lines, scope, blocks, is_checklist="checklist" in section.attributes.classes)

    def _read_lines(
        self, lines: Sequence[Line], scope: Scope, blocks: list[Draft], *, is_checklist: bool = False
    ) -> None:
        """Prose, with pictures on a line of their own taken out as figures."""
        if not is_checklist and (is_answer_list(lines) or has_key(lines) or has_gap(lines)):
            first = next((one for one in lines if is_option(one) or has_key([one]) or has_gap([one])), lines[0])
            hint = ""
            if "[" in first.text[:8]:
                hint = "put a ### heading above them; for a checklist with ticks, one with {.checklist}"
            self._report.add(
                "SMAC215", self._source.whole(first.number), "answers that belong to no question", hint=hint
            )
        pending: list[Line] = []

        def flush() -> None:
            if slot := block_of(pending, scope, self._source):
                blocks.append(ProseDraft(slot, slot.at))
            pending.clear()

        for paragraph in paragraphs(lines):
            first = paragraph[0]
            if pending and begins_afresh(first, pending):
                flush()  # short runs, so that whatever is found in them has its own line
            joined = " ".join(line.text.strip() for line in paragraph)
            found = None if first.fenced or (pending and first.text[:1].isspace()) else _FIGURE.match(joined)
            if found and not first.text.startswith(("    ", "\t")) and not _is_inside_html(pending):
                flush()
                figure = self._figure(found, paragraph, scope)
                blocks.append(figure or ProseDraft(None, self._source.at(first.number)))
                continue
            rows = [line.text.strip() for line in paragraph if not line.fenced]
            if len(rows) > 1 and all(row.startswith("|") for row in rows) and not any(map(TABLE_RULE.match, rows)):
                self._report.add("SMAC315", self._source.whole(first.number), "a table without a line under its head")
            elif len(rows) > 1 and "|" in rows[0] and TABLE_RULE.match(rows[1]):
                self._check_table(paragraph)
            for line in paragraph:
                is_rule = not line.fenced and RULE.match(line.text)
                if is_rule:
                    flush()  # right under a text, `---` would make a heading of that text
                pending.append(line)
                if is_rule:
                    flush()
        flush()

    def _check_table(self, paragraph: Sequence[Line]) -> None:
        """Cells beyond the head would vanish; a head that does not fit its line is no table at all."""
        head, rule, *rows = [(line.number, _cells(line.text)) for line in paragraph if not line.fenced]
        if head[1] != rule[1]:
            message = f"the head of this table has {head[1]} cells, the line under it {rule[1]}"
            self._report.add("SMAC315", self._source.whole(rule[0]), message, hint="write one --- for each column")
        for number, count in rows if head[1] == rule[1] else ():
            if count > head[1]:
                message = f"this row has {count} cells, the head of the table {head[1]}"
                hint = "give the column a head; a | that is meant as a sign is written \\|"
                self._report.add("SMAC315", self._source.whole(number), message, hint=hint)

    def _figure(self, found: re.Match[str], paragraph: list[Line], scope: Scope) -> FigureDraft | MediaDraft | None:
        first = paragraph[0].number
        at = next(
            self._source.at(line.number, column + 1, column + 1 + len(found["link"]))
            for line in paragraph
            if (column := line.text.find(found["link"])) >= 0
        )
        name = self._links.file(found["link"], at)
        if name is None:
            return None
        whole = self._source.whole(first)
        alt = self._variables.fill(found["alt"], self._source, first, self._report).strip()
        caption = scope.inline(found["caption"], self._source.at(first)) if found["caption"] else None
        file = self._shelf.file_of(name)
        assert file is not None  # noqa: S101 - it was taken a moment ago
        self._pictures.append(Picture(alt=alt, at=whole))
        if file.suffix.lower() in KINDS:
            return self._media(name, file, alt, caption, whole)
        size = picture_size(file)
        self._requests.append(SizeRequest(name, size))
        return FigureDraft(name, alt, caption, size, whole)

    def _media(self, name: str, file: Path, title: str, caption: Slot | None, at: Location) -> MediaDraft:
        self._requests.append(FilmRequest())
        beside = companions(file, self._context.language, self._shelf.root, self._report)
        tracks = [
            Track(language=language, asset=asset.name)
            for language, path in beside.captions
            if (asset := self._shelf.take(path.name, path.parent, at))
        ]
        poster = self._shelf.take(beside.poster.name, beside.poster.parent, at) if beside.poster else None
        return MediaDraft(name, title, caption, beside.transcript, tuple(tracks), poster.name if poster else "", at)

    def _read_exam(self, sections: list[Section], scope: Scope, pools: list[PoolDraft]) -> None:
        for section in sections:
            if section.level == 1:
                self._report.add("SMAC305", section.at, "a heading with one # has no place in a module")
            if section.level <= 2:
                pools.append(self._pool(section))
                stray = next((line for line in section.lines if not line.blank), None)
                if stray:
                    self._report.add(
                        "SMAC213", self._source.whole(stray.number), "text in a pool belongs to no question"
                    )
            elif not pools:
                self._report.add("SMAC214", section.at, "a question stands before the first pool")
            else:
                rest = split_at_rule(section)
                stray = next((line for line in rest if not line.blank), None)
                if stray:
                    self._report.add(
                        "SMAC213", self._source.whole(stray.number), "text in a pool belongs to no question"
                    )
                draft = read_question(section, scope, self._ids, self._source, self._report, self._settings)
                if draft and draft.is_unscored:
                    message = f"question '{section.title}' cannot be right or wrong, and stands in an exam"
                    self._report.add("SMAC236", section.at, message)
                elif draft:
                    pools[-1].questions.append(draft)

    def _pool(self, section: Section) -> PoolDraft:
        attributes = section.attributes
        self._refuse_attributes(section, "a pool", allowed_keys=_POOL_KEYS)
        title = self._variables.fill(section.title, self._source, section.at.line, self._report)
        numbers = {"draw": 0, "must_pass": 0}
        for key, limit in (("draw", 1000), ("must_pass", 100)):
            text = attributes.values.get(key, "")
            if text and not (text.isascii() and text.isdigit() and len(text) < 5 and 1 <= int(text) <= limit):
                self._report.add(
                    "SMAC210",
                    attributes.places[key],
                    f"{key} cannot be '{text}'",
                    hint=f"write a whole number from 1 to {limit}",
                )
            elif text:
                numbers[key] = int(text)
        own_id = self._ids.take(section, "pool", self._report)
        return PoolDraft(
            own_id,
            title,
            numbers["draw"],
            numbers["must_pass"],
            names_in(attributes.values.get("objective", "")),
            names_in(attributes.values.get("policy", "")),
            section.at,
            self._source.lines[section.at.line - 1],
        )

    def _id_of(self, section: Section, what: str) -> str:
        own_id = self._ids.take(section, what, self._report)
        self._links.anchors.add(own_id)
        return own_id

    def _refuse_attributes(
        self,
        section: Section,
        what: str,
        *,
        allowed_keys: Sequence[str] = (),
        allowed_classes: frozenset[str] | set[str] = frozenset(),
    ) -> None:
        attributes = section.attributes
        for key in attributes.values.keys() - set(allowed_keys):
            known = (*allowed_keys, "when")
            hint = did_you_mean(key, known) if allowed_keys else f"{what} can have an id only: {{#id}}"
            self._report.add("SMAC131", attributes.places[key], f"'{key}' means nothing on {what}", hint=hint)
        for name in set(attributes.classes) - allowed_classes:
            hint = f"{what} can have an id only: {{#id}}"
            if close := nearest(name.replace("_", "-").lower(), (*_CLASSES, *NAMED_KINDS)):
                hint = f"did you mean .{close}? It belongs on a heading with three # or more"
            self._report.add("SMAC131", attributes.places["." + name], f"'.{name}' means nothing on {what}", hint=hint)

    def _filled(self, text: str, *path: str) -> str:
        return self._variables.fill(text, self._source, self._front.place(*path).line, self._report)


def _cells(row: str) -> int:
    """How many cells a row of a table has; code spans and \\| hide their signs."""
    plain = re.sub(r"`[^`]*`|\\\|", "x", row.strip())
    return len(plain.removeprefix("|").removesuffix("|").split("|"))


def _is_inside_html(lines: Sequence[Line]) -> bool:
    """Whether an element that was opened in these lines is still open: a picture there stays where it is."""
    tags = [tag for line in lines if not line.fenced for tag in _HTML_TAG.findall(line.text)]
    return sum(-1 if end else 1 for end, _ in tags) > 0
