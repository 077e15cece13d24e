"""Which elements may stand where, how often, in which order, and with what: tables, and the walk that applies them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

from lxml import etree

from smac_courses.diagnostics import Location, Report
from smac_courses.validation.values import LANGUAGE, Value

_LONGEST_SHOWN = 60
# Written with another capital in each edition, and looked at by a rule of its own.
SCORM_TYPE = "adlcp:scormtype"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
MANY = 1_000_000


@dataclass(frozen=True, slots=True)
class Child:
    """An element that may stand in another one, so many times."""

    name: str
    least: int = 0
    most: int = MANY


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What one element is made of.

    Names are a prefix of the grammar and a local name: `cp:item`; attributes without a namespace have no prefix.
    `children` stand in this order; `behind` follow them in any order. `text` is what may stand in it, None where only
    elements may. `foreign` allows elements of namespaces that the grammar does not know, everywhere behind `children`
    or, where `foreign_last`, behind everything else; `closed` forbids their attributes. `note` says what is to be said
    where it is used at all.
    """

    children: tuple[Child, ...] = ()
    behind: tuple[Child, ...] = ()
    attributes: Mapping[str, Value] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    text: Value | None = None
    foreign: bool = False
    foreign_last: bool = False
    closed: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grammar:
    """`prefixes` gives the namespace of each prefix used in `rules`; `book` names the standard in findings.

    `language` is what `xml:lang` may be: the schemas of SCORM do not allow the nothing that XML itself does.
    """

    book: str
    prefixes: Mapping[str, str]
    rules: Mapping[str, Rule]
    language: Value = LANGUAGE

    def name_of(self, tag: str) -> str:
        """A tag or an attribute as the grammar writes it; one of a foreign namespace stays as lxml has it."""
        if not tag.startswith("{"):
            return tag
        uri, _, local = tag[1:].partition("}")
        prefix = next((name for name, known in self.prefixes.items() if known == uri), None)
        return f"{prefix}:{local}" if prefix else tag


def place_of(element: etree._Element, path: str) -> Location:
    """Where an element begins: lxml knows its line, not its column."""
    line = cast("int | None", element.sourceline)
    return Location(path, line or 1)


def check_element(element: etree._Element, grammar: Grammar, path: str, report: Report) -> None:
    """Apply the grammar to an element that it has a rule for, and to everything below it."""
    name = grammar.name_of(element.tag)
    rule = grammar.rules[name]
    at = place_of(element, path)
    if rule.note:
        report.add("SMAC960", at, f"<{_local(name)}>: {rule.note}")
    _check_attributes(element, name, rule, grammar, at, report)
    _check_text(element, name, rule, grammar, at, report)
    _check_children(element, name, rule, grammar, path, report)


def elements_in(element: etree._Element) -> Iterator[etree._Element]:
    """The elements in an element: comments and instructions are none."""
    return (child for child in element if isinstance(child.tag, str))


def attributes_of(element: etree._Element, grammar: Grammar) -> dict[str, str]:
    """The attributes of an element, by the names that the grammar has for them."""
    return {grammar.name_of(str(name)): str(value) for name, value in element.attrib.items()}


def _check_attributes(
    element: etree._Element, name: str, rule: Rule, grammar: Grammar, at: Location, report: Report
) -> None:
    found = attributes_of(element, grammar)
    for attribute in sorted(rule.required - found.keys()):
        report.add("SMAC924", at, f"<{_local(name)}> has no {_local(attribute)} ({grammar.book})")
    for attribute, value in found.items():
        wanted = rule.attributes.get(attribute)
        if wanted is not None:
            if not wanted.allows(value):
                message = f'{_local(attribute)}="{_short(value)}" of <{_local(name)}> must be {wanted.wanted}'
                report.add("SMAC926", at, f"{message} ({grammar.book})")
        elif attribute == "xml:lang" and not rule.closed:
            if not grammar.language.allows(value):
                report.add("SMAC926", at, f'xml:lang="{_short(value)}" must be {grammar.language.wanted}')
        elif not _is_free(attribute, rule) and (name, attribute.lower()) != ("cp:resource", SCORM_TYPE):
            hint = _nearly(attribute, rule.attributes)
            what = f"<{_local(name)}> has no attribute {_local(attribute)} ({grammar.book})"
            report.add("SMAC925", at, what, hint=hint)


