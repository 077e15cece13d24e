"""What `smac explain` says about each code: a text, a wrong example and a right one.

They are files in `explanations/`, one for each code; the tests run every example.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

from smac_courses.catalogue import FINDINGS

_EXAMPLE = re.compile(
    r"^~~~~(?P<language>\w+) (?P<verdict>wrong|right) (?P<place>\w+)\n(?P<text>.*?)^~~~~$", re.M | re.S
)
# Where the lines of an example stand in a small project.
PLACES = {
    "course": "c/course.yml",
    "exam": "c/exam.md",
    "lesson": "a lesson",
    "lock": "c/course.lock",
    "module": "modules/m.md",
    "policy": "policy.md",
    "program": "program.yml",
}


@dataclass(frozen=True, slots=True)
class Example:
    """Lines of one file. `place` is a key of `PLACES`."""

    language: str
    place: str
    text: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """`text` is Markdown of a few paragraphs. Some findings want no example: a disk that is full, a file of 5 MB."""

    code: str
    text: str
    wrong: tuple[Example, ...]
    right: tuple[Example, ...]


@cache
def explanation(code: str) -> Explanation:
    """The explanation of a code of the catalogue."""
    raw = resources.files("smac_courses").joinpath(f"explanations/{code}.md").read_text("utf-8")
    examples = {
        verdict: tuple(
            Example(found["language"], found["place"], found["text"])
            for found in _EXAMPLE.finditer(raw)
            if found["verdict"] == verdict
        )
        for verdict in ("wrong", "right")
    }
    text = _EXAMPLE.sub("", raw).strip()
    return Explanation(code, re.sub(r"\n{3,}", "\n\n", text), examples["wrong"], examples["right"])


def as_page(code: str) -> str:
    """Everything about one code as a Markdown page: title, severity, remedy, text, examples."""
    return _page(code, "# ", FINDINGS[code].remedy.replace("<", "&lt;"))


def _page(code: str, heading: str, remedy: str) -> str:
    finding = FINDINGS[code]
    found = explanation(code)
    stops = "; `--release` refuses it" if finding.blocks_release else ""
    parts = [
        f"{heading}{code}: {finding.title}",
        f"*{finding.severity.capitalize()}{stops}.* {remedy[:1].upper()}{remedy[1:]}.",
        found.text,
        *_examples("Wrong", found.wrong),
        *_examples("Right", found.right),
    ]
    return "\n\n".join(parts) + "\n"


def as_text(code: str) -> str:
    """The same for a terminal: examples are indented, no fences."""
    page = _page(code, "", FINDINGS[code].remedy).strip()
    page = re.sub(r"^~~~~\w+\n(.*?)^~~~~$", lambda found: _indented(found[1]), page, flags=re.M | re.S)
    return re.sub(r"^\*(\w+)(;?[^*\n]*)\.\* ", r"\1\2. ", page, count=1, flags=re.M)


def _examples(title: str, examples: tuple[Example, ...]) -> list[str]:
    return [
        f"{title}, in {PLACES[example.place]}:\n\n~~~~{example.language}\n{example.text}~~~~" for example in examples
    ]


def _indented(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in text.rstrip("\n").split("\n"))
