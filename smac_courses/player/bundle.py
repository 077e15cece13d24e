"""The player's ES modules as one classic script.

Some LMSs serve `.mjs` with a wrong type and some frames refuse modules, so a package carries one script.
The sources keep to what this bundler understands, and a test holds them to it: imports of names from files
(`import { a, b } from "./c.mjs";`), exports in front of functions, classes and constants, no string that
runs over several lines.
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

_IMPORT = re.compile(r'^import \{([^}]*)\} from "([^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?:function|class|const) (\w+)", re.MULTILINE)
_COMMENT_BLOCK = re.compile(r"^[ \t]*/\*\*.*?\*/[ \t]*\n", re.MULTILINE | re.DOTALL)
_COMMENT_LINE = re.compile(r"^[ \t]*//.*\n", re.MULTILINE)
_INDENT = re.compile(r"^[ \t]+", re.MULTILINE)
_EMPTY_LINE = re.compile(r"\n{2,}")


class BundleError(ValueError):
    """A source that the bundler does not understand."""


@cache
def script(tracker: str) -> str:
    """The whole player with one tracker, for example `scorm12`."""
    order: list[str] = []
    _visit("main.mjs", tracker, order, ())
    parts = [_wrapped(path, tracker, order) for path in order]
    return '(()=>{"use strict";\n' + "".join(parts) + "})();\n"


@cache
def style() -> str:
    """The style sheet, without comments and indentation."""
    text = _files().joinpath("style/player.css").read_text("utf-8")
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return _EMPTY_LINE.sub("\n", _INDENT.sub("", text)).strip() + "\n"


@cache
def strings(language: str) -> dict[str, dict[str, str]]:
    """Words of the player in a language: `page` for the compiler, `player` for the script."""
    found = _files().joinpath(f"locale/{language}.json")
    fallback = _files().joinpath("locale/en.json")
    text = (found if found.is_file() else fallback).read_text("utf-8")
    loaded: dict[str, dict[str, str]] = json.loads(text)
    return loaded


def _files() -> Traversable:
    return resources.files("smac_courses.player")


def _source(path: str) -> str:
    return _files().joinpath("src").joinpath(path).read_text("utf-8")


def _imports(path: str, tracker: str) -> list[tuple[str, list[str]]]:
    return [(_resolved(path, name, tracker), names.split(",")) for names, name in _IMPORT.findall(_source(path))]


def _resolved(path: str, name: str, tracker: str) -> str:
    if name == "tracker":
        return f"trackers/{tracker}.mjs"
    folder = path.rpartition("/")[0]
    parts = folder.split("/") if folder else []
    for step in name.split("/"):
        if step == "..":
            parts.pop()
        elif step != ".":
            parts.append(step)
    return "/".join(parts)


def _visit(path: str, tracker: str, order: list[str], above: tuple[str, ...]) -> None:
    if path in above:
        raise BundleError("modules import each other: " + " → ".join((*above, path)))
    if path in order:
        return
    for imported, _ in _imports(path, tracker):
        _visit(imported, tracker, order, (*above, path))
    order.append(path)


def _wrapped(path: str, tracker: str, order: list[str]) -> str:
    """One module as a function that returns what it exports."""
    source = _source(path)
    for imported, names in _imports(path, tracker):
        missing = {name.strip() for name in names if name.strip()} - set(_EXPORT.findall(_source(imported)))
        if missing:
            raise BundleError(f"{path} imports {', '.join(sorted(missing))}, which {imported} does not export")

    def destructured(found: re.Match[str]) -> str:
        return f"const {{{found[1].strip().rstrip(',')}}}=m{order.index(_resolved(path, found[2], tracker))};\n"

    body = _IMPORT.sub(destructured, source)
    exports = _EXPORT.findall(body)
    body = re.sub(r"^export (?=function|class|const)", "", body, flags=re.MULTILINE)
    if re.search(r"^(import|export)\b", body, re.MULTILINE):
        raise BundleError(f"{path} has an import or export of a form that is not used here")
    body = _COMMENT_LINE.sub("", _COMMENT_BLOCK.sub("", body))
    body = _EMPTY_LINE.sub("\n", _INDENT.sub("", body)).strip()
    returned = f"return {{{','.join(exports)}}};\n" if exports else ""
    return f"const m{order.index(path)}=(()=>{{\n{body}\n{returned}}})();\n"
