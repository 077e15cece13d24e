"""What all manifests must hold besides their grammar: identifiers, references, files, what is launched."""

from __future__ import annotations

import itertools
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote

from lxml import etree

from smac_courses.diagnostics import Report
from smac_courses.validation.archive import Archive
from smac_courses.validation.grammar import SCORM_TYPE, Grammar, attributes_of, elements_in, place_of

MANIFEST = "imsmanifest.xml"
_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_SCHEMA_LOCATION = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"
_ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_LONGEST_TITLE, _LONGEST_BASE = 200, 2000
_LONGEST_ID = 255
_SHOWN = 5
_CONTROL = (".xsd", ".dtd")
_USUAL_PREFIXES = ("adlcp", "adlseq", "adlnav", "imsss")


@dataclass(frozen=True, slots=True)
class Launch:
    """An item that launches something: its resource, the path of the file in the package, and its kind.

    The path is empty where it lies elsewhere or nowhere; the kind is `sco`, `asset`, or empty where it is not known.
    """

    item: etree._Element
    resource: etree._Element
    path: str
    kind: str

    @property
    def is_sco(self) -> bool:
        """Whether it talks to the LMS."""
        return self.kind == "sco"


@dataclass(slots=True)
class Manifest:
    """A manifest that could be read, and what of it is of use to the other rules."""

    root: etree._Element
    grammar: Grammar
    archive: Archive
    report: Report
    launches: list[Launch] = field(default_factory=list)

    @property
    def path(self) -> str:
        """Where findings in it are."""
        return self.archive.place(MANIFEST).path

    @property
    def is_2004(self) -> bool:
        """Whether it is of SCORM 2004."""
        return "imsss" in self.grammar.prefixes

    def add(self, code: str, element: etree._Element, message: str, *, hint: str = "") -> None:
        """A finding at an element."""
        self.report.add(code, place_of(element, self.path), message, hint=hint)

    def all(self, name: str) -> Iterator[etree._Element]:
        """Every element of a name, sub-manifests included."""
        prefix, _, local = name.partition(":")
        return self.root.iter(f"{{{self.grammar.prefixes[prefix]}}}{local}")

    def children(self, element: etree._Element, name: str) -> list[etree._Element]:
        """The children of an element that have a name."""
        return [child for child in elements_in(element) if self.grammar.name_of(child.tag) == name]


def check_manifest(manifest: Manifest) -> None:
    """Apply every rule that the editions share."""
    _identifiers(manifest)
    files = _files(manifest)
    _launches(manifest)
    _references(manifest)
    _titles(manifest)
    _unlisted(manifest, files)
    _control_documents(manifest)
    _prefixes(manifest)
    nested = next(itertools.islice(manifest.all("cp:manifest"), 1, None), None)
    if nested is not None:
        manifest.add("SMAC960", nested, "<manifest>: few LMSs read a manifest inside a manifest")


def _identifiers(manifest: Manifest) -> None:
    seen: dict[str, int] = {}
    for element in manifest.root.iter(tag=etree.Element):
        for name in ("identifier", "ID"):
            value = (element.get(name) or "").strip()
            is_ours = not manifest.grammar.name_of(element.tag).startswith("{")
            if not value or not is_ours:
                continue
            if value in seen:
                manifest.add("SMAC930", element, f"'{value}' is the {name} of another element, in line {seen[value]}")
            seen.setdefault(value, place_of(element, "").line)


def _references(manifest: Manifest) -> None:
    for organizations in manifest.all("cp:organizations"):
        default = (organizations.get("default") or "").strip()
        own = [one.get("identifier", "").strip() for one in manifest.children(organizations, "cp:organization")]
        if default and default not in own:
            manifest.add("SMAC931", organizations, f'default="{default}" is the identifier of no <organization>')
    resources = {one.get("identifier", "").strip() for one in manifest.all("cp:resource")}
    for dependency in manifest.all("cp:dependency"):
        wanted = dependency.get("identifierref")
        if wanted is not None and wanted.strip() not in resources:
            manifest.add("SMAC931", dependency, f'identifierref="{wanted}" is the identifier of no <resource>')


