"""What reading a module asked of the world outside of its text, so that it can be asked again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote

from smac_courses.diagnostics import Location
from smac_courses.reader.assets import AssetShelf
from smac_courses.reader.context import OtherModule, ReadContext
from smac_courses.reader.source import Source


class Request(Protocol):
    """A question, with the answer that reading went on with."""

    def is_still_answered_so(self, source: Source, shelf: AssetShelf, context: ReadContext) -> bool:
        """Ask again; the shelf notes and reports what it notes and reports in a first reading."""


@dataclass(frozen=True, slots=True)
class AssetRequest:
    """A file that the module shows or links to; `name` is None when there was something wrong with it."""

    link: str
    at: Location
    name: str | None

    def is_still_answered_so(self, source: Source, shelf: AssetShelf, context: ReadContext) -> bool:
        """Ask the shelf again."""
        asset = shelf.take(self.link, source.file.parent, self.at)
        return (asset.name if asset else None) == self.name


@dataclass(frozen=True, slots=True)
class SizeRequest:
    """Width and height of a picture."""

    name: str
    size: tuple[int, int]

    def is_still_answered_so(self, source: Source, shelf: AssetShelf, context: ReadContext) -> bool:
        """Look into the picture again."""
        file = shelf.file_of(self.name)
        return file is not None and picture_size(file) == self.size


@dataclass(frozen=True, slots=True)
class ModuleRequest:
    """A link to another module, by its path from this one."""

    path: str
    other: OtherModule | None

    def is_still_answered_so(self, source: Source, shelf: AssetShelf, context: ReadContext) -> bool:
        """Look for the module again."""
        return context.other_module(path_from(source, self.path)) == self.other


@dataclass(frozen=True, slots=True)
class FilmRequest:
    """A film or a recording: so many files lie beside it that it is read anew each time."""

    def is_still_answered_so(self, source: Source, shelf: AssetShelf, context: ReadContext) -> bool:
        """Never."""
        return False


def path_from(source: Source, link: str) -> Path:
    """The file that a relative link in a source means; a path that no disk can hold leads nowhere."""
    try:
        return (source.file.parent / unquote(link)).resolve()
    except (OSError, RuntimeError, ValueError):
        return source.file.parent.resolve() / "_"


def picture_size(file: Path) -> tuple[int, int]:
    """Width and height in pixels; 0, 0 when the file does not say."""
    import imagesize  # here: it brings urllib along, 45 ms for courses without a picture

    try:
        width, height = imagesize.get(str(file))
    except (OSError, ValueError):
        return 0, 0
    return (int(width), int(height)) if width > 0 and height > 0 else (0, 0)
