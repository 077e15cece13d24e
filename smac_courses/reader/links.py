"""Where the links and pictures of one module lead: headings, other modules, files, other sites."""

from __future__ import annotations

import re
from pathlib import Path

from smac_courses.diagnostics import Location, Report
from smac_courses.model.blocks import CrossLink
from smac_courses.model.ids import key_of
from smac_courses.reader.assets import AssetShelf
from smac_courses.reader.context import ReadContext
from smac_courses.reader.media import KINDS
from smac_courses.reader.requests import AssetRequest, ModuleRequest, Request, path_from
from smac_courses.reader.schema import did_you_mean
from smac_courses.reader.source import Source

_REMOTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
EXAM_SCREEN = "_exam"


class Links:
    """Turns what an author wrote into addresses inside a package."""

    def __init__(
        self,
        source: Source,
        module_id: str,
        shelf: AssetShelf,
        context: ReadContext,
        report: Report,
        requests: list[Request],
    ) -> None:
        self._source = source
        self._module_id = module_id
        self._shelf = shelf
        self._context = context
        self._report = report
        self._requests = requests
        self._waiting: list[tuple[str, Location]] = []
        self.anchors: set[str] = set()
        self.switched_off: set[str] = set()
        self.to_modules: list[CrossLink] = []

    def file(self, link: str, at: Location) -> str | None:
        """The name of an asset in the package, or None after a finding."""
        if _REMOTE.match(link):
            self._report.add("SMAC326", at, f"'{link}' is on another computer")
            return None
        asset = self._shelf.take(link, self._source.file.parent, at)
        name = asset.name if asset else None
        self._requests.append(AssetRequest(link, at, name))
        return name

    def picture(self, link: str, at: Location) -> str | None:
        """A picture inside a text."""
        if Path(link).suffix.lower() in KINDS:
            self._report.add("SMAC333", at, f"'{link}' stands inside a text")
            return None
        return self.file(link, at)

    def address(self, link: str, at: Location) -> str | None:
        """The address that a link leads to, or None after a finding."""
        if not link:
            return None  # a finding of its own says so
        if link.startswith("#"):
            return self._own(link[1:], at)
        if _REMOTE.match(link):
            return link
        path, _, anchor = link.partition("#")
        if path.endswith(".md"):
            return self._other(path, anchor, at)
        return self.file(link, at)

    def check(self) -> None:
        """Report links to headings that the file does not have; every heading must be known by now."""
        for target, at in self._waiting:
            if target in self.anchors:
                continue
            hint = did_you_mean(target, self.anchors or {"(none)"})
            if target in self.switched_off:
                hint = "it is part of an insert that program.yml switches off; give the link the same when="
            self._report.add("SMAC306", at, f"nothing in this file has the id '{target}'", hint=hint)

    def _own(self, target: str, at: Location) -> str:
        if not target:
            return f"#{self._module_id}"
        self._waiting.append((target, at))
        return f"#{key_of(self._module_id, target)}"

    def _other(self, path: str, anchor: str, at: Location) -> str | None:
        file = path_from(self._source, path)
        if file == self._source.file.resolve():
            return self._own(anchor, at)
        other = self._context.other_module(file)
        self._requests.append(ModuleRequest(path, other))
        if other is None:
            self._report.add("SMAC332", at, f"there is no module '{path}'")
            return None
        self.to_modules.append(CrossLink(module=other.id, anchor=anchor, at=at))
        if other.is_exam:
            return f"#{EXAM_SCREEN}"
        return f"#{key_of(other.id, anchor)}" if anchor else f"#{other.id}"
