"""`smac validate`: every rule, applied to one zip."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lxml import etree

from smac_courses.diagnostics import Report
from smac_courses.validation import cmi5, olx, scorm12, scorm2004, tincan, web
from smac_courses.validation.activities import check_activities
from smac_courses.validation.archive import Archive, DamagedEntry, open_archive
from smac_courses.validation.findings import Findings
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
_STRUCTURES = (cmi5.STRUCTURE, tincan.STRUCTURE)
_ENTITY = re.compile(rb"<!ENTITY", re.I)
_LONGEST_SCRIPT = 200
# A parser compares every attribute of an element with every other one.
_LONGEST_TAG = 100_000
_LONG_TAG = re.compile(rb"<[^<>]{%d}" % _LONGEST_TAG)
_OLDER = frozenset({"CAM 1.3", "2004 2nd Edition", "2004 1st Edition"})


@dataclass(frozen=True, slots=True)
class Validated:
    """What was found. `standard` is empty where it is not known; `scos` is how many things are launched and report."""

    report: Report
    standard: str = ""
    scos: int = 0


def validate_zip(file: Path) -> Validated:
    """Every finding on a package. Raises UsageError when there is no such file."""
    report = Findings()
    if olx.is_gzip(file):
        return Validated(report, "Open edX course (OLX)", olx.check_olx(file, report))
    with open_archive(file, report) as archive:
        return _validate(archive, report) if archive else Validated(report)


def _validate(archive: Archive, report: Report) -> Validated:
    if MANIFEST not in archive.entries and web.is_web(archive):
        return Validated(report, "web site", web.check_web(archive, report))
    archive = _at_its_root(archive, report)
    name = next((one for one in _STRUCTURES if one in archive.entries and MANIFEST not in archive.entries), MANIFEST)
    root = _read_manifest(archive, name, report)
    if root is None:
        return Validated(report)
    if name == tincan.STRUCTURE:
        return Validated(report, "xAPI (tincan.xml)", tincan.check_tincan(root, archive, report))
    if name == cmi5.STRUCTURE:
        return Validated(report, "cmi5", cmi5.check_cmi5(root, archive, report))
    namespace = etree.QName(root).namespace or ""
    if etree.QName(root).localname != "manifest" or namespace not in _VERSIONS:
        name = etree.QName(root).localname
        message = f"the file begins with <{name}> in the namespace '{namespace}'" if namespace else ""
        report.add(
            "SMAC912",
            place_of(root, archive.place(MANIFEST).path),
            message or f"the file begins with <{name}>, which names no namespace (xmlns=…)",
        )
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


def _at_its_root(archive: Archive, report: Report) -> Archive:
    """A `tincan.xml` may lie in folders that hold everything else, too: there the package begins.

    Source: RusticiSoftware/launch, lms_lrs.md ("Packaging").
    """
    found = [name for name in archive.names if posixpath.basename(name) == tincan.STRUCTURE]
    if len(found) != 1 or any(name in archive.entries for name in (MANIFEST, *_STRUCTURES)):
        return archive
    folder = posixpath.dirname(found[0])
    if not all(name.startswith(f"{folder}/") for name in archive.names):
        return archive
    message = f"it lies in the folder '{folder[:100]}', and some LMSs look for it at the top only"
    report.add("SMAC962", archive.place(found[0]), message, hint="zip what is in the folder, not the folder")
    inside = {name.removeprefix(f"{folder}/"): info for name, info in archive.entries.items()}
    return replace(archive, path=f"{archive.path}/{folder}", entries=inside)


def _read_manifest(archive: Archive, name: str, report: Report) -> etree._Element | None:
    """The root of the manifest, or None after a finding. Nothing in it can reach a file, the network or much memory."""
    if name not in archive.entries:
        wanted = (MANIFEST, *_STRUCTURES)
        found = [path for path in archive.names if posixpath.basename(path).lower() in wanted]
        inner = [path for path in archive.names if path.lower().endswith(".zip")]
        message, hint = f"there is no {MANIFEST}, no cmi5.xml and no tincan.xml", ""
        if found:
            message = f"there is '{found[0]}', and no {posixpath.basename(found[0]).lower()} at the top"
        elif inner:
            hint = f"'{inner[0]}' inside may be the package: take it out, and upload that"
        report.add("SMAC904", archive.place(), message, hint=hint)
        return None
    try:
        data = archive.read(name, _MOST_BYTES)
    except DamagedEntry as error:
        report.add("SMAC903", archive.place(name), str(error))
        return None
    if entity := _ENTITY.search(data.replace(b"\0", b"")):
        line = data.replace(b"\0", b"").count(b"\n", 0, entity.start()) + 1
        report.add("SMAC911", archive.place(name, line), "the manifest declares entities, and is not read any further")
        return None
    if long := _LONG_TAG.search(data):
        line = data.count(b"\n", 0, long.start()) + 1
        report.add("SMAC903", archive.place(name, line), f"a tag has more than {_LONGEST_TAG:,} characters")
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        line, words = error.lineno or 1, str(error.msg).partition(", line ")[0]
        hint = ""
        if "Namespace prefix" in words:
            hint = 'declare the prefix in the first tag: xmlns:prefix="…"'
        elif "ncoding" in words:
            hint = "save the file as UTF-8"
        report.add("SMAC910", archive.place(name, line), words, hint=hint)
        return None
    # In an encoding that hid them from the search above.
    dtd: Any = root.getroottree().docinfo.internalDTD
    if dtd is not None and dtd.entities():
        report.add("SMAC911", archive.place(name), "the manifest declares entities, and is not read any further")
        return None
    return root


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
    is_12 = namespace == scorm12.NAMESPACE
    if schema is None and not is_12:
        at, hint = place_of(root if metadata is None else metadata, path), "write <schema>ADL SCORM</schema>"
        report.add("SMAC922", at, "<metadata> of the manifest has no <schema>", hint=hint)
    elif schema is not None and (schema.text or "").strip() != "ADL SCORM":
        report.add("SMAC926", place_of(schema, path), f"<schema>{schema.text or ''}</schema> must be ADL SCORM")
    written = "" if version is None else version.text or ""
    if written in known:
        return known[written]
    at = place_of(root if version is None else version, path)
    if version is None and is_12:
        report.add("SMAC914", at, "there is no <schemaversion>; LMSs take the package for SCORM 1.2")
        return usual
    if written.strip() in _OLDER:
        report.add("SMAC914", at, f"'{written.strip()}' is an older edition; it is looked at as the 3rd")
        return usual
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
        if len(element.text or "") > _LONGEST_SCRIPT:
            continue  # a finding of its own
        script = re.sub(
            r'"[^"]*"|\d+\s*\*|\b(passed|completed|browsed|failed|not attempted|incomplete)\b', " ", element.text or ""
        )
        for name in re.findall(r"[^\s&|~=<>(){},]+", script):
            if name not in items:
                manifest.add("SMAC931", element, f"'{name}' in <prerequisites> is the identifier of no item")
