"""Matching and sorting.

`{.match}`: items `left => right`; one more `=> right` fits nothing. `{.categorise}`: a list of groups, and below each
what belongs to it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from smac_courses.grading.words import normalised
from smac_courses.model.ids import OPTION_LETTERS
from smac_courses.model.questions import Categorise, Matching, Question, Target
from smac_courses.model.questions import Item as ModelItem
from smac_courses.model.ranks import in_drawn_order, murmur3
from smac_courses.reader.document import CODE_SPAN, Line
from smac_courses.reader.prose import Slot
from smac_courses.reader.questions._desk import Body, Desk, Item, mixed_ids, name_items, read_items

_ARROW = re.compile(r"(?:^|\s+)(?:=>|⇒)(?:\s+|$)")
_OTHER_ARROW = re.compile(r"\s(?:->|-->|→|⟶|==>|<=)\s")
_BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(slots=True)
class _Pair:
    """A thing, and the words of its target."""

    item: Item
    html: Slot | None
    words: Slot
    remark: Slot | None


@dataclass(slots=True)
class PairsBody:
    """Things and their targets; with `is_sorting` the targets are groups."""

    pairs: list[_Pair]
    groups: list[tuple[str, Slot]]
    is_sorting: bool

    def finish(self, common: dict[str, Any]) -> Question:
        """The question. Names and order of its parts say nothing of which belong together."""
        if self.is_sorting:
            targets = [Target(id=own_id, words=words.plain) for own_id, words in self.groups]
            by_words = {words: own_id for own_id, words in ((one.id, one.words) for one in targets)}
        else:
            by_words = _target_ids(common["key"], self.pairs)
            targets = sorted((Target(id=own_id, words=words) for words, own_id in by_words.items()), key=lambda t: t.id)
        ids = mixed_ids(common["key"], [pair.item.id for pair in self.pairs])
        items = [
            ModelItem(
                id=own_id if self.is_sorting else pair.item.id,
                html=pair.html.html,
                target=by_words[pair.words.plain],
                feedback=pair.remark.html if pair.remark else "",
                at=pair.item.at,
            )
            for pair, own_id in zip(self.pairs, ids, strict=True)
            if pair.html
        ]
        if self.is_sorting:
            items = [items[place] for place in _mixed(common["key"], len(items))]
            return Categorise(**common, items=tuple(items), targets=tuple(targets))
        return Matching(**common, items=tuple(items), targets=tuple(targets))


def read_matching(lines: Sequence[Line], desk: Desk) -> Body | None:
    """Items `left => right`."""
    pairs: list[_Pair] = []
    items = read_items(lines, desk)
    for item in items:
        # An arrow in code means what it means there.
        plain = CODE_SPAN.sub(lambda found: "x" * len(found[0]), item.words)
        arrow = _ARROW.search(plain)
        left, right = (item.words[: arrow.start()], item.words[arrow.end() :]) if arrow else (item.words, "")
        if not right:
            hint = "write both sides: - left => right"
            if _OTHER_ARROW.search(plain):
                hint = "write => between the two sides: - left => right"
            desk.report.add("SMAC233", item.at, "an item without a partner", hint=hint)
            continue
        desk.refuse(item.attributes, "an item")
        desk.stray(item)
        html = desk.scope.inline(left, item.text_at) if left else None
        pairs.append(_Pair(item, html, desk.scope.inline(right, item.text_at), desk.remark(item.remark)))
    _check_twins([(pair.item, pair.words.text) for pair in pairs], desk)
    with_left = [pair.item for pair in pairs if pair.html]
    name_items(with_left, desk)
    for pair in pairs:
        if not pair.html:
            pair.item.id = f"x{len(with_left)}{pairs.index(pair)}"
    if len(with_left) < 2:
        desk.lacks("has less than two things to match", "write items: - left => right")
        return None
    return PairsBody(pairs, [], is_sorting=False)


def read_sorting(lines: Sequence[Line], desk: Desk) -> Body | None:
    """Groups, and below each what belongs to it."""
    groups = read_items(lines, desk)
    things = [child for group in groups for child in group.children]
    if len(groups) < 2 or len(things) < 2:
        hint = "write the groups as a list, and below each, indented, what belongs to it"
        desk.lacks("has no groups with things in them", hint)
        return None
    name_items(groups, desk, [f"g{number}" for number in range(1, len(OPTION_LETTERS) + 1)])
    written = [thing.id for thing in things]
    name_items(things, desk)
    for thing, own_id in zip(things, written, strict=True):
        thing.id = own_id
    pairs = []
    _check_twins([(group, group.words) for group in groups], desk, is_same_wrong=True)
    named: list[tuple[str, Slot]] = []
    for group in groups:
        desk.refuse(group.attributes, "a group")
        if group.remark:
            desk.report.add("SMAC212", group.at, "a quote under a group: write it under the things in it")
        slot = desk.scope.inline(group.words, group.text_at)
        named.append((group.id, slot))
        for thing in group.children:
            desk.refuse(thing.attributes, "an item")
            desk.stray(thing)
            pairs.append(_Pair(thing, desk.text(thing.text, thing.text_at), slot, desk.remark(thing.remark)))
    return PairsBody(pairs, named, is_sorting=True)


def _check_twins(targets: list[tuple[Item, str]], desk: Desk, *, is_same_wrong: bool = False) -> None:
    """Two targets that look alike cannot be told apart in a list; with the very same words they are one."""
    seen: dict[str, str] = {}
    for item, words in targets:
        plain = normalised(re.sub(r"[*_`]", "", words)).rstrip(".")
        if plain in seen and (is_same_wrong or seen[plain] != words):
            code = "SMAC233" if is_same_wrong else "SMAC224"
            hint = "write them alike, or make them differ"
            desk.report.add(code, item.at, f"'{words}' and '{seen[plain]}' look like the same", hint=hint)
        seen.setdefault(plain, words)


def _target_ids(key: str, pairs: list[_Pair]) -> dict[str, str]:
    """An id for each target by its words, made from the id of the first thing that belongs to it."""
    ids: dict[str, str] = {}
    for pair in pairs:
        number = murmur3(f"{key}#{pair.item.id}", 0)
        own_id = f"r{_in_base36(number)}"
        while own_id in ids.values():
            number += 1
            own_id = f"r{_in_base36(number)}"
        ids.setdefault(pair.words.plain, own_id)
    return ids


def _in_base36(number: int) -> str:
    digits = ""
    for _ in range(3):
        number, digit = divmod(number, 36)
        digits += _BASE36[digit]
    return digits


def _mixed(key: str, count: int) -> list[int]:
    """Places in an order that depends on the question alone; more things move nothing."""
    names = {f"{key}#{letter}": place for place, letter in enumerate(OPTION_LETTERS)}
    return [names[name] for name in in_drawn_order(names, 0) if names[name] < count]
