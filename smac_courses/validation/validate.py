"""`smac validate`: every rule, applied to one zip."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from smac_courses.diagnostics import Report
from smac_courses.validation import scorm12, scorm2004
from smac_courses.validation.activities import check_activities
from smac_courses.validation.archive import Archive, DamagedEntry, open_archive
from smac_courses.validation.grammar import Grammar, check_element, place_of
from smac_courses.validation.launching import check_launching
from smac_courses.validation.manifest import MANIFEST, Manifest, check_manifest

_MOST_BYTES = 10 << 20
_VERSIONS = {
    scorm12.NAMESPACE: {"1.2": ("SCORM 1.2", scorm12.GRAMMAR)},
    scorm2004.NAMESPACE: {
        "2004 3rd Edition": ("SCORM 2004 3rd Edition", scorm2004.GRAMMAR_3RD),
        "2004 4th Edition": ("SCORM 2004 4th Edition", scorm2004.GRAMMAR_4TH),
    },
}
_ENTITY = re.compile(rb"<!ENTITY", re.I)


@dataclass(frozen=True, slots=True)
class Validated:
    """What was found. `standard` is empty where it is not known; `scos` is how many things are launched and report."""

    report: Report
    standard: str = ""
    scos: int = 0


def validate_zip(file: Path) -> Validated:
    """Every finding on a package. Raises UsageError when there is no such file."""
    report = Report()
    with open_archive(file, report) as archive:
        return _validate(archive, report) if archive else Validated(report)


def _validate(archive: Archive, report: Report) -> Validated:
    root = _read_manifest(archive, report)
    if root is None:
        return Validated(report)
    namespace = etree.QName(root).namespace or ""
    if etree.QName(root).localname != "manifest" or namespace not in _VERSIONS:
        report.add("SMAC912", place_of(root, archive.place(MANIFEST).path), f"the file begins with <{root.tag}>")
        return Validated(report)
    standard, grammar = _version(root, namespace, archive, report)
    manifest = Manifest(root, grammar, archive, report)
    check_element(root, grammar, manifest.path, report)
    check_manifest(manifest)
    if manifest.is_2004:
        check_activities(manifest, is_3rd=grammar is scorm2004.GRAMMAR_3RD)
    else:
        _check_prerequisites(manifest)
    check_launching(manifest)
    return Validated(report, standard, sum(launch.is_sco for launch in manifest.launches))


def _read_manifest(archive: Archive, report: Report) -> etree._Element | None:
    """The root of the manifest, or None after a finding. Nothing in it can reach a file, the network or much memory."""
    if MANIFEST not in archive.entries:
        found = [name for name in archive.names if posixpath.basename(name).lower() == MANIFEST]
        message = f"there is '{found[0]}', and no {MANIFEST} at the top" if found else f"there is no {MANIFEST}"
        report.add("SMAC904", archive.place(), message)
        return None
    try:
        data = archive.read(MANIFEST, _MOST_BYTES)
    except DamagedEntry as error:
        report.add("SMAC903", archive.place(MANIFEST), str(error))
        return None
    if entity := _ENTITY.search(data.replace(b"\0", b"")):
        line = data.replace(b"\0", b"").count(b"\n", 0, entity.start()) + 1
        report.add(
            "SMAC911", archive.place(MANIFEST, line), "the manifest declares entities, and is not read any further"
        )
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        line = error.lineno or 1
        report.add("SMAC910", archive.place(MANIFEST, line), str(error.msg).partition(", line ")[0])
        return None


def _version(root: etree._Element, namespace: str, archive: Archive, report: Report) -> tuple[str, Grammar]:
    """The standard that the manifest names, or the first of its namespace after a finding."""
    path = archive.place(MANIFEST).path
    known = _VERSIONS[namespace]
    usual = next(iter(known.values()))
    metadata = root.find(f"{{{namespace}}}metadata")
    schema, version = (
        (None, None)
        if metadata is None
        else (metadata.find(f"{{{namespace}}}schema"), metadata.find(f"{{{namespace}}}schemaversion"))
    )
    if schema is None:
        at, hint = place_of(root if metadata is None else metadata, path), "write <schema>ADL SCORM</schema>"
        report.add("SMAC922", at, "<metadata> of the manifest has no <schema>", hint=hint)
    elif (schema.text or "").strip() != "ADL SCORM":
        report.add("SMAC926", place_of(schema, path), f"<schema>{schema.text or ''}</schema> must be ADL SCORM")
    written = "" if version is None else version.text or ""
    if written in known:
        return known[written]
    at = place_of(root if version is None else version, path)
    if written.strip() in known:
        report.add("SMAC913", at, f"white space stands around '{written.strip()}'", hint="remove it")
        return known[written.strip()]
    others = [name for versions in _VERSIONS.values() for name in versions if name == written.strip()]
    message = f"<schemaversion> says '{written}'" if version is not None else "there is no <schemaversion>"
    if others:
        message = f"{message}, and the namespace of <manifest> belongs to {usual[0]}"
    report.add("SMAC913", at, message)
    return usual


def _check_prerequisites(manifest: Manifest) -> None:
    """The identifiers in an AICC script: what stands between its signs."""
    items = {item.get("identifier", "").strip() for item in manifest.all("cp:item")}
    for element in manifest.all("adlcp:prerequisites"):
        script = re.sub(
            r'"[^"]*"|\d+\s*\*|\b(passed|completed|browsed|failed|not attempted|incomplete)\b', " ", element.text or ""
        )
        for name in re.findall(r"[^\s&|~=<>(){},]+", script):
            if name not in items:
                manifest.add("SMAC931", element, f"'{name}' in <prerequisites> is the identifier of no item")
