"""The text of a block as a quiz: read once for all learners, and again when it changes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from smac_courses.diagnostics import Diagnostic, Location
from smac_courses.model.blocks import Block
from smac_courses.model.course import Exam, Module, Policy
from smac_courses.model.questions import CREDITS, Credit, Question
from smac_courses.model.rules import Rules
from smac_courses.reader.quiz_text import read_quiz_text

_MOST_KEPT = 256


@dataclass(frozen=True, slots=True)
class Quiz:
    """What a block asks. `exam` is None for practice, `blocks` are then what is shown, questions among it.

    `digest` changes with everything that a learner could see or be graded by.
    """

    exam: Exam | None
    blocks: tuple[Block, ...]
    sources: str
    digest: str
    findings: tuple[Diagnostic, ...]

    def questions(self) -> Iterator[Question]:
        """Every question, in the order of the text."""
        if self.exam:
            yield from self.exam.questions()
        else:
            yield from (block.question for block in self.blocks if hasattr(block, "question"))

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """What keeps it from being used."""
        return tuple(one for one in self.findings if one.severity == "error")


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Everything that a quiz is read from."""

    markdown: str
    quiz_id: str
    is_exam: bool
    language: str
    credit: str
    variables: str  # JSON, sorted

    @classmethod
    def of(
        cls, markdown: str, quiz_id: str, *, is_exam: bool, language: str, credit: str, variables: Mapping[str, str]
    ) -> Text:
        """The text of a block's fields, whatever somebody has put into them."""
        values = {str(name): str(value) for name, value in variables.items()}
        return cls(
            markdown=markdown,
            quiz_id=quiz_id,
            is_exam=is_exam,
            language=language,
            credit=credit if credit in CREDITS else "all",
            variables=json.dumps(values, sort_keys=True),
        )


@lru_cache(maxsize=_MOST_KEPT)
def quiz_of(text: Text) -> Quiz:
    """The quiz of a text. What cannot be read has no questions, and findings that say why."""
    credit: Credit = next(one for one in CREDITS if one == text.credit)
    module, findings = read_quiz_text(
        text.markdown,
        quiz_id=text.quiz_id,
        is_exam=text.is_exam,
        language=text.language,
        credit=credit,
        variables=json.loads(text.variables),
    )
    digest = hashlib.sha256(repr(text).encode()).hexdigest()[:16]
    if module is None or (text.is_exam and module.exam is None):
        return Quiz(None, (), "", digest, tuple(findings))
    if module.exam:
        pools = tuple(pool for pool in module.exam.pools if pool.questions)
        exam = replace(module.exam, pools=tuple(replace(one, draw=min(one.draw, len(one.questions))) for one in pools))
        return Quiz(exam if pools else None, (), module.exam.sources, digest, tuple(findings))
    return Quiz(None, _all_blocks(module), _all_sources(module), digest, tuple(findings))


def with_rules(exam: Exam, rules: Rules) -> Exam:
    """The exam under the rules of a block's settings."""
    return replace(exam, rules=rules)


def policy_of(values: Mapping[str, str]) -> Policy | None:
    """What an attestation names of a policy: id, version and digest."""
    if not values.get("id"):
        return None
    return Policy(
        id=str(values["id"]),
        title="",
        version=str(values.get("version", "")),
        effective="",
        clauses=(),
        digest=str(values.get("digest", "")),
        words=0,
        at=Location(""),
    )


def _all_blocks(module: Module) -> tuple[Block, ...]:
    return (*module.opening, *(block for lesson in module.lessons for block in lesson.blocks))


def _all_sources(module: Module) -> str:
    return "".join([module.sources, *(lesson.sources for lesson in module.lessons)])
