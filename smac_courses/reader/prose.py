"""Markdown text to sanitised HTML fragments: many small texts, one tree per lesson, one renderer per module.

The way is measured (many texts in one tree cost about half of one `convert()` each); its rules:

* texts are added first and rendered together, so that link references defined further down are found;
* a text without any markup but simple stress needs no renderer;
* a paragraph that would cost Python-Markdown quadratic time is refused with a finding;
* the sanitiser is the last step. It also rewrites links, so Markdown and raw HTML meet the same rule.
"""

from __future__ import annotations

import html
import re
import xml.etree.ElementTree as etree
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal, assert_never

from smac_courses.diagnostics import Location, Report
from smac_courses.model.blocks import LinkText, Picture
from smac_courses.reader.containers import Callout, List, Node, Quote, Raw, Text, cut
from smac_courses.reader.document import RULE, Footnote
from smac_courses.reader.formulas import FormulaError, to_mathml
from smac_courses.reader.highlight import highlighted, language_problem
from smac_courses.reader.markup import make_markdown
from smac_courses.reader.sanitiser import CALLOUTS, OpenElements, foreign_scheme, make_cleaner, taken_out
from smac_courses.reader.schema import nearest
from smac_courses.reader.source import Source
from smac_courses.reader.variables import Variables

MAX_PARAGRAPH = 20_000
MAX_OPENERS = 200
MAX_NESTING = 10

_CITATION = re.compile(r"\[\^([^\]\s]+)\](?!:)")
_BLANK_LINE = re.compile(r"\n[ \t]*\n")
_SEPARATOR = "\x1e"
# A paragraph without markup but simple stress: what is nearly always written. It begins like a sentence, so that it
# cannot be a list or a table; nothing in it means anything to Markdown or HTML but pairs of * around whole words.
_QUIET = r"[^*_`\[\]{}<>&\\|~$:\n\x1e]"
_STRESS = rf"(?<![\w*])\*{{1,2}}(?=\w)(?:{_QUIET}|:(?=[ ]))*+\*{{1,2}}(?![\w*])"
_SIMPLE = re.compile(
    rf"(?:[^\W\d_]|[\"“‘'(](?=[^\W_])|\d++(?=[ %])|(?=\*{{1,2}}\w))"
    rf"(?:{_QUIET}++|:(?=[ ]|$)|{_STRESS}|(?<![ \n])\n(?=[^\W\d_]))*+"
)
_STRONG = re.compile(r"\*\*(\w(?:[^*]*\w)?)\*\*")
_EM = re.compile(r"\*(\w(?:[^*]*\w)?)\*")
_DEEP = re.compile(
    r"^[ \t]*(?:(?:[*+-]|\d{1,9}[.)])[ \t]+|>[ \t]?){" + str(MAX_NESTING + 1) + r",}|^ {44,}\S", re.MULTILINE
)

