"""What Python-Markdown is taught beyond its own extensions, and what it is told to leave out."""

from __future__ import annotations

import re
import string
import xml.etree.ElementTree as etree
from typing import Protocol

import markdown
from markdown.blockprocessors import HashHeaderProcessor
from markdown.inlinepatterns import InlineProcessor, SimpleTagInlineProcessor
from markdown.treeprocessors import Treeprocessor

from smac_courses.reader import formulas
from smac_courses.reader.normalise import DONE_TASK, OPEN_TASK

# Inline patterns that cannot match without one of these characters. Each pattern is tried on every text, so those that
# a module has no use for are left out.
_NEEDED = {
    "`": ("backtick",),
    "\\": ("escape",),
    "[": ("reference", "link", "image_link", "image_reference", "short_reference", "short_image_ref"),
    "<": ("autolink", "automail", "html"),
    "&": ("entity",),
    "*_": ("em_strong", "em_strong2"),
}


class Hooks(Protocol):
    """What the patterns ask of the renderer."""

    def cite(self, label: str) -> etree.Element:
        """The mark of a footnote."""

    def formula_html(self, tex: str, source: str, *, on_its_own: bool) -> str:
        """A formula as HTML; `source` is how it stands in the file."""


def make_markdown(text: str, hooks: Hooks) -> markdown.Markdown:
    """A renderer for one module, whose whole text is given: what it has no use for is not tried."""
    extensions = ["tables", "sane_lists"]
    if "*[" in text:
        extensions.append("abbr")
    if re.search(r"^ *:[ \t]", text, re.MULTILINE):
        extensions.append("def_list")
    if "!!!" in text or "[!" in text:
        extensions.append("admonition")
    made = markdown.Markdown(extensions=extensions)
    # The reader has done what they do.
    for name in ("normalize_whitespace", "html_block"):
        made.preprocessors.deregister(name)
    made.treeprocessors.deregister("prettify")
    # Headings at the margin are cut out before; a paragraph may begin with a hashtag, which is no heading.
    made.parser.blockprocessors.deregister("setextheader")
    if "#" in text:
        made.parser.blockprocessors.register(_Heading(made.parser), "hashheader", 70)
    else:
        made.parser.blockprocessors.deregister("hashheader")
    # CommonMark: a backslash before any punctuation takes its meaning away.
    made.ESCAPED_CHARS = list(string.punctuation)
    patterns = made.inlinePatterns
    for signs, names in _NEEDED.items():
        if not any(sign in text for sign in signs):
            for name in names:
                patterns.deregister(name, strict=False)
    if "[^" in text:
        patterns.register(_FootnoteMark(hooks), "footnote", 175)
    if "$" in text:
        patterns.register(_Formula(formulas.ON_ITS_OWN, hooks, made, on_its_own=True), "formula", 186)
        patterns.register(_Formula(formulas.INLINE, hooks, made, on_its_own=False), "inline_formula", 185)
    if "~~" in text:
        patterns.register(SimpleTagInlineProcessor(r"(~~)(?=\S)(.+?)(?<=\S)~~", "del"), "strikethrough", 55)
    if "://" in text:
        patterns.register(_Address(_ADDRESS), "address", 115)
    made.treeprocessors.register(_Shapes(made), "shapes", 5)
    return made


class _Heading(HashHeaderProcessor):
    """A heading inside a quote, a callout or a list: `#` signs and a space, never above the parts of a lesson."""

    RE = re.compile(r"(?:^|\n)(?P<level>#{1,6})[ ]+(?P<header>(?:\\.|[^\\])*?)[ ]*#*(?:\n|$)")

    def run(self, parent: etree.Element, blocks: list[str]) -> None:
        count = len(parent)
        super().run(parent, blocks)
        for element in parent[count:]:
            if element.tag in {"h1", "h2"}:
                element.tag = "h3"


class _FootnoteMark(InlineProcessor):
    def __init__(self, hooks: Hooks) -> None:
        super().__init__(r"\[\^([^\]\s]+)\]")
        self._hooks = hooks

    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[etree.Element, int, int]:
        return self._hooks.cite(m[1]), m.start(0), m.end(0)


class _Formula(InlineProcessor):
    def __init__(self, pattern: str, hooks: Hooks, made: markdown.Markdown, *, on_its_own: bool) -> None:
        super().__init__(pattern, made)
        self._hooks = hooks
        self._made = made
        self._on_its_own = on_its_own

    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[str, int, int]:
        html = self._hooks.formula_html(m[1], m[0], on_its_own=self._on_its_own)
        return self._made.htmlStash.store(html), m.start(0), m.end(0)


# As on GitHub, an address is a link without any brackets. Not inside another link or a tag.
_ADDRESS = r"(?<![\w/\"'=\x03])https?://[^\s<>\"\x02\x03]*[^\s<>\"'.,;:!?)\]*_~\x02\x03]"


class _Address(InlineProcessor):
    ANCESTOR_EXCLUDES = ("a",)

    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[etree.Element, int, int]:
        link = etree.Element("a", {"href": m[0]})
        link.text = markdown.util.AtomicString(m[0])
        return link, m.start(0), m.end(0)


class _Shapes(Treeprocessor):
    """Gives elements the classes that the style sheet knows, and pictures with a caption their figure."""

    def run(self, root: etree.Element) -> None:
        for element in root.iter():
            match element.tag:
                case "td" | "th" if style := element.attrib.pop("style", ""):
                    # A style attribute would break the page's security policy.
                    element.set("class", "align-" + style.removeprefix("text-align:").strip(" ;"))
                case "div" if element.get("class", "").startswith("admonition "):
                    _callout(element)
                case "ul":
                    _checklist(element)
                case "p" if len(element) == 1 and element[0].tag == "img" and element[0].get("title"):
                    _figure(element)


def _callout(element: etree.Element) -> None:
    """Its title is filled in by the page, in the course's language, where the author gave none."""
    element.set("class", "callout " + element.attrib["class"].removeprefix("admonition ").strip())
    element.set("role", "note")
    if len(element) and element[0].get("class") == "admonition-title":
        element[0].set("class", "callout-title")
    else:
        element.insert(0, etree.Element("p", {"class": "callout-title"}))


def _checklist(element: etree.Element) -> None:
    for item in element:
        holder = item[0] if len(item) and item[0].tag == "p" and not (item.text or "").strip() else item
        sign = (holder.text or "")[:1]
        if sign in (OPEN_TASK, DONE_TASK) and sign:
            holder.text = (holder.text or "")[1:]
            item.set("class", "task" if sign == OPEN_TASK else "task done")
            element.set("class", "checklist")


def _figure(element: etree.Element) -> None:
    if (element.text or "").strip() or (element[0].tail or "").strip():
        return
    element.tag = "figure"
    caption = etree.SubElement(element, "figcaption")
    caption.text = element[0].attrib.pop("title")