def _launches(manifest: Manifest) -> None:
    """Every item: one without items in it launches a resource, and that has an address and a kind."""
    resources = {one.get("identifier", "").strip(): one for one in manifest.all("cp:resource")}
    nested = {one.get("identifier", "").strip() for one in itertools.islice(manifest.all("cp:manifest"), 1, None)}
    for item in manifest.all("cp:item"):
        wanted = (item.get("identifierref") or "").strip()
        is_cluster = bool(manifest.children(item, "cp:item"))
        if is_cluster and wanted and manifest.is_2004:
            manifest.add("SMAC934", item, "an item with items in it cannot launch anything itself in SCORM 2004")
        elif not wanted and not is_cluster:
            manifest.add("SMAC934", item, "the item has no identifierref, and no items in it")
        elif wanted and wanted in resources:
            _launch(manifest, item, resources[wanted])
        elif wanted and wanted not in nested:
            manifest.add("SMAC931", item, f'identifierref="{wanted}" is the identifier of no <resource>')
    for resource in resources.values():
        _kind_of(manifest, resource, is_needed=False)
    if manifest.launches and all(launch.kind == "asset" for launch in manifest.launches):
        manifest.add("SMAC936", manifest.launches[0].item, "everything that is launched is an asset")


def _launch(manifest: Manifest, item: etree._Element, resource: etree._Element) -> None:
    address = resource.get("href")
    if not (address or "").strip():
        name = resource.get("identifier", "")
        manifest.add("SMAC934", item, f"the resource '{name}' that the item names has no href")
        return
    kind = _kind_of(manifest, resource, is_needed=True)
    path = resolved(manifest, resource, address or "")
    manifest.launches.append(Launch(item, resource, path or "", kind))


def _kind_of(manifest: Manifest, resource: etree._Element, *, is_needed: bool) -> str:
    """`sco`, `asset`, or nothing after a finding."""
    wanted = "scormType" if manifest.is_2004 else "scormtype"
    written = {
        name.partition(":")[2]: value
        for name, value in attributes_of(resource, manifest.grammar).items()
        if name.lower() == SCORM_TYPE
    }
    if wanted in written:
        if written[wanted] in {"sco", "asset"}:
            return written[wanted]
        message = f'adlcp:{wanted}="{written[wanted]}" must be sco or asset'
    elif written:
        message = f"the attribute is written adlcp:{next(iter(written))}; its name is adlcp:{wanted}"
    elif is_needed:
        message = f"a resource that is launched needs adlcp:{wanted}"
    else:
        return ""
    manifest.add("SMAC935", resource, message, hint=f'write adlcp:{wanted}="sco" or "asset"')
    return ""


def resolved(manifest: Manifest, element: etree._Element, address: str) -> str | None:
    """The path in the package that an address leads to; empty for another computer, None for nowhere in it."""
    address = address.strip()
    if _ELSEWHERE.match(address):
        return ""
    bases = bases_of(element)
    if any(_ELSEWHERE.match(base) for base in bases):
        return ""
    path = re.split(r"[?#]", address, maxsplit=1)[0]
    for form in (path, unquote(path)):
        whole = posixpath.normpath(posixpath.join("", *bases, form))
        if whole in manifest.archive.entries:
            return whole
    return None


def bases_of(element: etree._Element) -> list[str]:
    """What xml:base puts before an address, from the outside inwards."""
    chain = [*reversed(list(element.iterancestors())), element]
    return [unquote(base[:_LONGEST_BASE].strip()) for one in chain if (base := one.get(_BASE))]


