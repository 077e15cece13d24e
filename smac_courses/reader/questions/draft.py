"""A post to write: a list of what it has to meet, each item with its test in braces.

- Says in its first line that it is paid for {first-line="#ad, #sponsored, paid partnership"}
  > A reader must not have to look for it.
- Names no secret {never="Project Falcon, Contoso"}
- Describes its picture {alt-text=20}
- Fits into 280 characters {length=280}
- Writes hashtags so that they can be read out {.camel-case}
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from smac_courses.diagnostics import Location
from smac_courses.grading.words import holds, normalised
from smac_courses.model.questions import Criterion, PostDraft, Question, Test
from smac_courses.reader.document import Line
from smac_courses.reader.prose import Slot
from smac_courses.reader.questions._desk import MAX_POINTS, Body, Desk, Item, name_items, read_items

_WORDS = ("first-line", "contains", "never")
_LENGTHS = ("alt-text", "length")
_FLAGS = ("camel-case",)
_LENGTH = re.compile(r"(?:(?P<least>\d{1,5})\.\.)?(?P<number>\d{1,5})")
_ALLOWED = ("points", *_WORDS, *_LENGTHS, *("." + flag for flag in _FLAGS))
_USUAL_ROOM = 500
_MOST_ROOM = 3_000
MOST_LETTERS_OF_AN_ALT_TEXT = 150
_MOST_ALT = 125
_NO_LIMIT = 99_999


@dataclass(slots=True)
class _Draft:
    item: Item
    html: Slot
    remark: Slot | None
    test: Test
    words: tuple[str, ...]
    least: int
    most: int
    points: int


@dataclass(slots=True)
class DraftBody:
    """The criteria, and how long a post may be."""

    criteria: list[_Draft]
    room: int
    alt_room: int

    def finish(self, common: dict[str, Any]) -> Question:
        """The points of the criteria are those of the question, unless its heading says otherwise."""
        criteria = tuple(
            Criterion(
                id=one.item.id,
                html=one.html.html,
                test=one.test,
                words=one.words,
                least=one.least,
                most=one.most,
                points=one.points,
                feedback=one.remark.html if one.remark else "",
                at=one.item.at,
            )
            for one in self.criteria
        )
        points = common["points"] or min(sum(one.points for one in criteria), MAX_POINTS)
        return PostDraft(**{**common, "points": points}, criteria=criteria, room=self.room, alt_room=self.alt_room)


def read_draft(lines: Sequence[Line], desk: Desk, room: int) -> Body | None:
    """The criteria of a post; `room` is 0 where its heading gives no `max`."""
    items = read_items(lines, desk)
    name_items(items, desk)
    criteria = [one for item in items if (one := _criterion(item, desk))]
    if not items:
        desk.lacks("has no criteria", 'write a list: - Says that it is paid for {first-line="#ad, #sponsored"}')
    if not criteria:
        return None
    _check_together(criteria, desk)
    longest = max((one.most for one in criteria if one.test == "length"), default=0)
    usual = min(longest + longest // 4, _MOST_ROOM) if longest else _USUAL_ROOM
    _check_lengths(criteria, room or usual, desk)
    return DraftBody(criteria, desk.room(room or usual), desk.room(MOST_LETTERS_OF_AN_ALT_TEXT))


def _criterion(item: Item, desk: Desk) -> _Draft | None:
    attributes = item.attributes
    desk.refuse(attributes, "a criterion", _ALLOWED)
    desk.stray(item)
    tests: list[Test] = [name for name in (*_WORDS, *_LENGTHS) if name in attributes.values]  # type: ignore[misc]  # they are the names of tests
    tests += [name for name in _FLAGS if name in attributes.classes]  # type: ignore[misc]
    if len(tests) != 1:
        message = "a criterion with several tests" if tests else "a criterion that nothing tests"
        hint = 'end the item with one test in braces, such as {contains="#ad, #sponsored"} or {length=280}'
        desk.report.add("SMAC241", item.at, message, hint=hint)
        return None
    (test,) = tests
    words: tuple[str, ...] = ()
    least, most = 0, _NO_LIMIT
    if test in _WORDS:
        value = desk.fill(attributes.values[test], item.line)
        words = tuple(word.strip() for word in value.split(",") if normalised(word))
        if not words or attributes.values[test].rstrip().endswith(","):
            at = attributes.places[test]
            hint = f'put quotes around them: {test}="#ad, #sponsored"'
            desk.report.add("SMAC241", at, f"the words of '{test}' cannot be read", hint=hint)
    elif test in _LENGTHS:
        found = _LENGTH.fullmatch(attributes.values[test])
        is_wrong = found is None or int(found["number"]) == 0 or int(found["least"] or 0) > int(found["number"])
        if found is None or is_wrong:
            usual = "20" if test == "alt-text" else "280"
            hint = f"write {test}={usual}, or {test}=20..280; digits only"
            desk.report.add("SMAC241", attributes.places[test], f"'{test}' is no length", hint=hint)
            return None
        least, most = _lengths(test, found)
    points = desk.points_of(attributes, 1)
    html = desk.text(item.text, item.text_at)
    return _Draft(item, html, desk.remark(item.remark), test, words, least, most, points)


def _lengths(test: str, found: re.Match[str]) -> tuple[int, int]:
    """One number is the most that a post may have, and the least that an alternative text must."""
    number = int(found["number"])
    if found["least"]:
        return int(found["least"]), number
    return (number, max(number, _MOST_ALT)) if test == "alt-text" else (1, number)


def _check_lengths(criteria: list[_Draft], room: int, desk: Desk) -> None:
    """What is demanded must fit into the field, and no length may shut out another one."""
    for test, most in (("length", room), ("alt-text", MOST_LETTERS_OF_AN_ALT_TEXT)):
        ones = [one for one in criteria if one.test == test]
        longest = min([most, *(one.most for one in ones)])
        for one in ones:
            if one.least > longest:
                message = f"at least {one.least} characters are demanded, and at most {longest} are possible"
                desk.report.add("SMAC245", one.item.at, message)


def _check_together(criteria: list[_Draft], desk: Desk) -> None:
    """What one criterion demands, another one must not forbid."""
    forbidden: list[tuple[str, Location]] = [
        (word, one.item.at) for one in criteria if one.test == "never" for word in one.words
    ]
    for one in criteria:
        if one.test not in {"first-line", "contains"} or not one.words:
            continue
        room = min([most.most for most in criteria if most.test == "length"], default=_NO_LIMIT)
        if min(len(word) for word in one.words) > room:
            message = f"no post of {room} characters can hold these words"
            desk.report.add("SMAC245", one.item.at, message)
        clashes = [next((at for bad, at in forbidden if holds(word, bad)), None) for word in one.words]
        if all(clashes):
            related = ((clashes[0], "this one forbids it"),) if clashes[0] else ()
            desk.report.add("SMAC245", one.item.at, "no post can meet this criterion", related=related)
