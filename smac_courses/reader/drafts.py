"""Parts of a module whose texts wait to be rendered. `finish()` makes the values of the model, afterwards."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from smac_courses.diagnostics import Location
from smac_courses.model.blocks import Block, Figure, JobAid, Media, Practice, Prose, Track
from smac_courses.model.course import Exam, Lesson, Pool
from smac_courses.model.ids import key_of
from smac_courses.model.rules import EXTRA_TIME, Rules
from smac_courses.reader.media import KINDS
from smac_courses.reader.prose import Scope, Slot
from smac_courses.reader.quiz import QuestionDraft


@dataclass(slots=True)
class ProseDraft:
    """Paragraphs, or a heading; both empty where something was reported instead."""

    body: Slot | None
    at: Location
    heading: Slot | None = None
    level: int = 0
    heading_id: str = ""

    def finish(self, module_id: str) -> Prose:
        """The block of the model."""
        html = self.body.html if self.body else ""
        if self.heading:
            anchor = f' id="{key_of(module_id, self.heading_id)}"' if self.heading_id else ""
            html = f"<h{self.level}{anchor}>{self.heading.html}</h{self.level}>{html}"
        return Prose(html=html, at=self.at)


@dataclass(slots=True)
class FigureDraft:
    """A picture on a line of its own."""

    asset: str
    alt: str
    caption: Slot | None
    size: tuple[int, int]
    at: Location

    def finish(self, module_id: str) -> Figure:
        """The block of the model."""
        caption = self.caption.html if self.caption else ""
        width, height = self.size
        return Figure(asset=self.asset, alt=self.alt, caption=caption, width=width, height=height, at=self.at)


@dataclass(slots=True)
class MediaDraft:
    """A film or a recording."""

    asset: str
    title: str
    caption: Slot | None
    transcript: str
    tracks: tuple[Track, ...]
    poster: str
    at: Location

    def finish(self, module_id: str) -> Media:
        """The block of the model."""
        return Media(
            kind=KINDS[Path(self.asset).suffix.lower()],
            asset=self.asset,
            title=self.title,
            caption=self.caption.html if self.caption else "",
            poster=self.poster,
            tracks=self.tracks,
            transcript=self.transcript,
            at=self.at,
        )


@dataclass(slots=True)
class PracticeDraft:
    """A question inside a lesson."""

    question: QuestionDraft

    def finish(self, module_id: str) -> Practice:
        """The block of the model."""
        return Practice(question=self.question.finish(module_id), at=self.question.section.at)


@dataclass(slots=True)
class JobAidDraft:
    """A part that learners take along."""

    id: str
    title: Slot
    level: int
    at: Location
    blocks: list[Draft] = field(default_factory=list)

    def finish(self, module_id: str) -> JobAid:
        """The block of the model."""
        return JobAid(
            key=key_of(module_id, self.id),
            title=self.title.html,
            plain_title=self.title.plain,
            level=self.level,
            blocks=finished(self.blocks, module_id),
            at=self.at,
        )


Draft = ProseDraft | FigureDraft | MediaDraft | PracticeDraft | JobAidDraft


@dataclass(slots=True)
class LessonDraft:
    """A lesson, and the scope that its footnotes share."""

    id: str
    title: Slot
    scope: Scope
    objectives: tuple[str, ...]
    clauses: tuple[str, ...]
    at: Location
    blocks: list[Draft] = field(default_factory=list)

    def finish(self, module_id: str) -> Lesson:
        """The lesson of the model."""
        return Lesson(
            id=self.id,
            key=key_of(module_id, self.id),
            title=self.title.html,
            plain_title=self.title.plain,
            blocks=finished(self.blocks, module_id),
            sources=self.scope.sources,
            objectives=self.objectives,
            clauses=self.clauses,
            at=self.at,
        )


@dataclass(slots=True)
class PoolDraft:
    """A pool of an exam. `draw` is 0 for all of its questions; what it is about counts for those that do not say."""

    id: str
    title: str
    draw: int
    must_pass: int
    objectives: tuple[str, ...]
    clauses: tuple[str, ...]
    at: Location
    markdown: str = ""
    questions: list[QuestionDraft] = field(default_factory=list)

    def finish(self, module_id: str) -> Pool:
        """The pool of the model."""
        return Pool(
            id=self.id,
            title=self.title,
            questions=tuple(
                question.finish(module_id, self.objectives, self.clauses, self.id) for question in self.questions
            ),
            draw=self.draw or len(self.questions),
            must_pass=self.must_pass,
            at=self.at,
            objectives=self.objectives,
            clauses=self.clauses,
            markdown=self.markdown,
        )


def finished(drafts: Iterable[Draft], module_id: str) -> tuple[Block, ...]:
    """Blocks of the model, in the same order."""
    return tuple(draft.finish(module_id) for draft in drafts)


def finished_exam(pools: Iterable[PoolDraft], module_id: str, rules: dict[str, Any], sources: str) -> Exam:
    """The exam of the model; `rules` are those of the front matter."""
    if "extra_time" in rules:
        rules = {**rules, "extra_time": tuple(sorted({EXTRA_TIME[name] for name in rules["extra_time"]}))}
    return Exam(pools=tuple(pool.finish(module_id) for pool in pools), rules=Rules(**rules), sources=sources)
