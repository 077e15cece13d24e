"""What is taught and what is asked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from support import PROGRAM, TODAY

from smac_courses.coverage import as_json, as_text, coverage_of
from smac_courses.pipeline import check_courses

MODULE = """\
---
id: m
title: A module
review_by: 2099-01-01
objectives: {say: Say it, place: Place it}
---

## A lesson {#lesson objective=say policy=be-open}

### Asked? {#asked objective=say difficulty=easy}

= yes

> So.

### Asked about nothing? {#nothing}

= yes

> So.

### An opinion? {#opinion .likert}
"""
POLICY = """\
---
id: policy
title: Policy
version: 1.0.0
review_by: 2099-01-01
---

## Be open {#be-open}

Text.

## Be kind {#be-kind}

Text.
"""


def test_what_no_question_is_about_is_named(project: Callable[..., Path]) -> None:
    files = {"modules/m.md": MODULE, "policy.md": POLICY, "program.yml": PROGRAM + "policy: policy.md\n"}
    checked = check_courses([project(files)], TODAY)
    found = coverage_of(checked.project.courses[0], checked.project.program.policy)

    assert [(one.id, one.lessons, one.practice, one.exam, one.is_asked) for one in found.objectives] == [
        ("say", 1, 1, 0, True),
        ("place", 0, 0, 0, False),
    ]
    assert [(one.id, one.lessons, one.is_asked) for one in found.clauses] == [
        ("be-open", 1, False),
        ("be-kind", 0, False),
    ]
    assert [question.key for question in found.without_either] == ["m.nothing"]
    text = as_text(found, shown_root="src/")
    assert "objective  place          0         0     0   no question" in text
    assert "src/modules/m.md:16:1: m.nothing" in text
    assert as_json(found)["without_either"] == ["m.nothing"]


def test_a_course_without_objectives_says_so(project: Callable[..., Path]) -> None:
    checked = check_courses([project({})], TODAY)

    assert "has no objectives" in as_text(coverage_of(checked.project.courses[0], None))