def _files(manifest: Manifest) -> set[str]:
    """The files that the manifest lists; those that are not there become findings."""
    listed, missing = {MANIFEST}, set[str]()
    by_name = {posixpath.basename(name).lower(): name for name in reversed(manifest.archive.names)}
    places = [(one, one.get("href")) for one in (*manifest.all("cp:resource"), *manifest.all("cp:file"))]
    places += [(one, one.text) for one in manifest.all("adlcp:location")]
    for element, address in places:
        if not (address or "").strip():
            continue
        path = resolved(manifest, element, address or "")
        if (address or "").strip().lower().startswith("file:"):
            manifest.add("SMAC932", element, f"'{address}' lies on the disk of whoever made the package")
        elif path is None and (address or "").strip() not in missing:
            missing.add((address or "").strip())
            hint = _nearest(address or "", by_name)
            manifest.add("SMAC932", element, f"'{address}' is not in the package", hint=hint)
        elif path:
            listed.add(path)
        elif path == "":
            manifest.add("SMAC937", element, f"'{address}' is on another computer")
    return listed


def _nearest(address: str, by_name: dict[str, str]) -> str:
    """What to do about a path that leads nowhere."""
    path = re.split(r"[?#]", address.strip(), maxsplit=1)[0]
    if "\\" in path:
        return "write / instead of \\"
    if path.startswith("/"):
        return "remove the / at the beginning: paths start at the manifest"
    if path.endswith("/"):
        return "name files, not folders"
    found = by_name.get(posixpath.basename(unquote(path)).lower(), "")
    return f"there is '{found}'" if found else ""


def _unlisted(manifest: Manifest, listed: set[str]) -> None:
    unlisted = [
        name
        for name in manifest.archive.names
        if name not in listed and not name.lower().endswith(_CONTROL) and not name.startswith("__MACOSX/")
    ]
    if unlisted:
        shown = ", ".join(f"'{name}'" for name in sorted(unlisted)[:_SHOWN])
        more = f" and {len(unlisted) - _SHOWN:,} more" if len(unlisted) > _SHOWN else ""
        manifest.add("SMAC933", manifest.root, f"{shown}{more} {'is' if len(unlisted) == 1 else 'are'} not listed")


def _titles(manifest: Manifest) -> None:
    for title in manifest.all("cp:title"):
        words = title.text or ""
        if len(words) > _LONGEST_TITLE:
            manifest.add("SMAC938", title, f"the title has {len(words):,} characters")
        elif not words.strip() and not len(title):
            manifest.add("SMAC926", title, "the title is empty, and so is the name that learners see")
    for item in manifest.all("cp:item"):
        if len(item.get("identifier", "")) > _LONGEST_ID:
            manifest.add("SMAC938", item, f"the identifier has {len(item.get('identifier', '')):,} characters")


def _control_documents(manifest: Manifest) -> None:
    words = (manifest.root.get(_SCHEMA_LOCATION) or "").split()
    named = [file for file in words[1::2] if not _ELSEWHERE.match(file)]
    missing = [file for file in named if posixpath.normpath(file) not in manifest.archive.entries]
    if not named:
        manifest.add("SMAC954", manifest.root, "xsi:schemaLocation names no schema of this package")
    elif missing:
        shown = ", ".join(missing[:_SHOWN]) + (" …" if len(missing) > _SHOWN else "")
        manifest.add("SMAC954", manifest.root, f"xsi:schemaLocation names what is not there: {shown}")


def _prefixes(manifest: Manifest) -> None:
    """Moodle compares prefixes as text."""
    usual = {uri: prefix for prefix, uri in manifest.grammar.prefixes.items() if prefix in _USUAL_PREFIXES}
    declared = dict(manifest.root.nsmap)
    for element in manifest.root.iter(tag=etree.Element):
        # An element's own prefix; attributes have theirs from the root, where everybody declares them.
        declared |= {element.prefix: etree.QName(element).namespace}
        odd = sorted((str(prefix), uri) for prefix, uri in declared.items() if uri in usual and prefix != usual[uri])
        if odd:
            prefix, uri = odd[0]
            what = "no prefix" if prefix == "None" else f"the prefix {prefix}:"
            manifest.add("SMAC953", element, f"{what} stands where everybody writes {usual[uri]}:")
            return
        declared = {}
