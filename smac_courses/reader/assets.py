"""Pictures and other files that a course links to: found, checked and named for the package."""

from __future__ import annotations

import difflib
import re
from pathlib import Path
from urllib.parse import unquote

from smac_courses.diagnostics import Location, Report
from smac_courses.model.course import Asset
from smac_courses.reader.media import KINDS

FOLDER = "assets"
MAX_ASSET_BYTES = 5_000_000
MAX_MEDIA_BYTES = 200_000_000
# What every LMS stores and serves. Docebo turns away packages that hold scripts of a server.
ALLOWED_SUFFIXES = frozenset(
    {".avif", ".csv", ".docx", ".gif", ".jpeg", ".jpg", ".m4a", ".mp3", ".mp4", ".pdf", ".png", ".pptx"}
    | {".svg", ".txt", ".vtt", ".webm", ".webp", ".xlsx"}
)
_SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class AssetShelf:
    """The assets of one course, each once, under names that no two share."""

    def __init__(self, root: Path, report: Report) -> None:
        self.root = root.resolve()
        self._report = report
        self._by_file: dict[Path, Asset] = {}

    def assets(self) -> tuple[Asset, ...]:
        """Everything that was asked for, sorted by name."""
        return tuple(sorted(self._by_file.values(), key=lambda asset: asset.name))

    def file_of(self, name: str) -> Path | None:
        """Where an asset that was taken is read from."""
        return next((asset.source for asset in self._by_file.values() if asset.name == name), None)

    def take(self, link: str, beside: Path, at: Location) -> Asset | None:
        """The asset that a link in a file of folder `beside` means, or None after a finding."""
        file = beside / unquote(link.partition("#")[0].partition("?")[0])
        try:
            resolved = file.resolve()
            resolved.is_file()  # a name longer than disks can hold shows itself here
        except (OSError, RuntimeError, ValueError):
            self._report.add("SMAC320", at, f"'{link[:60]}' is not a file")
            return None
        if resolved in self._by_file:
            return self._by_file[resolved]
        if not resolved.is_relative_to(self.root):
            self._report.add("SMAC321", at, f"'{link}' lies outside the folder of the courses")
            return None
        if not _exists_as_written(resolved, self.root):
            hint = _path_remedy(link) or nearest_file(resolved)
            self._report.add("SMAC320", at, f"the file '{link}' does not exist", hint=hint)
            return None
        if not self._is_fit(resolved, at):
            return None
        asset = Asset(name=f"{FOLDER}/{resolved.name}", source=resolved, at=at)
        self._by_file[resolved] = asset
        return asset

    def _is_fit(self, file: Path, at: Location) -> bool:
        name, size = file.name, file.stat().st_size
        found = Report()
        if file.suffix.lower() not in ALLOWED_SUFFIXES:
            hint = "types that every LMS serves: " + ", ".join(sorted(ALLOWED_SUFFIXES))
            found.add("SMAC322", at, f"a file of type '{file.suffix}' cannot travel in a package", hint=hint)
        elif not _SAFE_NAME.fullmatch(name):
            found.add("SMAC323", at, f"'{name}' is not a name that every LMS can store")
        elif size > (limit := MAX_MEDIA_BYTES if file.suffix.lower() in KINDS else MAX_ASSET_BYTES):
            found.add("SMAC324", at, f"'{name}' has {size:,} bytes; the limit is {limit:,}")
        elif file.suffix.lower() == ".svg" and (what := _active_part(file)):
            found.add("SMAC327", at, f"'{name}' holds {what}")
        for other in self._by_file.values():
            if Path(other.name).name.lower() == name.lower():
                related = ((other.at, "the other is used here"),)
                found.add("SMAC325", at, f"two files are called '{name}'", related=related)
        self._report.extend(found)
        return not len(found)


def _active_part(file: Path) -> str:
    """What an SVG file would run or load: on the LMS's own address that is a way in."""
    from lxml import etree  # here: most courses have no drawing to look into

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(file.read_bytes(), parser)
    except etree.XMLSyntaxError:
        return "something that is not SVG"
    for element in root.iter():
        tag = etree.QName(element).localname if isinstance(element.tag, str) else ""
        if tag in {"script", "foreignObject", "iframe", "embed", "object"}:
            return f"<{tag}>"
        for name, value in element.items():
            local = etree.QName(name).localname
            if local.startswith("on"):
                return f"the attribute {local}"
            if local == "href" and not str(value).startswith(("#", "data:image/")):
                return "a link"
    return ""


def _exists_as_written(file: Path, root: Path) -> bool:
    """Case counts on every disk: an LMS runs on Linux even where the author does not."""
    if not file.is_file():
        return False
    while file != root:
        if file.name not in {entry.name for entry in file.parent.iterdir()}:
            return False
        file = file.parent
    return True


def _path_remedy(link: str) -> str:
    """What is wrong with a path that could not be right anywhere."""
    if "\\" in link:
        return "write / instead of \\ in paths"
    if link.startswith("www."):
        return f"a link to another site begins with https://: https://{link}"
    if "“" in link or "”" in link:
        return 'put straight quotes around the caption: "…"'
    return ""


def nearest_file(missing: Path) -> str:
    """A remedy for a file that is not there: the name that was probably meant."""
    if not missing.parent.is_dir():
        return f"there is no folder '{missing.parent.name}' there"
    names = {entry.name for entry in missing.parent.iterdir() if entry.is_file()}
    folded = {name.lower(): name for name in names}
    close = difflib.get_close_matches(missing.name.lower(), folded, n=1, cutoff=0.6)
    return f"did you mean '{folded[close[0]]}'?" if close else "no file in that folder has a name like it"
