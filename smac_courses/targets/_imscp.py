"""What the manifests and packages of all editions of SCORM share: IMS Content Packaging."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import resources

from lxml import etree

from smac_courses.model.course import Course
from smac_courses.package import Package
from smac_courses.targets._player import ABOUT, add_about, add_player
from smac_courses.targets._scos import Sco, scos_of
from smac_courses.targets._xml import XSI, Namespace, document
from smac_courses.targets.base import EmitContext

MANIFEST = "imsmanifest.xml"
# Moodle fails on titles over 255 characters with a database error; other LMSs cut at 200.
MAX_TITLE = 200
_SHORT_ID = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """What the editions call things.

    `schemas` names the namespace of each schema file that the manifest points to, in the order of the manifest;
    `control` lists folders of control documents, a later one in front of the earlier; `documents` all their files.
    """

    target: str
    tracker: str
    imscp: Namespace
    adlcp: Namespace
    prefixes: Mapping[str | None, str]
    schemas: Mapping[str, Namespace]
    scorm_type: str
    version: str
    control: tuple[str, ...]
    documents: tuple[str, ...]


Decorate = Callable[[etree._Element], None]
DecorateItem = Callable[[etree._Element, Sco], None]


def emit_package(
    course: Course,
    context: EmitContext,
    edition: Edition,
    metadata: Decorate,
    organization: Decorate,
    item: DecorateItem,
) -> Package:
    """The package: manifest first, then control documents, pages, script, style and assets.

    `metadata` adds to the manifest's metadata, `organization` and `item` what stands behind the last child of theirs.
    """
    scos = scos_of(course)
    content = Package()
    add_player(content, course, scos, edition.tracker, context)
    root = _root(course, edition)
    metadata(_metadata(root, edition))
    _organizations(root, course, scos, edition, organization, item)
    _resources(root, course, scos, edition, sorted([*content.files, ABOUT]))
    package = Package()
    package.add(MANIFEST, document(root))
    for name, data in control_documents(edition, context).items():
        package.add(name, data)
    for path, content_of in content.files.items():
        package.add(path, content_of)
    add_about(package, course, scos, edition.target, context)
    return package


def control_documents(edition: Edition, context: EmitContext) -> Mapping[str, bytes]:
    """The schemas that travel with a manifest: our own, unless the caller brought others."""
    given = context.control_documents.get(edition.target)
    if given is not None:
        return given
    found: dict[str, bytes] = {}
    for folder in edition.control:
        files = resources.files("smac_courses.targets").joinpath(f"control/{folder}")
        found.update({file.name: file.read_bytes() for file in files.iterdir()})
    return {name: found[name] for name in edition.documents}


def _root(course: Course, edition: Edition) -> etree._Element:
    prefixes: dict[str | None, str] = {**edition.prefixes, "xsi": XSI}
    root = etree.Element(
        edition.imscp.name("manifest"),
        nsmap=prefixes,  # type: ignore[arg-type]  # lxml takes None for the default namespace; its stubs do not
        identifier=_manifest_id(course),
        version=course.version,
    )
    root.set(f"{{{XSI}}}schemaLocation", " ".join(f"{ns.uri} {file}" for file, ns in edition.schemas.items()))
    return root


def _manifest_id(course: Course) -> str:
    """SAP SuccessFactors tells packages apart by the first 15 characters: there the course's id stands in front."""
    if course.lms.manifest_id == "full":
        return f"MANIFEST-{course.id}"
    return course.id if len(course.id) <= _SHORT_ID else f"{course.id[:8]}-{course.short_digest}"


def _metadata(root: etree._Element, edition: Edition) -> etree._Element:
    metadata = edition.imscp(root, "metadata")
    edition.imscp(metadata, "schema", "ADL SCORM")
    edition.imscp(metadata, "schemaversion", edition.version)
    return metadata


def _organizations(
    root: etree._Element,
    course: Course,
    scos: tuple[Sco, ...],
    edition: Edition,
    decorate: Decorate,
    decorate_item: DecorateItem,
) -> None:
    imscp = edition.imscp
    organizations = imscp(root, "organizations", default=f"ORG-{course.id}")
    organization = imscp(organizations, "organization", identifier=f"ORG-{course.id}")
    imscp(organization, "title", course.title[:MAX_TITLE])
    for sco in scos:
        # The SCORM XBlock of Open edX shows no menu without `isvisible`.
        item = imscp(organization, "item", identifier=f"ITEM-{sco.id}", identifierref=f"RES-{sco.id}", isvisible="true")
        imscp(item, "title", sco.title[:MAX_TITLE])
        decorate_item(item, sco)
    decorate(organization)


def _resources(
    root: etree._Element, course: Course, scos: tuple[Sco, ...], edition: Edition, content: list[str]
) -> None:
    """The SCOs first: some LMSs launch the first resource with an address. What they share stands behind them."""
    imscp = edition.imscp
    everything = imscp(root, "resources")
    pages = {sco.page for sco in scos}
    shared = [path for path in content if path not in pages]
    for sco in scos:
        resource = imscp(everything, "resource", identifier=f"RES-{sco.id}", type="webcontent", href=sco.page)
        resource.set(edition.adlcp.name(edition.scorm_type), "sco")
        for path in [sco.page] if len(scos) > 1 else content:
            imscp(resource, "file", href=path)
        if len(scos) > 1:
            imscp(resource, "dependency", identifierref=f"SHARED-{course.id}")
    if len(scos) > 1:
        resource = imscp(everything, "resource", identifier=f"SHARED-{course.id}", type="webcontent")
        resource.set(edition.adlcp.name(edition.scorm_type), "asset")
        for path in shared:
            imscp(resource, "file", href=path)
