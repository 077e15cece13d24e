"""Markdown text to sanitised HTML fragments: many small texts, one tree per lesson, one renderer per module.

The way is measured (many texts in one tree cost about half of one `convert()` each); its rules:

* texts are added first and rendered together, so that link references defined further down are found;
* a text without any markup is only escaped;
* a paragraph that would cost Python-Markdown quadratic time is refused with a finding;
* the sanitiser is the last step. It also rewrites links, so Markdown and raw HTML meet the same rule.
"""

from __future__ import annotations

import html
import re
import string
import xml.etree.ElementTree as etree
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import markdown
import nh3
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor

from smac_courses.diagnostics import Location, Report
from smac_courses.reader.document import RULE, Footnote
from smac_courses.reader.normalise import normalise
from smac_courses.reader.source import Source
from smac_courses.reader.variables import Variables

MAX_PARAGRAPH = 20_000
MAX_OPENERS = 200
MAX_NESTING = 10

_BLANK_LINE = re.compile(r"\n[ \t]*\n")
_SEPARATOR = "\x1e"
_PLAIN = re.compile(r"[^\W\d_][^*_`\[\]<>&!\\#|~^$:\n\x1e]*")
_DEEP = re.compile(
    r"^[ \t]*(?:(?:[*+-]|\d{1,9}[.)])[ \t]+|>[ \t]?){" + str(MAX_NESTING + 1) + r",}|^ {44,}\S", re.MULTILINE
)

