"""`{#id .class key=value}` at the end of a line, read before anything else touches the line."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from smac_courses.diagnostics import Location, Report
from smac_courses.reader.source import Source

# A brace that is not one of a variable's pair {{ … }}; such pairs may stand inside.
TRAILING = re.compile(r"(?:^|(?<=\s))(?<!\{)\{(?!\{)((?:[^{}]|\{\{[^{}]*\}\})*)\}\s*$")
_TOKEN = re.compile(
    r'\s*(?:#(?P<id>\S+)|\.(?P<cls>\S+)|(?P<key>[A-Za-z_-]+)=(?:["“](?P<quoted>[^"“”]*)["”]|(?P<bare>\S+)))'
)


@dataclass(slots=True)
class Attributes:
    """What stood in the braces. `places` has the place of each key, and of the id under `#`."""

    id: str = ""
    classes: tuple[str, ...] = ()
    values: dict[str, str] = field(default_factory=dict)
    places: dict[str, Location] = field(default_factory=dict)


def split_attributes(text: str, source: Source, line: int, offset: int, report: Report) -> tuple[str, Attributes]:
    """A line's text without its trailing attributes, and these.

    `offset` is how many characters of the line stand before `text`.
    """
    attributes = Attributes()
    found = TRAILING.search(text)
    if found is None:
        return text.rstrip(), attributes
    inside, start = found[1], found.start(1)
    position = 0
    while position < len(inside.rstrip()):
        token = _TOKEN.match(inside, position)
        column = offset + start + position + 1
        if token is None:
            rest = inside[position:].strip()
            at = source.at(line, column, column + len(inside) - position)
            report.add("SMAC130", at, f"'{rest}' in the braces is neither #id, .class nor key=value")
            break
        begin = token.start("key" if token["key"] else token.lastgroup or 0)
        at = source.at(line, offset + start + begin + 1, offset + start + token.end() + 1)
        _take(token, at, attributes, report)
        position = token.end()
    return text[: found.start()].rstrip(), attributes


def _take(token: re.Match[str], at: Location, attributes: Attributes, report: Report) -> None:
    if token["id"]:
        if attributes.id:
            report.add("SMAC130", at, "two ids in one pair of braces", hint="keep one")
        attributes.id = token["id"]
        attributes.places["#"] = at
    elif token["cls"]:
        attributes.classes += (token["cls"],)
        attributes.places["." + token["cls"]] = at
    else:
        if token["key"] in attributes.values:
            report.add("SMAC130", at, f"'{token['key']}' stands twice in one pair of braces", hint="keep one")
        value = token["quoted"] if token["quoted"] is not None else token["bare"]
        attributes.values[token["key"]] = value
        attributes.places[token["key"]] = at