def _check_text(element: etree._Element, name: str, rule: Rule, grammar: Grammar, at: Location, report: Report) -> None:
    if rule.text is not None:
        words = "".join(filter(None, (element.text, *(child.tail for child in element))))
        if not rule.text.allows(words):
            message = f"<{_local(name)}>{_short(words)}</{_local(name)}> must be {rule.text.wanted}"
            report.add("SMAC926", at, f"{message} ({grammar.book})")
        return
    loose = [words for words in (element.text, *(child.tail for child in element)) if words and words.strip()]
    if loose:
        report.add("SMAC927", at, f"'{_short(loose[0].strip())}' stands in <{_local(name)}>, which has elements only")


def _check_children(
    element: etree._Element, name: str, rule: Rule, grammar: Grammar, path: str, report: Report
) -> None:
    order = {child.name: place for place, child in enumerate(rule.children)}
    order.update({child.name: len(rule.children) for child in rule.behind})
    limits = {child.name: child for child in (*rule.children, *rule.behind)}
    counted: Counter[str] = Counter()
    last, last_name = -1, ""
    for child in elements_in(element):
        child_name, at = grammar.name_of(child.tag), place_of(child, path)
        if child_name not in limits:
            if _is_foreign(child_name) and rule.foreign:
                # What belongs to others stands behind everything else.
                last, last_name = len(rule.children) + rule.foreign_last, child_name
            else:
                what = f"<{_local(child_name)}> may not stand in <{_local(name)}> ({grammar.book})"
                report.add("SMAC920", at, what, hint=_nearly(child_name, order))
            continue
        if order[child_name] < last:
            what = (
                f"<{_local(child_name)}> stands behind <{_local(last_name)}> in <{_local(name)}>, and belongs before it"
            )
            report.add("SMAC921", at, f"{what} ({grammar.book})")
        else:
            last, last_name = order[child_name], child_name
        counted[child_name] += 1
        if counted[child_name] == limits[child_name].most + 1:
            report.add("SMAC923", at, f"<{_local(child_name)}> stands in <{_local(name)}> too often ({grammar.book})")
        if child_name in grammar.rules:
            check_element(child, grammar, path, report)
        elif f"{{{XSI}}}nil" in child.attrib:
            report.add("SMAC925", at, f"<{_local(child_name)}> may be empty, not nil ({grammar.book})")
    for child_name, limit in limits.items():
        if counted[child_name] < limit.least:
            what = f"<{_local(name)}> has no <{_local(child_name)}> ({grammar.book})"
            report.add("SMAC922", place_of(element, path), what)


def _is_free(attribute: str, rule: Rule) -> bool:
    """Whether an attribute is no business of the standard: where a schema is may be said everywhere."""
    if rule.closed or attribute == f"{{{XSI}}}nil":
        return attribute in {f"{{{XSI}}}{name}" for name in ("schemaLocation", "noNamespaceSchemaLocation")}
    return attribute.startswith(("{", "xml:"))


def _is_foreign(name: str) -> bool:
    return name.startswith("{")


def _nearly(name: str, known: Mapping[str, object]) -> str:
    """The known name that differs in capitals only: the usual slip."""
    same = next((one for one in known if one.lower() == name.lower()), None)
    return f"write {_local(same)}" if same else ""


def _local(name: str) -> str:
    """A name for people: the tables' prefixes are those that everybody uses, or those of the default namespace."""
    if name.startswith("{"):
        return name.partition("}")[2]
    return name.removeprefix("cp:").removeprefix("c:").removeprefix("t:").replace("md:", "imsmd:")


def _short(words: str) -> str:
    return words if len(words) <= _LONGEST_SHOWN else f"{words[:_LONGEST_SHOWN]}…"
