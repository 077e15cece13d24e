"""What tests share: where things are, the smallest project, and the rule on skipping."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

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


def copy_one_course(folder: Path) -> Path:
    """A program with the disclosure course alone, which certifies who passes it. Returns its program.yml."""
    shutil.copytree(COURSE_SRC / "smac-disclosure", folder / "smac-disclosure")
    for name in ("modules/ftc-disclosure.md", "assets/two-posts.svg", "policy.md"):
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copyfile(COURSE_SRC / name, folder / name)
    program = folder / "program.yml"
    own = (COURSE_SRC / "program.yml").read_text("utf-8").partition("# Whose name stands")[0]
    tier = "{title: SMaC Foundation, courses: [smac-disclosure], valid_months: 12}"
    program.write_text(f"{own}certifications:\n  foundation: {tier}\n", "utf-8")
    return program


def answer_of(command: Sequence[str | Path], given: object, *, timeout: float | None = None) -> Any:
    """What another program says to JSON, as JSON."""
    run = subprocess.run(command, input=json.dumps(given), capture_output=True, text=True, check=False, timeout=timeout)
    assert run.returncode == 0, run.stderr[-3000:]
    return json.loads(run.stdout)


def need(name: str, found: bool, how: str) -> None:
    """Skip the test when something it needs is absent; in CI that is a failure, because CI must have it."""
    if found:
        return
    if os.environ.get("CI") and name not in MAY_BE_ABSENT_IN_CI:
        pytest.fail(f"{name} is missing in CI: {how}")
    pytest.skip(f"{name} is not here: {how}")
