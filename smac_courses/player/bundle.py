"""The player's ES modules as one classic script.

Some LMSs serve `.mjs` with a wrong type and some frames refuse modules, so a package carries one script, put together
from the modules that the course needs. Each module stands minified in `min/`, made from `src/` by `make player`, so
that building a course needs no Node; a test compares the two. The sources keep to what this bundler understands:
imports of names from files (`import { a, b } from "./c.mjs";`), exports in front of functions, classes and constants.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from smac_courses.model.colours import brand_tokens
from smac_courses.model.languages import spoken

_IMPORT = re.compile(r'^import \{([^}]*)\} from "([^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?:function|class|const) (\w+)", re.MULTILINE)
_INDENT = re.compile(r"^[ \t]+", re.MULTILINE)
_EMPTY_LINE = re.compile(r"\n{2,}")


class BundleError(ValueError):
    """A source that the bundler does not understand."""


# The module that each kind of question needs.
KINDS = {
    **dict.fromkeys(("single", "multiple", "true-false", "post-review", "likert", "survey"), "kinds/choice"),
    **dict.fromkeys(("text", "number", "essay"), "kinds/typed"),
    "blanks": "kinds/blanks",
    **dict.fromkeys(("match", "categorise"), "kinds/pairs"),
    "order": "kinds/order",
    "post-draft": "kinds/draft",
    "scenario": "kinds/scenario",
    "attest": "kinds/attest",
}


# Folders of which a package has one module each; the others import it by the name of its place.
_PLACES = {"trackers/": "tracker", "clocks/": "clock"}


@cache
def script(
    tracker: str, kinds: frozenset[str] = frozenset(KINDS), *, is_sealed: bool = False, is_timed: bool = True
) -> str:
    """The player with one tracker, for example `scorm12`, and what these kinds of question and this exam need."""
    wanted = [*sorted({KINDS[kind] for kind in kinds}), *(["sealed"] if is_sealed else []), "main"]
    chosen = {"tracker": f"trackers/{tracker}", "clock": "clocks/limit" if is_timed else "clocks/none"}
    return _joined(wanted, chosen)


@cache
def block_script() -> str:
    """The components of the player for a quiz that a server grades: it defines `SmacQuizBlock`."""
    return _joined([*sorted(set(KINDS.values())), "xblock"], {})


def _joined(wanted: list[str], chosen: dict[str, str]) -> str:
    parts = [_files().joinpath(f"min/{path}.js").read_text("utf-8") for path in _order(wanted, chosen)]
    return '(()=>{"use strict";const m={};\n' + "".join(parts) + "})();\n"


def start_script() -> str:
    """The script of a page of contents."""
    return _files().joinpath("start.js").read_text("utf-8")


def worker_script(files: list[str], others: list[str], media: list[str], version: str) -> str:
    """The service worker of a web site: it needs `files`, and keeps `others` and `media` if it can."""
    about = json.dumps({"files": files, "others": others, "media": media, "version": version}, ensure_ascii=True)
    return _files().joinpath("sw.js").read_text("utf-8").replace("= COURSE;", f"= {about};")


def readable_modules() -> dict[str, str]:
    """Every module of `src/` as it goes into a script, before it is minified, by its path without the ending."""
    return {path: _wrapped(path) for path in sorted(_paths(_files().joinpath("src")))}


@cache
def tokens() -> dict[str, dict[str, str]]:
    """The colours of the style sheet by name, for the schemes `light` and `dark`."""
    loaded: dict[str, dict[str, str]] = json.loads(_files().joinpath("style/tokens.json").read_text("utf-8"))
    return loaded


@cache
def style(primary: str = "") -> str:
    """The style sheet in a company's colour, without comments and indentation.

    The device decides between light and dark until the learner does (`data-theme`). Paper is always light.
    """
    light, dark = (
        {**usual, **(brand_tokens(primary, usual, scheme) if primary else {})} for scheme, usual in tokens().items()
    )
    text = _files().joinpath("style/player.css").read_text("utf-8")
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    colours = (
        f":root{{color-scheme:light dark;{_declared(light)}}}\n"
        f'@media screen and (prefers-color-scheme:dark){{:root:not([data-theme="light"]){{{_declared(dark)}}}}}\n'
        f':root[data-theme="light"]{{color-scheme:light}}\n'
        f'@media not print{{:root[data-theme="dark"]{{color-scheme:dark;{_declared(dark)}}}}}\n'
    )
    return colours + _EMPTY_LINE.sub("\n", _INDENT.sub("", text)).strip() + "\n"


@cache
def block_style(scope: str) -> str:
    """The rules of the style sheet for what stands in a question, all of them inside of `scope`, a selector.

    A page that belongs to somebody else keeps its own look, and its light ground.
    """
    text = _files().joinpath("style/player.css").read_text("utf-8")
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    own = f"{scope}{{color-scheme:light;{_SIZES}{_declared(tokens()['light'])}}}\n"
    return own + _EMPTY_LINE.sub("\n", _INDENT.sub("", "\n".join(_scoped(text, scope)))).strip() + "\n"


_SIZES = (
    "--radius:.5rem;--measure:42rem;--font:inherit;"
    "box-sizing:border-box;max-width:47rem;color:var(--ink);line-height:1.6;overflow-wrap:anywhere;"
)
_RULE = re.compile(r"\s*([^{}]+?)\s*\{")
# Parts of the page of a course, which a block does not have.
_OF_THE_PAGE = re.compile(
    r"(^|[\s>(,])(html|body|main|:root)\b|\.(bar|outline|layout|screen|hero|home|modules?|skip|logo|states|save|is-|"
    r"paper|alone|lead|where|theme|problems|answered|no-script|notice)|#_"
)
_STAYS = re.compile(r"\.is-(right|wrong|passed|said|text|number|post-draft)\b")


def _scoped(text: str, scope: str) -> Iterator[str]:
    """The rules of a style sheet, each selector inside of another one; rules for conditions hold theirs."""
    at = 0
    while found := _RULE.match(text, at):
        end = _end_of_block(text, found.end())
        head, body = found[1], text[found.end() : end - 1]
        at = end
        if head.startswith("@"):
            inner = "\n".join(_scoped(body, scope))
            if inner and "print" not in head:
                yield f"{head} {{\n{inner}\n}}"
            continue
        kept = [one for one in _selectors(head) if not _OF_THE_PAGE.search(_STAYS.sub("", one))]
        if kept:
            yield ",\n".join(f"{scope} {one}" for one in kept) + " {" + body + "}"


def _end_of_block(text: str, at: int) -> int:
    depth = 1
    while depth:
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        at += 1
    return at


def _selectors(head: str) -> list[str]:
    """A list of selectors, parted at the commas that stand in no brackets."""
    return [one.strip() for one in re.split(r",(?![^()]*\))", head)]


def _declared(colours: dict[str, str]) -> str:
    return ";".join(f"--{name}:{colour}" for name, colour in colours.items())


@dataclass(frozen=True, slots=True)
class Locale:
    """Words of the player in a language: `page` for the compiler, `player` for the script, `block` for what a quiz on
    a server says besides, `certificate` for the block of that name. `tag` is for Intl.
    """

    tag: str
    page: dict[str, str]
    player: dict[str, str]
    block: dict[str, str]
    certificate: dict[str, str]


@cache
def locale(language: str) -> Locale:
    """Words for a course in a language; English where the player does not speak it."""
    text = _files().joinpath(f"locale/{spoken(language) or 'en'}.json").read_text("utf-8")
    loaded = json.loads(text)
    return Locale(loaded["locale"], loaded["page"], loaded["player"], loaded["block"], loaded["certificate"])


def _files() -> Traversable:
    return resources.files("smac_courses.player")


def _paths(folder: Traversable, above: str = "") -> Iterator[str]:
    for item in folder.iterdir():
        if item.is_dir():
            yield from _paths(item, f"{above}{item.name}/")
        elif item.name.endswith(".mjs"):
            yield above + item.name.removesuffix(".mjs")


def _source(path: str) -> str:
    return _files().joinpath(f"src/{path}.mjs").read_text("utf-8")


def _order(wanted: list[str], chosen: dict[str, str]) -> list[str]:
    """The modules that a script needs, each behind those that it imports."""
    order: list[str] = []
    for path in wanted:
        _visit(path, chosen, order, ())
    return order


def _visit(path: str, chosen: dict[str, str], order: list[str], above: tuple[str, ...]) -> None:
    if path in above:
        raise BundleError("modules import each other: " + " → ".join((*above, path)))
    if path in order:
        return
    for names, imported in _IMPORT.findall(_source(path)):
        target = chosen.get(imported) or _resolved(path, imported)
        missing = {name.strip() for name in names.split(",") if name.strip()} - set(_EXPORT.findall(_source(target)))
        if missing:
            raise BundleError(f"{path} imports {', '.join(sorted(missing))}, which {target} does not export")
        _visit(target, chosen, order, (*above, path))
    order.append(path)


def _resolved(path: str, name: str) -> str:
    """A path in `src/` from what a module calls it."""
    folder = path.rpartition("/")[0]
    parts = folder.split("/") if folder else []
    for step in name.removesuffix(".mjs").split("/"):
        if step == "..":
            parts.pop()
        elif step != ".":
            parts.append(step)
    return "/".join(parts)


def _wrapped(path: str) -> str:
    """One module as a function that leaves what it exports in `m`: a list, at the module's number among all.

    Names would be repeated on both sides of every import. Where there are several for one place, they keep them.
    """
    place = next((name for folder, name in _PLACES.items() if path.startswith(folder)), None)

    def destructured(found: re.Match[str]) -> str:
        wanted = {name.strip() for name in found[1].split(",")}
        if found[2] in _PLACES.values():
            return f"const {{{','.join(sorted(wanted))}}}=m.{found[2]};\n"
        target = _resolved(path, found[2])
        slots = [name if name in wanted else "" for name in _EXPORT.findall(_source(target))]
        return f"const [{','.join(slots).rstrip(',')}]=m[{_number(target)}];\n"

    body = _IMPORT.sub(destructured, _source(path))
    exports = ",".join(_EXPORT.findall(body))
    body = re.sub(r"^export (?=function|class|const)", "", body, flags=re.MULTILINE)
    if re.search(r"^(import|export)\b", body, re.MULTILINE):
        raise BundleError(f"{path} has an import or export of a form that is not used here")
    if place:
        return f"m.{place}=(()=>{{\n{body}\nreturn {{{exports}}};\n}})();\n"
    return f"m[{_number(path)}]=(()=>{{\n{body}\nreturn [{exports}];\n}})();\n"


@cache
def _number(path: str) -> int:
    """The place of a module among all."""
    return sorted(_paths(_files().joinpath("src"))).index(path)
