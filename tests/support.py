"""What tests share: where things are, the smallest project, and the rule on skipping."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
COURSE_SRC = ROOT / "course_src"
TODAY = date(2026, 11, 21)

# What may be missing even in CI: reference data that is not ours to copy into the project.
MAY_BE_ABSENT_IN_CI = frozenset({"shared"})

MODULE = """\
---
id: m
title: A module
review_by: 2099-01-01
---

## A lesson {#lesson}

Some text.
"""

PROGRAM = (
    "owner: The social team\ncontacts: {help: help@example.com}\ncompany:\n  name: Example Ltd\n  handle: '@example'\n"
)
COURSE = "id: c\ntitle: A course\nversion: 1.0.0\nmodules: [../modules/m.md]\n"


def need(name: str, found: bool, how: str) -> None:
    """Skip the test when something it needs is absent; in CI that is a failure, because CI must have it."""
    if found:
        return
    if os.environ.get("CI") and name not in MAY_BE_ABSENT_IN_CI:
        pytest.fail(f"{name} is missing in CI: {how}")
    pytest.skip(f"{name} is not here: {how}")
