"""policy.md: the rules that the courses teach, one `##` for each clause, read like a module."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import replace

from smac_courses.diagnostics import Report
from smac_courses.model.blocks import Block, Prose
from smac_courses.model.course import Clause, Module, Policy
from smac_courses.model.ids import key_of
from smac_courses.reader.assets import AssetShelf
from smac_courses.reader.context import ReadContext
from smac_courses.reader.document import read_document
from smac_courses.reader.module import read_module
from smac_courses.reader.source import Source
from smac_courses.reader.yaml12 import load_yaml

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


def read_policy(source: Source, shelf: AssetShelf, context: ReadContext, report: Report) -> Policy | None:
    """The policy as clauses with ids, or None when its front matter is too broken to go on."""
    module = read_module(source, shelf, context, report, schema="policy")
    if module is None:
        return None
    silent = Report()
    document = read_document(source, silent)
    front = load_yaml(source, document.yaml_first, document.yaml_last, silent)
    data = front.data if front else {}
    text = _plain_text(source, document.yaml_last, context)
    for lesson in module.lessons:
        for question in lesson.questions():
            report.add("SMAC215", question.at, "a question in the policy", hint="move it into a module")
    return Policy(
        id=module.id,
        title=module.title,
        version=data["version"],
        effective=data.get("effective", ""),
        clauses=tuple(Clause(id=lesson.id, title=lesson.plain_title, at=lesson.at) for lesson in module.lessons),
        digest="sha256:" + hashlib.sha256(text.encode()).hexdigest(),
        words=len(_WORD.findall(text)),
        at=module.at,
    )


def policy_page(source: Source, shelf: AssetShelf, context: ReadContext, report: Report) -> Module | None:
    """The policy as one screen of a course: its clauses are headings of the opening page, not lessons."""
    module = read_module(source, shelf, context, report, schema="policy")
    if module is None:
        return None
    blocks: list[Block] = [*module.opening]
    for lesson in module.lessons:
        heading = f'<h3 id="{key_of(module.id, lesson.id)}">{lesson.title}</h3>'
        blocks += [Prose(html=heading, at=lesson.at), *lesson.blocks]
    sources = "".join([module.sources, *(lesson.sources for lesson in module.lessons)])
    return replace(module, opening=tuple(blocks), lessons=(), sources=sources, is_policy=True)


def _plain_text(source: Source, yaml_last: int, context: ReadContext) -> str:
    """The words that are hashed: variables put in, white space at the ends of lines and of the text taken off."""
    silent = Report()
    lines = [
        context.variables.fill(line, source, number, silent).rstrip()
        for number, line in enumerate(source.lines[yaml_last + 1 :], start=yaml_last + 2)
    ]
    return unicodedata.normalize("NFC", "\n".join(lines).strip()) + "\n"
