"""What a lesson is made of, in the order of reading."""

from __future__ import annotations

from dataclasses import dataclass

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
class Practice:
    """One ungraded question inside a lesson. The lesson is done only after it was answered."""

    question: Question
    at: Location


Block = Prose | Figure | Practice
