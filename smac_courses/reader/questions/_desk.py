"""What every reader of questions shares: what it knows, and the lists in which answers stand."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from smac_courses.diagnostics import Location, Report
from smac_courses.model.ids import OPTION_LETTERS, is_option_id
from smac_courses.model.questions import MAX_OPTIONS, Question
from smac_courses.model.ranks import in_drawn_order
from smac_courses.reader.attributes import TRAILING, Attributes, split_attributes
from smac_courses.reader.containers import CALLOUT_MARK
from smac_courses.reader.document import Line, Section
from smac_courses.reader.prose import Scope, Slot
from smac_courses.reader.schema import did_you_mean
from smac_courses.reader.source import Source

MAX_POINTS = 100
_ITEM = re.compile(r"(?P<lead> *)(?:[-*+]|(?P<number>\d{1,9})[.)])(?P<gap> +|$)(?P<text>.*)$")
_BRACKETS = re.compile(r"[(\[][ xX]?[)\]] ")
_BLOCK = re.compile(r"^ *(?:[-*+] |\d{1,9}[.)] |```|~~~|\||>)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Desk:
    """What a reader of one question has at hand. `fill` puts variables into plain words of a line."""

    section: Section
    scope: Scope
    source: Source
    report: Report
    fill: Callable[[str, int], str]
    comma: bool  # whether 0,5 is how the course's language writes a half
    letter_room: int  # tenths of a place that a letter needs, see model.languages

    @property
    def title(self) -> str:
        """The question, for a finding."""
        return f"question '{self.section.title}'"

    def room(self, letters: int) -> int:
        """Places that a text of so many letters of the course's language needs."""
        return -(-letters * self.letter_room // 10)

    def text(self, lines: Sequence[str], at: Location) -> Slot:
        """Lines of an answer as prose: in one piece where they are one."""
        whole = "\n".join(lines).strip()
        is_block = "\n\n" in whole or _BLOCK.search(whole.partition("\n")[2])
        return self.scope.block(list(lines), at) if is_block else self.scope.inline(whole, at)

    def remark(self, quoted: Sequence[tuple[int, str]]) -> Slot | None:
        """A quote under an answer, with the number of each line."""
        if not quoted:
            return None
        return self.scope.block([text for _, text in quoted], self.source.at(quoted[0][0]))

    def lacks(self, what: str, hint: str) -> None:
        """Report that the body of this kind of question is not what it needs."""
        self.report.add("SMAC233", self.section.at, f"{self.title} {what}", hint=hint)

    def stray(self, item: Item, *, remark: bool = False) -> None:
        """Report what stands below an item of a kind that has no use for it: it would vanish without a word."""
        for child in item.children:
            hint = "write it on a line of its own at the margin, or take it out"
            self.report.add(
                "SMAC212", child.at, "an item below an item, where this kind of question has none", hint=hint
            )
        if remark and item.remark:
            where = self.source.whole(item.remark[0][0])
            self.report.add("SMAC212", where, "a quote where this kind of question shows none")

    def points_of(self, attributes: Attributes, usual: int, *, least: int = 1) -> int:
        """The points in the braces of an answer or a criterion."""
        text = attributes.values.get("points")
        if text is None:
            return usual
        if text.isascii() and text.isdigit() and len(text) < 5 and least <= int(text) <= MAX_POINTS:
            return int(text)
        hint = f"write a whole number from {least} to {MAX_POINTS}"
        self.report.add("SMAC210", attributes.places["points"], f"points cannot be '{text}'", hint=hint)
        return usual

    def refuse(self, attributes: Attributes, what: str, allowed: Sequence[str] = ()) -> None:
        """Report attributes that mean nothing there; `allowed` are keys and classes (`.name`)."""
        for name in (*attributes.values, *("." + one for one in attributes.classes)):
            if name not in allowed:
                hint = did_you_mean(name, allowed) if allowed else f"{what} can have an id only: {{#id}}"
                self.report.add("SMAC131", attributes.places[name], f"'{name}' means nothing on {what}", hint=hint)


class Body(Protocol):
    """What a reader found. The texts in it wait to be rendered."""

    def finish(self, common: dict[str, Any]) -> Question:
        """The question of the model; `common` is what all kinds have."""


@dataclass(slots=True)
class Item:
    """One item of a list, with its own quote and the items below it."""

    at: Location
    line: int
    indent: int
    number: int | None
    text: list[str]
    text_at: Location
    attributes: Attributes
    id: str = ""
    remark: list[tuple[int, str]] = field(default_factory=list)
    whole: list[str] = field(default_factory=list)  # its own lines, quotes among them, as Markdown
    children: list[Item] = field(default_factory=list)

    @property
    def words(self) -> str:
        """Its text in one line."""
        return " ".join(" ".join(self.text).split())


def is_item(line: Line) -> bool:
    """Whether a line at the margin begins an item of a list."""
    found = None if line.fenced else _ITEM.match(line.text.expandtabs(4))
    return found is not None and len(found["lead"]) < 4


def read_items(lines: Sequence[Line], desk: Desk) -> list[Item]:
    """The list in lines that hold nothing else: items, items below them, quotes below these."""
    items: list[Item] = []
    path: list[Item] = []  # from the outermost to the one that was read last
    everything: list[Item] = []
    for line in lines:
        text = line.text.expandtabs(4)
        indent = len(text) - len(text.lstrip(" "))
        found = None if line.fenced else _ITEM.match(text)
        if found:
            while path and path[-1].indent >= indent:
                path.pop()
            item = _new_item(found, line, indent, desk)
            (path[-1].children if path else items).append(item)
            path.append(item)
            everything.append(item)
        elif path:
            _go_on(path, line, text, indent, desk)
    for item in everything:
        _take_braces_of_the_last_line(item, desk)
    return items


def _take_braces_of_the_last_line(item: Item, desk: Desk) -> None:
    """An item that goes on over several lines has its braces at its end."""
    last = max((n for n, text in enumerate(item.text) if text.strip()), default=0)
    has_some = item.attributes.id or item.attributes.classes or item.attributes.values
    if last == 0 or has_some or not TRAILING.search(item.text[last]):
        return
    number = item.line + last
    offset = max(desk.source.lines[number - 1].find(item.text[last].strip()), 0)
    text, item.attributes = split_attributes(item.text[last].strip(), desk.source, number, offset, desk.report)
    item.text[last] = text
    item.whole = [text if line == item.whole[last] else line for line in item.whole]
    item.id = _own_id(item.attributes, desk)


def _new_item(found: re.Match[str], line: Line, indent: int, desk: Desk) -> Item:
    offset = found.start("text")
    text, attributes = split_attributes(found["text"], desk.source, line.number, offset, desk.report)
    number = int(found["number"]) if found["number"] else None
    at, text_at = desk.source.whole(line.number), desk.source.at(line.number, offset + 1)
    own_id = _own_id(attributes, desk)
    return Item(at, line.number, indent, number, [text], text_at, attributes, own_id, whole=[text])


def _own_id(attributes: Attributes, desk: Desk) -> str:
    """The id in the braces of an answer, or an empty text."""
    own_id = attributes.id
    if not own_id or is_option_id(own_id):
        return own_id
    hint = "use lower-case letters, digits and _, at most 16"
    desk.report.add("SMAC303", attributes.places["#"], f"'{own_id}' cannot be the id of an answer", hint=hint)
    return ""


def _go_on(path: list[Item], line: Line, text: str, indent: int, desk: Desk) -> None:
    """A line that belongs to an item: to the innermost one that it is indented under."""
    if line.blank:
        owner = path[-1]
    else:
        # A quote right under the sign of its item is that item's, too.
        is_quote = text.lstrip().startswith(">")
        owner = next(
            (one for one in reversed(path) if indent > one.indent or (is_quote and indent == one.indent)), path[-1]
        )
        del path[path.index(owner) + 1 :]
    stripped = text.strip()
    owner.whole.append(text[min(indent, owner.indent + 2) :])
    if stripped.startswith(">") and not line.fenced:
        stripped = stripped[1:].removeprefix(" ")
        if not owner.remark and (mark := CALLOUT_MARK.match(stripped)):
            hint = "take the mark away: a quote under an answer is its feedback already"
            kind = f"[!{mark['kind']}] has no meaning in feedback"
            desk.report.add("SMAC211", desk.source.whole(line.number), kind, hint=hint)
            stripped = mark["rest"]
        owner.remark.append((line.number, stripped))
    elif owner.remark:
        owner.remark.append((line.number, stripped))
    else:
        owner.text.append(text[min(indent, owner.indent + 2) :])


def name_items(items: Sequence[Item], desk: Desk, letters: Sequence[str] = OPTION_LETTERS) -> None:
    """Ids for items that have none: letters by their place. Two of the same are reported."""
    named: dict[str, Item] = {}
    for place, item in enumerate(items):
        item.id = item.id or (letters[place] if place < MAX_OPTIONS else f"n{place}")
        if item.id in named:
            related = ((named[item.id].at, "the other one"),)
            desk.report.add("SMAC302", item.at, f"two answers have the id '{item.id}'", related=related)
        named[item.id] = item
        if not item.words:
            desk.report.add("SMAC209", item.at, "an answer without words")
        elif _BRACKETS.match(item.words):
            hint = "take the brackets away, or the kind from the heading"
            desk.report.add("SMAC233", item.at, "brackets that mean nothing in this kind of question", hint=hint)


def mixed_ids(key: str, written: Sequence[str]) -> list[str]:
    """Ids for things whose place is the key: the author's, else letters in an order that says nothing.

    They depend on the question's key and the place alone, so that one more thing at the end moves no other.
    """
    letters = [name.rpartition("#")[2] for name in in_drawn_order([f"{key}#{one}" for one in OPTION_LETTERS], 0)]
    free = iter([letter for letter in letters if letter not in written])
    return [own_id or next(free, "") for own_id in written]
