"""What course structures outside of SCORM share: ids that stand once, and addresses that can be launched."""

from __future__ import annotations

import re
from collections.abc import Iterable
from posixpath import normpath
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from lxml import etree

from smac_courses.diagnostics import Report
from smac_courses.validation.archive import Archive
from smac_courses.validation.grammar import place_of
from smac_courses.validation.values import Value, pattern

_ESCAPED = "%[0-9A-Fa-f]{2}"
_ANY = rf"(?:[^\x00-\x20\x7f-\x9f<>\"{{}}|\\^`%#\[\]]|{_ESCAPED})"
_HOST = rf"(?:[^\x00-\x20\x7f-\x9f<>\"{{}}|\\^`%#\[\]:/?@]|{_ESCAPED})"
_AUTHORITY = rf"//(?:(?:{_HOST}|:)*@)?(?:\[[0-9A-Fa-f:.]+\]|{_HOST}*)(?::[0-9]*)?(?=[/?#]|$)"
# RFC 3987, section 2.2.
IRI: Value = pattern(
    "an absolute IRI such as https://example.com/courses/1",
    rf"[A-Za-z][A-Za-z0-9+.-]*:(?=.)(?:{_AUTHORITY}|(?!//)){_ANY}*(?:#{_ANY}*)?",
)
# RFC 1738, section 2.2; the tilde, which later standards allow, is left alone.
_UNSAFE = re.compile(r"[\s<>\"{}|\\^`\[\]]|[^\x21-\x7e]|%(?![0-9A-Fa-f]{2})|(?<=#)[^#]*#")
_WEB = frozenset({"http", "https"})
_SCRIPTS = frozenset({"javascript", "vbscript"})


def once_each(elements: Iterable[etree._Element], attribute: str, what: str, path: str, report: Report) -> set[str]:
    """The ids of some elements; one that stands twice is a finding."""
    seen: dict[str, int] = {}
    for element in elements:
        value = (element.get(attribute) or "").strip()
        if value in seen:
            message = f"'{value}' is the {attribute} of another {what}, in line {seen[value]}"
            report.add("SMAC930", place_of(element, path), message)
        elif value:
            seen[value] = place_of(element, path).line
    return set(seen)


def launched_file(
    element: etree._Element,
    archive: Archive,
    path: str,
    report: Report,
    reserved: frozenset[str],
    *,
    programs: bool = False,
) -> str:
    """The file in the package that the address in an element launches, "" where it lies elsewhere or nowhere.

    `reserved` are names that an LMS puts into the query itself; `programs` allows addresses that no browser opens.
    """
    at = place_of(element, path)
    # Comments may stand in it.
    address = str(element.xpath("string()")).strip()
    if not address:
        report.add("SMAC961", at, "the address is empty")
        return ""
    if found := _UNSAFE.search(address):
        sign = found[0][-1]
        hint = "write /" if sign == "\\" else f"write it as {quote(sign)}, or give the file a name without it"
        report.add("SMAC961", at, f"'{address[:100]}' has a {sign!r} that may not stand in an address", hint=hint)
        return ""
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError as error:
        report.add("SMAC961", at, f"'{address[:100]}' is no address: {error}")
        return ""
    taken = sorted(reserved & {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)})
    if taken:
        report.add("SMAC961", at, f"the address has {', '.join(taken)} in its query, which belong to the LMS")
    if parts.scheme or parts.netloc:
        is_known = parts.scheme in _WEB or (programs and parts.scheme and parts.scheme not in _SCRIPTS)
        if not is_known or not parts.netloc:
            report.add("SMAC961", at, f"'{address[:100]}' is neither a file of the package nor a page of the web")
        else:
            report.add("SMAC937", at, f"what is launched lies at '{address[:100]}'")
        return ""
    return _file_of(parts.path, parts.fragment, element, archive, path, report)


def _file_of(name: str, fragment: str, element: etree._Element, archive: Archive, path: str, report: Report) -> str:
    at = place_of(element, path)
    if not name or ":" in name.partition("/")[0]:
        report.add("SMAC961", at, f"the address names no file: '{name[:100]}'")
        return ""
    if fragment:
        report.add("SMAC962", at, f"some players look for a file with '#{fragment[:60]}' in its name")
    if name in archive.entries:
        return name
    plain = unquote(name)
    if "//" not in plain and not plain.endswith("/"):
        plain = normpath(plain)
    if plain in archive.entries:
        report.add("SMAC962", at, f"some players look for '{name}' to the letter, and the file is '{plain}'")
        return plain
    near = next((one for one in archive.names if one.lower() == plain.lower()), "")
    hint = f"the package has '{near}': case counts" if near else ""
    report.add("SMAC932", at, f"'{name}' is not in the package", hint=hint)
    return ""
