"""What reading a module needs to know of the program and the course around it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from smac_courses.model.questions import Credit
from smac_courses.reader.variables import Variables


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherModule:
    """A module that another one links to."""

    id: str
    is_exam: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadContext:
    """`inserts` says of each insert whether it is switched on; `credit` is the program's rule.

    `other_module` knows the file of any module.
    """

    variables: Variables
    inserts: Mapping[str, bool] = field(default_factory=dict)
    language: str = "en"
    credit: Credit = "all"
    other_module: Callable[[Path], OtherModule | None] = lambda _: None
