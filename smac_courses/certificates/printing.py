"""On paper: certificates as PDF/A-3 with the signed certificate attached and a code that leads to the page that checks
it, and the card with the principles of the policy.

Set by Typst, which puts any script in its right order and refuses what no font can show.
"""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

from smac_courses.certificates.credential import Award
from smac_courses.certificates.moments import moment_of
from smac_courses.errors import EnvironmentProblem, SmacError, UsageError
from smac_courses.model.course import Policy
from smac_courses.model.languages import direction
from smac_courses.player import bundle

# The pattern that is laid over the code: one for all, because to look for the best takes five times as long.
_MASK = 4
_FONTS = ["Libertinus Serif"]
_COLOUR = "#0b57a4"
_STANDARD: Final = "a-3b"


class PrintError(SmacError):
    """A certificate that cannot be set; the text says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What all that is printed shares. `fonts` are families, the first one that has a letter shows it.

    `logo` is an SVG as text (see `drawn_logo`), or empty.
    """

    issuer: str
    colour: str = _COLOUR
    signatories: tuple[tuple[str, str], ...] = ()
    fonts: tuple[str, ...] = ()
    logo: str = ""


class Printer:
    """Sets certificates, one after the other. `font_folders` have fonts that the system does not."""

    def __init__(self, font_folders: Sequence[Path] = ()) -> None:
        try:
            import segno
            import typst
        except ImportError:
            raise EnvironmentProblem(
                "printing needs the extra `certify`: pip install 'smac-courses[certify]'"
            ) from None
        self._code = segno.make
        self._error = typst.TypstError
        fonts = typst.Fonts(font_paths=[str(folder) for folder in font_folders])
        self._compiler = typst.Compiler(font_paths=fonts)

    def pdf(self, name: str, award: Award, credential: bytes, page: str, look: Look) -> bytes:
        """The same certificate gives the same bytes. `page` is the address that checks it. Raises PrintError."""
        inputs = {
            "data": json.dumps(_data(name, award, page, look), ensure_ascii=False),
            "code": self._drawn(page) if page else "",
            "credential": credential.decode(),
        }
        return self._set("certificate", inputs, look, moment_of(award.awarded), f"{name} ({award.name})")

    def card(self, policy: Policy, language: str, look: Look, at: datetime) -> bytes:
        """The principles of the policy on a card for the wallet, 85.6 × 54 mm (ISO/IEC 7810 ID-1). Raises PrintError.

        `at` is the moment that the file names: where it is the same, so are the bytes.
        """
        words = bundle.locale(language).page["version_of"].replace("{version}", policy.version)
        data = {
            "title": policy.title,
            "rules": [clause.title for clause in policy.clauses],
            "version": words,
            "date": {"year": at.year, "month": at.month, "day": at.day},
            **_shared(look, language),
        }
        return self._set("card", {"data": json.dumps(data, ensure_ascii=False)}, look, at, policy.title)

    def _set(self, template: str, inputs: dict[str, str], look: Look, at: datetime, what: str) -> bytes:
        try:
            made = self._compiler.compile(
                input=_template(template),
                format="pdf",
                sys_inputs={**inputs, "logo": look.logo},
                pdf_standards=[_STANDARD],
                timestamp=at,
            )
        except self._error as error:
            raise PrintError(f"{what}: {_why(str(error))}") from None
        if not isinstance(made, bytes):
            raise PrintError(f"{what}: nothing was set")
        return made

    def _drawn(self, address: str) -> str:
        out = io.BytesIO()
        self._code(address, error="m", mask=_MASK).save(out, kind="svg", xmldecl=False, border=2)
        return out.getvalue().decode()


@cache
def _template(name: str) -> bytes:
    return resources.files("smac_courses.certificates").joinpath(f"site/{name}.typ").read_bytes()


def drawn_logo(folder: Path, logo: str) -> str:
    """A company's logo, a file of `folder`, as an SVG; empty without one. Raises UsageError where it cannot be read."""
    if not logo:
        return ""
    path = folder / logo
    try:
        data = path.read_bytes()
        if path.suffix.lower() == ".svg":
            return data.decode()
    except (OSError, ValueError) as error:
        raise UsageError(f"the logo '{logo}' of program.yml cannot be read: {error}") from None
    kind = {".jpg": "jpeg", ".jpeg": "jpeg"}.get(path.suffix.lower(), path.suffix[1:].lower())
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 120"><image width="480" height="120" '
        f'href="data:image/{kind};base64,{base64.b64encode(data).decode()}"/></svg>'
    )


def _why(message: str) -> str:
    if "could not be displayed" in message:
        letters = message.partition("`")[2].partition("`")[0]
        return (
            f"no font has {letters}: install one that has (on Debian: apt-get install fonts-noto-core fonts-noto-cjk), "
            "or name a folder with it: --fonts DIR"
        )
    return message.splitlines()[0]


def _data(name: str, award: Award, page: str, look: Look) -> dict[str, Any]:
    achievement = award.achievement
    language = str(achievement.get("inLanguage", "en"))
    words = bundle.locale(language).certificate
    titles = {one["id"].rpartition("#")[2]: one["name"] for one in achievement["resultDescription"]}
    rows = [[titles.get(one.course, one.title), f"{one.percent} %"] for one in award.passes if one.percent]
    rows.append([words["print_date"], award.awarded[:10]])
    if award.valid_until:
        rows.append([words["print_until"], award.valid_until[:10]])
    at: datetime = moment_of(award.awarded)
    return {
        "title": achievement["name"],
        "name": award.name,
        "description": achievement["description"],
        "rows": rows,
        "signatories": [list(one) for one in look.signatories],
        "awarded": {"year": at.year, "month": at.month, "day": at.day},
        **_shared(look, language),
        "url": page,
        "file": f"{name}.json",
        "words": {
            "awarded": words["print_awarded"],
            "check": words["print_check"],
            "scan": words["print_scan"],
            "attached": words["print_attached"],
        },
    }


def _shared(look: Look, language: str) -> dict[str, Any]:
    return {
        "issuer": look.issuer,
        "colour": look.colour or _COLOUR,
        "fonts": [*look.fonts, *_FONTS],
        "language": language.partition("-")[0],
        "direction": direction(language),
    }


@dataclass(frozen=True, slots=True)
class Job:
    """A certificate to print, and where to."""

    name: str
    award: Award
    credential: bytes
    page: str
    look: Look
    path: Path


def print_all(jobs: Iterable[Job], font_folders: Sequence[Path] = ()) -> Iterator[tuple[Job, bytes | str]]:
    """The bytes of each, or why it could not be set."""
    printer = Printer(font_folders)
    for job in jobs:
        try:
            yield job, printer.pdf(job.name, job.award, job.credential, job.page, job.look)
        except PrintError as error:
            yield job, str(error)
