"""Putting things in order: a numbered list under `{.order}`; and a scale: a list under `{.likert}`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from smac_courses.model.questions import MAX_OPTIONS, Likert, Ordering, Question
from smac_courses.model.questions import Option as ModelOption
from smac_courses.reader.document import Line
from smac_courses.reader.prose import Slot
from smac_courses.reader.questions._desk import Body, Desk, Item, mixed_ids, name_items, read_items

_USUAL_SCALE = ("1", "2", "3", "4", "5")


@dataclass(slots=True)
class _Part:
    item: Item
    html: Slot
    remark: Slot | None


@dataclass(slots=True)
class OrderBody:
    """Things in their right order."""

    parts: list[_Part]

    def finish(self, common: dict[str, Any]) -> Question:
        """The question."""
        ids = mixed_ids(common["key"], [part.item.id for part in self.parts])
        options = (_option(part, own_id, correct=True) for part, own_id in zip(self.parts, ids, strict=True))
        return Ordering(**common, options=tuple(options))


@dataclass(slots=True)
class LikertBody:
    """The steps of a scale; none for the usual one."""

    parts: list[_Part]

    def finish(self, common: dict[str, Any]) -> Question:
        """The question."""
        if self.parts:
            return Likert(**common, options=tuple(_option(part, part.item.id, correct=False) for part in self.parts))
        usual = (ModelOption(id=name, html="", correct=False, feedback="", at=common["at"]) for name in _USUAL_SCALE)
        return Likert(**common, options=tuple(usual))


def read_order(lines: Sequence[Line], desk: Desk) -> Body | None:
    """The things of a numbered list, in the right order."""
    items = read_items(lines, desk)
    if not items or any(item.number is None for item in items):
        desk.lacks("has no numbered list to put in order", "write the things in their right order: 1. … 2. …")
        return None
    if len(items) == 1:
        desk.lacks("has only one thing to put in order", "add what comes before or after it")
        return None
    numbers = [item.number or 0 for item in items]
    if len(set(numbers)) > 1 and numbers != sorted(set(numbers)):
        hint = "the order in which they stand is the right one: number them 1, 2, 3 …"
        desk.lacks("has numbers that do not rise", hint)
    if len(items) > MAX_OPTIONS:
        desk.lacks(f"has more than {MAX_OPTIONS} things", "leave some out")
        return None
    written = [item.id for item in items]
    name_items(items, desk)
    for item, own_id in zip(items, written, strict=True):
        item.id = own_id
    return OrderBody(_parts(items, desk))


def read_likert(lines: Sequence[Line], desk: Desk) -> Body | None:
    """A scale from one end to the other."""
    items = read_items(lines, desk)
    if len(items) == 1:
        desk.lacks("has a scale of one step", "write at least two, or none for the usual scale from 1 to 5")
        return None
    name_items(items, desk)
    return LikertBody(_parts(items, desk))


def _parts(items: Sequence[Item], desk: Desk) -> list[_Part]:
    parts = []
    for item in items:
        desk.refuse(item.attributes, "an answer")
        desk.stray(item)
        parts.append(_Part(item, desk.text(item.text, item.text_at), desk.remark(item.remark)))
    return parts


def _option(part: _Part, own_id: str, *, correct: bool) -> ModelOption:
    remark = part.remark.html if part.remark else ""
    return ModelOption(id=own_id, html=part.html.html, correct=correct, feedback=remark, at=part.item.at)
