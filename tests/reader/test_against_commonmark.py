"""Random lists, quotes, code and tables: read as markdown-it reads them, which follows CommonMark and GitHub."""

from __future__ import annotations

import os
import random
import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from smac_courses.diagnostics import Location, Report
from smac_courses.reader.prose import Prose
from smac_courses.reader.source import Source
from smac_courses.reader.variables import Variables

DEEP = bool(os.environ.get("SMAC_DEEP"))
ORACLE = MarkdownIt("commonmark").enable("table").enable("strikethrough")


class Writer:
    """Writes what an author might, with every word different."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.lines: list[str] = []
        self.words = 0

    def word(self) -> str:
        self.words += 1
        return f"w{self.words}"

    def text(self) -> str:
        for _ in range(self.chance.randint(1, 3)):
            self.block("", 0)
            self.blank(0.85)
        return "\n".join(self.lines) + "\n"

    def blank(self, likely: float) -> None:
        if self.chance.random() < likely:
            self.lines.append("")

    def block(self, lead: str, depth: int) -> None:
        kinds = ["paragraph"] * 4 + ["list"] * (6 if depth < 3 else 0) + ["quote", "fence", "table", "code"]
        getattr(self, self.chance.choice(kinds))(lead, depth)

    def paragraph(self, lead: str, depth: int) -> None:
        self.lines += [lead + self.word() for _ in range(self.chance.choice([1, 1, 2]))]

    def list(self, lead: str, depth: int) -> None:
        marker = self.chance.choice(["- ", "* ", "1. ", "10. ", "1) "])
        number = int(marker[:-2]) if marker[0].isdigit() else 0
        for count in range(self.chance.randint(1, 3)):
            mark = f"{number + count}{marker[-2:]}" if number else marker
            self.lines.append(lead + mark + self.word())
            inner = lead + " " * len(mark)
            for _ in range(self.chance.choice([0, 0, 0, 1, 1, 2])):
                self.blank(0.6)
                self.block(inner, depth + 1)
            self.blank(0.3)

    def quote(self, lead: str, depth: int) -> None:
        self.lines.append(f"{lead}> {self.word()}")
        if self.chance.random() < 0.4:
            self.lines += [f"{lead}>", f"{lead}> - {self.word()}", f"{lead}> - {self.word()}"]
        if self.chance.random() < 0.2:
            self.lines.append(lead + self.word())

    def fence(self, lead: str, depth: int) -> None:
        self.lines += [f"{lead}```", lead + self.word(), "", f"{lead}  {self.word()}", f"{lead}```"]

    def table(self, lead: str, depth: int) -> None:
        if self.lines and self.lines[-1]:
            self.lines.append("")
        row = f"{lead}| {self.word()} | {self.word()} |"
        self.lines += [row, f"{lead}|---|---|", f"{lead}| {self.word()} | {self.word()} |"]

    def code(self, lead: str, depth: int) -> None:
        if self.lines and self.lines[-1]:
            self.lines.append("")
        self.lines += [f"{lead}    {self.word()}", f"{lead}    {self.word()}", ""]


def ours(text: str) -> str:
    report = Report()
    source = Source("m.md", Path("m.md"), tuple(text.split("\n")))
    made = Prose(source, {}, [], Variables({}), lambda link, at: link, lambda link, at: link, report)
    slot = made.scope("s").block(text.split("\n"), Location("m.md"))
    made.render()
    return same(slot.html)


def same(html: str) -> str:
    html = re.sub(r"\s+", " ", html.replace(" />", ">"))
    return re.sub(r"\s*(</?(?!code\b)[a-z0-9]+(?: [^>]*)?>)\s*", r"\1", html).replace(" </code>", "</code>").strip()


@pytest.mark.parametrize("start", range(0, 4_000 if DEEP else 300, 100))
@pytest.mark.scales
def test_containers_are_read_as_commonmark_reads_them(start: int) -> None:
    for seed in range(start, start + 100):
        text = Writer(seed).text()

        assert ours(text) == same(ORACLE.render(text)), f"seed {seed}:\n{text}"