_TAGS = set(
    """
    a abbr aside b bdi bdo blockquote br caption cite code col colgroup dd del details dfn div dl dt em
    figcaption figure h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp small span strong sub
    summary sup table tbody td tfoot th thead time tr u ul var wbr
    """.split()
)
_ATTRIBUTES = {
    "*": {"dir", "lang", "title"},
    "a": {"href"},
    "abbr": {"title"},
    "img": {"alt", "height", "src", "width"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "time": {"datetime"},
}
_ALIGN = {"align-left", "align-right", "align-center"}

LinkRule = Callable[[str, Location], str | None]


@dataclass(slots=True)
class Slot:
    """A text that will be rendered. `html` is empty until `Prose.render()` was called."""

    text: str
    at: Location
    inline: bool
    html: str = ""

    @property
    def plain(self) -> str:
        """The words alone, for a list or a report."""
        return html.unescape(re.sub(r"<[^>]*>", "", self.html)).strip()


@dataclass(slots=True)
class Scope:
    """Texts that share a numbered list of footnotes: a lesson, or an exam."""

    name: str
    slots: list[Slot] = field(default_factory=list)
    notes: list[Footnote] = field(default_factory=list)
    sources: str = ""

    def block(self, lines: list[str], at: Location) -> Slot:
        """Add paragraphs, lists, tables and so on."""
        return self._add(Slot("\n".join(lines), at, inline=False))

    def inline(self, text: str, at: Location) -> Slot:
        """Add a text that stands inside a paragraph, a heading or a label."""
        return self._add(Slot(text.strip(), at, inline=True))

    def _add(self, slot: Slot) -> Slot:
        self.slots.append(slot)
        return slot


class Prose:
    """The renderer of one module."""

    def __init__(
        self,
        source: Source,
        footnotes: dict[str, Footnote],
        definitions: list[str],
        variables: Variables,
        link: LinkRule,
        image: LinkRule,
        report: Report,
    ) -> None:
        self._source = source
        self._footnotes = footnotes
        self._definitions = definitions
        self._variables = variables
        self._report = report
        self._rules: dict[tuple[str, str], LinkRule] = {("a", "href"): link, ("img", "src"): image}
        self._scopes: list[Scope] = []
        self._scope = Scope("")
        self._slot = Slot("", source.at(1), inline=True)
        self._cited: set[str] = set()
        # An abbreviation is marked up wherever it stands, so no text of such a module is plain.
        self._has_abbreviations = any(line.lstrip().startswith("*[") for line in definitions)
        self._markdown = markdown.Markdown(extensions=["tables", "def_list", "sane_lists", "abbr"])
        # Done by the reader already, and it would take the marks of set-aside code for stray characters.
        self._markdown.preprocessors.deregister("normalize_whitespace")
        self._markdown.treeprocessors.deregister("prettify")
        # Headings are cut out before; a paragraph may begin with a hashtag, which these would take for one.
        self._markdown.parser.blockprocessors.deregister("hashheader")
        self._markdown.parser.blockprocessors.deregister("setextheader")
        # CommonMark: a backslash before any punctuation takes its meaning away.
        self._markdown.ESCAPED_CHARS = list(string.punctuation)
        self._markdown.treeprocessors.register(_AlignmentClasses(self._markdown), "alignment", 5)
        self._markdown.inlinePatterns.register(_FootnoteMark(self), "footnote", 175)
        self._cleaner = nh3.Cleaner(
            tags=_TAGS,
            attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
            tag_attribute_values={
                "a": {"role": {"doc-noteref"}},
                "sup": {"class": {"note"}},
                "td": {"class": _ALIGN},
                "th": {"class": _ALIGN},
            },
            url_schemes={"http", "https", "mailto", "tel"},
            link_rel="noopener noreferrer",
            attribute_filter=self._filtered,
        )

    def scope(self, name: str) -> Scope:
        """A new scope; `name` becomes part of the addresses of its footnotes."""
        self._scopes.append(Scope(name))
        return self._scopes[-1]

    def render(self) -> None:
        """Fill in `html` of every slot and `sources` of every scope."""
        for definition in self._definitions:
            self._markdown.parser.parseChunk(etree.Element("div"), definition)
        for scope in self._scopes:
            self._render_scope(scope, scope.slots)
            slots: list[Slot] = []
            while len(slots) < len(scope.notes):  # a footnote may cite another one
                new = [Slot(note.text, note.at, inline=True) for note in scope.notes[len(slots) :]]
                self._render_scope(scope, new)
                slots += new
            if slots:
                items = (f'<li id="{note_id(scope.name, n)}">{slot.html}</li>' for n, slot in enumerate(slots, 1))
                scope.sources = "<ol>" + "".join(items) + "</ol>"
        for label in self._footnotes.keys() - self._cited:
            note = self._footnotes[label]
            self._report.add("SMAC311", note.at, f"footnote '{label}' is defined but never used")

    def cite(self, label: str) -> etree.Element:
        """The mark of a footnote in the scope that is being rendered."""
        element = etree.Element("sup", {"class": "note"})
        note = self._footnotes.get(label)
        if note is None:
            at = next((at for slot in self._scope.slots if (at := self._find(f"[^{label}]", slot))), self._slot.at)
            self._report.add(
                "SMAC310",
                at,
                f"footnote '{label}' is used but never defined",
                hint=f"add a line [^{label}]: …",
            )
            return element
        self._cited.add(label)
        if note not in self._scope.notes:
            self._scope.notes.append(note)
        number = self._scope.notes.index(note) + 1
        link = etree.SubElement(element, "a", {"href": f"#{note_id(self._scope.name, number)}", "role": "doc-noteref"})
        link.text = f"[{number}]"
        return element

    def _render_scope(self, scope: Scope, slots: list[Slot]) -> None:
        self._scope = scope
        root = etree.Element("div")
        waiting: list[Slot] = []
        for slot in slots:
            hidden = "\n".join(
                self._variables.hide(line, self._source, slot.at.line + number, self._report)
                for number, line in enumerate(slot.text.split("\n"))
            )
            if not hidden.strip():
                continue
            if _PLAIN.fullmatch(hidden) and not self._has_abbreviations:
                text = self._variables.show(html.escape(hidden.strip(), quote=False))
                slot.html = text if slot.inline else f"<p>{text}</p>"
            elif self._is_tame(hidden, slot):
                self._add_to_tree(root, hidden, slot)
                waiting.append(slot)
        if waiting:
            self._slot = waiting[0]
            for slot, text in zip(waiting, self._texts_of(root, waiting), strict=True):
                self._slot = slot
                slot.html = self._cleaner.clean(self._variables.show(text)).strip()

    def _add_to_tree(self, root: etree.Element, text: str, slot: Slot) -> None:
        if slot.inline:
            etree.SubElement(root, "p").text = text
            return
        lines = [*normalise(text.split("\n"), self._stashed).split("\n"), "", ""]
        for preprocessor in self._markdown.preprocessors:
            lines = preprocessor.run(lines)
        self._markdown.parser.parseChunk(etree.SubElement(root, "div"), "\n".join(lines))

    def _stashed(self, code: str) -> str:
        """A code block set aside: nothing in it is Markdown, wherever it stands."""
        return self._markdown.htmlStash.store(f"<pre><code>{html.escape(code, quote=False)}</code></pre>")

    def _texts_of(self, root: etree.Element, slots: list[Slot]) -> list[str]:
        for treeprocessor in self._markdown.treeprocessors:
            replaced = treeprocessor.run(root)
            root = replaced if replaced is not None else root
        joined = _SEPARATOR.join(self._markdown.serializer(child) for child in root)
        for postprocessor in self._markdown.postprocessors:
            joined = postprocessor.run(joined)
        wrapped = joined.split(_SEPARATOR)
        return [_unwrapped(text, slot.inline) for text, slot in zip(wrapped, slots, strict=True)]

    def _is_tame(self, text: str, slot: Slot) -> bool:
        """Measured: 4,000 of `[` in one paragraph take seconds, 20,000 more than half a minute."""
        deep = _DEEP.search(text)
        is_rule = deep is not None and RULE.match(text[deep.start() :].partition("\n")[0])
        problem = f"lists or quotes nested more than {MAX_NESTING} deep" if deep and not is_rule else ""
        for paragraph in _BLANK_LINE.split(text):
            if len(paragraph) > MAX_PARAGRAPH:
                problem = f"a paragraph of {len(paragraph):,} characters; the limit is {MAX_PARAGRAPH:,}"
            elif max(paragraph.count("["), paragraph.count("<")) > MAX_OPENERS:
                problem = f"more than {MAX_OPENERS} opening brackets in one paragraph"
        if problem:
            self._report.add("SMAC107", slot.at, problem)
        return not problem

    def _filtered(self, element: str, attribute: str, value: str) -> str | None:
        rule = self._rules.get((element, attribute))
        return rule(value, self._find(value, self._slot) or self._slot.at) if rule else value

    def _find(self, needle: str, slot: Slot) -> Location | None:
        """Where a piece of a slot's text stands in the source."""
        for number in range(slot.at.line, slot.at.line + slot.text.count("\n") + 1):
            column = self._source.lines[number - 1].find(needle) if number <= len(self._source.lines) else -1
            if column >= 0:
                return self._source.at(number, column + 1, column + 1 + len(needle))
        return None


def note_id(scope: str, number: int) -> str:
    """The address of a footnote in a page."""
    return f"{scope}._note-{number}"


def _unwrapped(text: str, inline: bool) -> str:
    tag: Literal["p", "div"] = "p" if inline else "div"
    return text.strip().removeprefix(f"<{tag}>").removesuffix(f"</{tag}>").removesuffix(f"<{tag} />")


class _FootnoteMark(InlineProcessor):
    def __init__(self, prose: Prose) -> None:
        super().__init__(r"\[\^([^\]\s]+)\]")
        self._prose = prose

    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[etree.Element, int, int]:
        return self._prose.cite(m[1]), m.start(0), m.end(0)


class _AlignmentClasses(Treeprocessor):
    """Table cells are aligned by class: a style attribute would break the page's security policy."""

    def run(self, root: etree.Element) -> None:
        for cell in root.iter():
            if cell.tag in {"td", "th"} and (style := cell.attrib.pop("style", "")):
                cell.set("class", "align-" + style.removeprefix("text-align:").strip(" ;"))
