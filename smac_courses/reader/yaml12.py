"""YAML 1.2 scalars, with the place of everything, and without what makes YAML dangerous.

`yes`, `1:30`, `012` and dates stay text; anchors, aliases and tags are refused; size and depth are limited.
The pure-Python loader is used on purpose: the C loader crashes the process on 30 KB of `[`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from smac_courses.diagnostics import Location, Report
from smac_courses.reader.source import Source

# What no XML file can hold, however it is written.
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
MAX_CHARACTERS = 64_000
MAX_DEPTH = 20
MAX_EVENTS = 20_000

PathInData = tuple[str | int, ...]


@dataclass(slots=True)
class YamlDocument:
    """Plain data, and for every value and every key of a mapping the place where it stands."""

    data: Any
    places: dict[PathInData, Location] = field(default_factory=dict)
    keys: dict[PathInData, Location] = field(default_factory=dict)

    def place(self, *path: str | int) -> Location:
        """Where a value stands, or the nearest thing around it that exists."""
        while path not in self.places:
            path = path[:-1]
        return self.places[path]

    def key_place(self, *path: str | int) -> Location:
        """Where a key stands, or else its value."""
        return self.keys.get(path) or self.place(*path)


_COMMENT_IN_BRACKETS = re.compile(r"[\[{][^\]}#]*\s(#[^\s,\]}]+)")


class _Loader(yaml.SafeLoader):
    """A SafeLoader that knows only the scalars of the YAML 1.2 core schema that an author means."""

    yaml_implicit_resolvers: dict[Any, Any] = {}  # noqa: RUF012 - PyYAML's own way to configure a loader


_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"(?:true|false)$"), list("tf"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"(?:null|~|)$"), ["n", "~", ""])
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"[-+]?(?:0|[1-9][0-9]*)$"), list("-+0123456789"))
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"[-+]?(?:0|[1-9][0-9]*)\.[0-9]+$"), list("-+0123456789")
)

# What PyYAML says, and what an author needs to hear. The first match counts.
_REWORDED = (
    ("mapping values are not allowed", "a colon inside a value", "put the whole value in double quotes"),
    ("could not find expected ':'", "a key without its colon", "write 'key: value', with a space after the colon"),
    ("'\\t'", "a tab", "indent with spaces"),
    ("cannot start any token", "a value that begins with a special character", "put the value in double quotes"),
    ("unexpected end of stream", "a quote or bracket that is never closed", "close it on the same line"),
    ("unknown escape character", "a backslash in a double-quoted value", "use single quotes, or two backslashes"),
    ("expected ',' or", "a list or mapping in brackets that is never closed", "close it with ] or }"),
    ("expected <block end>", "a line that does not line up with those above", "indent all keys of a block alike"),
    ("special characters are not allowed", "a control character", "delete it"),
)


def load_yaml(source: Source, first_line: int, last_line: int, report: Report) -> YamlDocument | None:
    """Load lines `first_line` to `last_line` (counted from 1, both included) of a file.

    Returns None after reporting a finding. An empty text gives an empty mapping.
    """
    text = "\n".join(source.lines[first_line - 1 : last_line])
    start = source.at(first_line)
    if len(text) > MAX_CHARACTERS:
        report.add("SMAC111", start, f"{len(text):,} characters of YAML; the limit is {MAX_CHARACTERS:,}")
        return None
    try:
        if not _is_tame(text, source, first_line, report):
            return None
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        _report_syntax(error, source, first_line, report)
        return None
    except (yaml.YAMLError, ValueError) as error:
        position = getattr(error, "position", 0)
        line = first_line + text.count("\n", 0, position)
        report.add("SMAC110", source.whole(line), "a character that YAML does not allow", hint="delete it")
        return None
    document = YamlDocument({}, {(): start})
    if node is not None:
        document.data = _construct(node, (), document, source, first_line, report)
    return document


def _is_tame(text: str, source: Source, first_line: int, report: Report) -> bool:
    depth = 0
    for count, event in enumerate(yaml.parse(text, Loader=_Loader)):
        mark: Any = event.start_mark  # None only for events that were made by hand
        at = source.at(first_line + mark.line, mark.column + 1)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            report.add("SMAC112", at, "anchors (&) and aliases (*) are not understood here")
            return False
        if getattr(event, "tag", None):
            report.add("SMAC112", at, "tags (!) are not understood here")
            return False
        if isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            depth += 1
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            depth -= 1
        if depth > MAX_DEPTH or count > MAX_EVENTS:
            report.add("SMAC111", at, "the YAML is nested too deep or too long")
            return False
    return True


def _report_syntax(error: yaml.MarkedYAMLError, source: Source, first_line: int, report: Report) -> None:
    mark = error.problem_mark or error.context_mark
    line = first_line + (mark.line if mark else 0)
    column = mark.column + 1 if mark else 1
    line = min(line, len(source.lines))
    if any(quote in source.lines[line - 1] for quote in "“”‘’„"):
        report.add("SMAC110", source.at(line, column), "curly quotes around a value", hint='use straight quotes: "…"')
        return
    begun = first_line + (error.context_mark.line if error.context_mark else 0)
    for number in range(min(begun, line), line + 1):
        # In `{primary: #ffcc00}` the closing bracket belongs to a comment.
        if hidden := _COMMENT_IN_BRACKETS.search(source.lines[number - 1]):
            hint = f'put the value in quotes: "{hidden[1]}"'
            report.add(
                "SMAC110", source.at(number, hidden.start(1) + 1), "a # behind a space begins a comment", hint=hint
            )
            return
    said = f"{error.problem or ''} {error.context or ''}"
    for fragment, what, hint in _REWORDED:
        if fragment in said:
            report.add("SMAC110", source.at(line, column), what, hint=hint)
            return
    report.add("SMAC110", source.at(line, column), "this line is not YAML that can be read")


def _construct(
    node: Node, path: PathInData, document: YamlDocument, source: Source, first_line: int, report: Report
) -> Any:
    document.places[path] = _location(node, source, first_line)
    match node:
        case MappingNode():
            result: dict[str, Any] = {}
            for key_node, value_node in node.value:
                key = str(key_node.value)
                at = _location(key_node, source, first_line)
                if not isinstance(key_node, ScalarNode):
                    report.add("SMAC110", at, "a key that is not a word", hint="write 'key: value'")
                    continue
                if key in result:
                    first = document.keys[(*path, key)]
                    report.add("SMAC113", at, f"the key '{key}' stands twice", related=((first, "the first one"),))
                document.keys[(*path, key)] = at
                result[key] = _construct(value_node, (*path, key), document, source, first_line, report)
            return result
        case SequenceNode():
            return [
                _construct(child, (*path, index), document, source, first_line, report)
                for index, child in enumerate(node.value)
            ]
        case ScalarNode():
            if _NOT_TEXT.search(node.value):
                report.add(
                    "SMAC110", _location(node, source, first_line), "a character that is not text", hint="delete it"
                )
            return _scalar(node)
        case _:
            raise AssertionError(node)


def _scalar(node: ScalarNode) -> str | int | float | bool | None:
    match node.tag.rpartition(":")[2]:
        case "bool":
            return bool(node.value == "true")
        case "null":
            return None
        case "int" if len(node.value) < 16:
            return int(node.value)
        case "float" if len(node.value) < 32:
            return float(node.value)
        case _:
            return str(node.value)


def _location(node: Node, source: Source, first_line: int) -> Location:
    start, end = node.start_mark, node.end_mark
    line = first_line + start.line
    same_line = end.line == start.line and end.column > start.column
    return source.at(line, start.column + 1, end.column + 1 if same_line else 0)
