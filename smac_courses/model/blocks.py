"""What a lesson is made of, in the order of reading."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from smac_courses.diagnostics import Location
from smac_courses.model.questions import Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Prose:
    """Running text as a sanitised HTML fragment; asset links are paths inside a package."""

    html: str
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A picture on a line of its own. `asset` is the name of an `Asset`; sizes are CSS pixels, 0 if unknown."""

    asset: str
    alt: str
    caption: str  # sanitised inline HTML, may be empty
    width: int
    height: int
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """Captions of a film or a recording. `language` is a tag such as `en`; `asset` is the name of a VTT file."""

    language: str
    asset: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A film or a recording. `title` names it for screen readers; `poster` is the name of a picture, or empty."""

    kind: Literal["video", "audio"]
    asset: str
    title: str
    caption: str  # sanitised inline HTML, may be empty
    poster: str
    tracks: tuple[Track, ...]
    transcript: str  # sanitised HTML, may be empty
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class JobAid:
    """A part of a lesson that a learner takes along: a checklist, a table, a plan. It can be printed alone."""

    key: str
    title: str  # sanitised inline HTML
    plain_title: str
    level: int
    blocks: tuple[Block, ...]
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkText:
    """A link in an author's text: the words that a reader can click."""

    words: str
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture in an author's text or on a line of its own: what stands for it where it is not seen."""

    alt: str
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossLink:
    """A link to another module, to its opening page or to something in it that has an id."""

    module: str
    anchor: str
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """One ungraded question inside a lesson. The lesson is done only after it was answered."""

    question: Question
    at: Location


Block = Prose | Figure | Media | JobAid | Practice