_LINK = re.compile(r"<a(?= |>)(?![^>]*doc-noteref)[^>]*>(.*?)</a>", re.S)
_CODE = re.compile(r"<(pre|code|math)[ >].*?</\1>", re.S)
_BRACES = re.compile(r"\{:?\s*(?:[#.][A-Za-z][\w-]*|[a-z_]+=[^\s{}]+)(?:\s+(?:[#.][\w-]+|[a-z_]+=[^\s{}]+))*\s*\}")
_STRAY_LINK = re.compile(
    r"\[[^\[\]\n]{1,80}\]\s+\((?:https?:|mailto:|\.{0,2}/|#)[^()\n]*\)|\([^()\n]{1,80}\)\[(?:https?:|\.{0,2}/)[^\[\]\n]*\]"
    r"|\[[^\[\]\n]{1,80}\]\[[^\[\]\n]{1,80}\]"
)
_IMAGE = re.compile(r"<img [^>]*>")
_HREF = re.compile(r'<a [^>]*?href="([^"]*)"')
_ADDRESS = re.compile(r'(?P<before><(?P<tag>a|img) (?:[^<>"]|"[^"]*")*?)(?<=[ "])(?P<name>href|src)="(?P<value>[^"]*)"')
_SWALLOWED = re.compile(r"\*\*\w[^*<>]*\*\*|\[[^\]<>]+\]\([^)<>]+\)|\n(?:[-*+] |#{1,6} |> )[^<>\n]+|`[^`<>\n]+`")
_ALT = re.compile(r'\balt="([^"]*)"')
# Python-Markdown's callouts may have any name; these are what they come to here.
_CALLOUT_NAMES = {
    **{name: name for name in CALLOUTS},
    "attention": "warning",
    "danger": "caution",
    "error": "caution",
    "hint": "tip",
    "info": "note",
}

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
        return _words_of(self.html)


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
        self._link = link
        self._image = image
        self._scopes: list[Scope] = []
        self._scope = Scope("")
        self._slot = Slot("", source.at(1), inline=True)
        self._cited: set[str] = set()
        # An abbreviation is marked up wherever it stands, so no text of such a module is plain.
        self._has_abbreviations = any(line.lstrip().startswith("*[") for line in definitions)
        self._markdown = make_markdown("\n".join(source.lines), self)
        self._cleaner = make_cleaner()
        self._elements = OpenElements()
        self._seen: dict[str, int] = {}  # how often each address has come in the slot in hand
        self._notes: set[str] = set()  # addresses of footnotes, which are complete
        self._dropped = False  # whether an address of the slot in hand had a finding, and was left out
        self.links: list[LinkText] = []
        self.pictures: list[Picture] = []

    def cited_elsewhere(self, lines: Iterable[str]) -> None:
        """Footnotes in these lines count as used, although they are not rendered."""
        for line in lines:
            self._cited.update(label for label in _CITATION.findall(line) if label in self._footnotes)

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

    def place(self) -> Location:
        """The beginning of the lesson, or of the text, that is being rendered."""
        slots = self._scope.slots
        return slots[0].at if slots else self._slot.at

    def cite(self, label: str) -> etree.Element:
        """The mark of a footnote in the scope that is being rendered."""
        element = etree.Element("sup", {"class": "note"})
        note = self._footnotes.get(label)
        if note is None:
            self._report.add(
                "SMAC310",
                self._find_in_scope(f"[^{label}]"),
                f"footnote '{label}' is used but never defined",
                hint=f"add a line [^{label}]: …",
            )
            return element
        self._cited.add(label)
        if note not in self._scope.notes:
            self._scope.notes.append(note)
        number = self._scope.notes.index(note) + 1
        address = f"#{note_id(self._scope.name, number)}"
        self._notes.add(address)
        link = etree.SubElement(element, "a", {"href": address, "role": "doc-noteref"})
        link.text = f"[{number}]"
        return element

    def formula_html(self, tex: str, source: str, *, on_its_own: bool) -> str:
        """A formula as MathML, or its source after a finding."""
        try:
            return to_mathml(tex, on_its_own=on_its_own)
        except FormulaError as error:
            first = source.strip().partition("\n")[0]
            self._report.add("SMAC142", self._find_in_scope(first), str(error), hint=error.hint)
            return html.escape(source)

    # What cut() sets aside.

    def code(self, code: str, language: str) -> str:
        """A block of code: nothing in it is Markdown, wherever it stands."""
        if hint := language_problem(language):
            at = self._find(language, self._slot) or self._slot.at
            self._report.add("SMAC143", at, f"the language '{language}' is not known", hint=hint)
        return self._markdown.htmlStash.store(highlighted(code, language))

    def never_closed(self, opening: str) -> None:
        """Code inside a list or a quote; what stands at the margin has been looked at before."""
        at = self._find(opening.strip(), self._slot) or self._slot.at
        self._report.add("SMAC106", at, "the code block that begins here is never closed")

    def formula(self, tex: str) -> str:
        """A formula on lines of its own."""
        return self._markdown.htmlStash.store(f"<p>{self.formula_html(tex, tex, on_its_own=True)}</p>")

    def html(self, lines: str) -> str:
        """Lines of HTML; what is between them is Markdown again."""
        if found := _SWALLOWED.search(lines):
            at = self._find(found[0].strip(), self._slot) or self._slot.at
            self._report.add("SMAC337", at, "this is read as HTML, so its Markdown shows as it stands")
        if stray := self._elements.read(lines):
            at = self._find(f"</{stray}", self._slot) or self._slot.at
            self._report.add("SMAC313", at, f"</{stray}> closes nothing that was opened in this part of the text")
        return self._markdown.htmlStash.store(lines)

    def callout(self, kind: str, *, rest: str | None = None, is_empty: bool = False) -> str:
        """The name of a callout; unknown ones are shown as a note, after a finding."""
        name = _CALLOUT_NAMES.get(kind.lower())
        known = _CALLOUT_NAMES if rest is None else CALLOUTS  # GitHub knows fewer
        at = self._find(kind, self._slot) or self._slot.at
        if kind.lower() == "hint" and rest is not None:
            self._report.add("SMAC319", at, "a hint belongs to a question", hint="write [!TIP] outside questions")
        elif kind.lower() not in known:
            meant = name or nearest(kind.lower(), known)
            hint = f"did you mean {meant.upper()}?" if meant else "write one of: " + ", ".join(CALLOUTS).upper()
            self._report.add("SMAC319", at, f"'{kind}' is not a kind of callout", hint=hint)
        elif is_empty:
            sign = "behind a >" if rest is not None else "indented by four spaces"
            self._report.add("SMAC319", at, "a callout without text", hint=f"write its text on the next line, {sign}")
        elif rest:
            hint = "put the text on the next line, behind its own >"
            self._report.add("SMAC319", at, f"text behind [!{kind}]: GitHub shows no callout then", hint=hint)
        return name or "note"

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
            is_code = not slot.inline and hidden.lstrip("\n").startswith(("    ", "\t"))
            if not is_code and not self._has_abbreviations and (text := _simple(hidden.strip())):
                text = self._variables.show(text)
                slot.html = text if slot.inline else f"<p>{text}</p>"
            elif self._is_tame(hidden, slot):
                self._slot = slot
                self._add_to_tree(root, hidden, slot)
                waiting.append(slot)
        if waiting:
            for slot, text in zip(waiting, self._texts_of(root, waiting), strict=True):
                self._slot = slot
                text = self._variables.show(text)
                if "<" in slot.text:
                    self._report_taken_out(text, slot)
                if "{" in slot.text:
                    self._report_braces(text, slot)
                if "[" in slot.text:
                    self._report_stray_brackets(text, slot)
                self._dropped = False
                self._seen = {}
                if "<a " in text:
                    self._report_schemes(text, slot)
                slot.html = self._with_addresses(self._cleaner.clean(text).strip())
                self._remember(slot)

    def _add_to_tree(self, root: etree.Element, text: str, slot: Slot) -> None:
        if slot.inline:
            etree.SubElement(root, "p").text = text
            return
        self._elements = OpenElements()
        self._build(etree.SubElement(root, "div"), cut(text.split("\n"), self))
        if left := self._elements.left_open():
            at = self._find(f"<{left}", slot) or slot.at
            self._report.add("SMAC313", at, f"<{left}> is not closed before this part of the text ends")

    def _build(self, parent: etree.Element, nodes: list[Node], *, is_tight: bool = False) -> None:
        """Containers as elements; what is in them, Python-Markdown reads."""
        parser = self._markdown.parser
        for node in nodes:
            match node:
                case Text(lines=lines):
                    if is_tight:
                        parser.state.set("list")
                    parser.parseChunk(parent, "\n".join(lines) + "\n\n")
                    if is_tight:
                        parser.state.reset()
                case Raw(placeholder=placeholder):
                    etree.SubElement(parent, "p").text = placeholder
                case Quote(nodes=inside):
                    self._build(etree.SubElement(parent, "blockquote"), inside)
                case Callout(kind=kind, title=title, nodes=inside):
                    element = etree.SubElement(parent, "div", {"class": f"callout {kind}", "role": "note"})
                    # The page fills in the name of the kind, in the course's language.
                    etree.SubElement(element, "p", {"class": "callout-title"}).text = title
                    self._build(element, inside)
                case List():
                    self._build_list(parent, node)
                case _:
                    assert_never(node)

    def _build_list(self, parent: etree.Element, node: List) -> None:
        element = etree.SubElement(parent, "ul" if node.start < 0 else "ol")
        if node.start not in (-1, 1):
            element.set("start", str(node.start))
        if any(item.task for item in node.items):
            element.set("class", "checklist")
        for item in node.items:
            child = etree.SubElement(element, "li")
            if item.task:
                child.set("class", "task done" if item.task == "x" else "task")
            self._build(child, item.nodes, is_tight=not node.is_loose)

    def _report_taken_out(self, text: str, slot: Slot) -> None:
        seen: dict[str, int] = {}
        for needle, name, is_html in taken_out(text):
            at = self._nth(needle, slot, seen)
            if name.startswith("when="):
                hint = "give the part a heading, and put when= in its braces"
                self._report.add("SMAC132", at, "when= means nothing here: everybody would see this", hint=hint)
            elif is_html:
                self._report.add("SMAC317", at, f"{name} does not travel: it is taken out")
            else:
                self._report.add("SMAC336", at, f"{name} would vanish: it is read as HTML")

    def _report_braces(self, text: str, slot: Slot) -> None:
        """Attributes where they mean nothing; they would show, or a part for one country be seen by all."""
        for found in _BRACES.finditer(_CODE.sub("", text)):
            at = self._find(found[0], slot) or slot.at
            self._report.add("SMAC132", at, f"'{found[0]}' is shown as it stands")

    def _report_stray_brackets(self, text: str, slot: Slot) -> None:
        for found in _STRAY_LINK.finditer(re.sub(r"<[^>]*>", "", _CODE.sub("", text))):
            words = html.unescape(found[0])
            self._report.add("SMAC338", self._find(words, slot) or slot.at, f"'{words[:60]}' is shown as it stands")

    def _report_schemes(self, text: str, slot: Slot) -> None:
        seen: dict[str, int] = {}
        for found in _HREF.finditer(text):
            if not found[1] and self._find("]()", slot):
                self._report.add("SMAC338", self._find("]()", slot) or slot.at, "a link without an address")
            elif scheme := foreign_scheme(found[1]):
                self._dropped = True
                at = self._nth(f"{scheme}:", slot, seen)
                self._report.add("SMAC318", at, f"a link with '{scheme}:' cannot be followed from a course")

    def _remember(self, slot: Slot) -> None:
        """Keep what the rules on links and pictures ask for, with the place of each."""
        seen: dict[str, int] = {}
        dead: list[Location] = []
        for found in _LINK.finditer(slot.html) if "<a" in slot.html else ():
            words = _words_of(found[1])
            at = self._nth(f"[{words}" if words else "[](", slot, seen)
            if " href=" not in found[0].partition(">")[0]:
                dead.append(at)
            if words or "<img" not in found[1]:
                self.links.append(LinkText(words=words, at=at))
        if dead and not self._dropped:  # else each has a finding already
            self._report.add("SMAC338", dead[0], "the address of this link cannot be read: it leads nowhere")
        for found in _IMAGE.finditer(slot.html) if "<img" in slot.html else ():
            alt = _ALT.search(found[0])
            words = html.unescape(alt[1]).strip() if alt else ""
            self.pictures.append(Picture(alt=words, at=self._nth(f"![{words}", slot, seen)))

    def _nth(self, needle: str, slot: Slot, seen: dict[str, int]) -> Location:
        """The place of a needle that may stand several times in one text: each time one further."""
        seen[needle] = seen.get(needle, 0) + 1
        return self._find(needle, slot, seen[needle]) or slot.at

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
            elif max(map(paragraph.count, "[<~")) > MAX_OPENERS:
                problem = f"more than {MAX_OPENERS} opening brackets in one paragraph"
        if problem:
            self._report.add("SMAC107", slot.at, problem)
        return not problem

    def _with_addresses(self, clean: str) -> str:
        """Sanitised HTML with its links and pictures leading into the package. It is regular by now.

        Not by a filter inside the sanitiser: an interrupt in a function that is called from there is swallowed.
        """
        if "href=" not in clean and "src=" not in clean:
            return clean
        return _ADDRESS.sub(self._address, clean)

    def _address(self, found: re.Match[str]) -> str:
        value = html.unescape(found["value"])
        if value in self._notes:
            return found[0]
        at = self._nth(value, self._slot, self._seen)
        address = self._link(value, at) if found["tag"] == "a" else self._image(value, at)
        self._dropped |= address is None
        return found["before"] + (f'{found["name"]}="{html.escape(address)}"' if address is not None else "")

    def _find(self, needle: str, slot: Slot, count: int = 1) -> Location | None:
        """Where a piece of a slot's text stands in the source, the `count`-th time."""
        for number in range(slot.at.line, slot.at.line + slot.text.count("\n") + 1):
            line = self._source.lines[number - 1] if number <= len(self._source.lines) else ""
            column = line.find(needle)
            while column >= 0 and count > 1:
                column, count = line.find(needle, column + 1), count - 1
            if column >= 0:
                return self._source.at(number, column + 1, column + 1 + len(needle))
        return None

    def _find_in_scope(self, needle: str) -> Location:
        slots = [*self._scope.slots, *(Slot(note.text, note.at, inline=True) for note in self._scope.notes)]
        return next((at for slot in slots if (at := self._find(needle, slot))), self._slot.at)


def _words_of(fragment: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", fragment)).strip()


def _simple(text: str) -> str:
    """The HTML of a text that needs no renderer, or nothing: most texts of a course are of this kind."""
    if _SIMPLE.fullmatch(text) is None or len(text) > MAX_PARAGRAPH or "\t" in text:
        return ""
    if "*" in text:
        text = _EM.sub(r"<em>\1</em>", _STRONG.sub(r"<strong>\1</strong>", text))
        if "*" in text:
            return ""
    return text


def note_id(scope: str, number: int) -> str:
    """The address of a footnote in a page."""
    return f"{scope}._note-{number}"


def _unwrapped(text: str, inline: bool) -> str:
    tag: Literal["p", "div"] = "p" if inline else "div"
    return text.strip().removeprefix(f"<{tag}>").removesuffix(f"</{tag}>").removesuffix(f"<{tag} />")
