"""What every test may use, and the rule on skipping: only for what is truly absent, and never in CI."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
COURSE_SRC = ROOT / "course_src"
TODAY = date(2026, 11, 21)

# What may be missing even in CI: reference data that is not ours to copy into the project.
MAY_BE_ABSENT_IN_CI = frozenset({"shared"})


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="rewrite expected files; read the diff before you commit")


@pytest.fixture
def accept(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--accept"))


def need(name: str, found: bool, how: str) -> None:
    """Skip the test when something it needs is absent; in CI that is a failure, because CI must have it."""
    if found:
        return
    if os.environ.get("CI") and name not in MAY_BE_ABSENT_IN_CI:
        pytest.fail(f"{name} is missing in CI: {how}")
    pytest.skip(f"{name} is not here: {how}")


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of official schemas and published data."""
    need("shared", (SHARED / "schemas").is_dir(), "the folder ../shared with the official schemas")
    return SHARED


@pytest.fixture(scope="session")
def node() -> str:
    path = shutil.which("node")
    need("node", path is not None, "make test installs Node 20 or newer")
    return str(path)


@pytest.fixture(scope="session")
def npm_packages() -> Path:
    """tests/node_modules, with scorm-again, axe-core and the Nu HTML checker."""
    folder = ROOT / "tests/node_modules"
    need("npm packages", (folder / "scorm-again").is_dir(), "make test runs 'npm ci' in tests/")
    return folder


@pytest.fixture(scope="session")
def foundation_zip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The foundation course as a SCORM 1.2 package."""
    from smac_courses.pipeline import build_course, check_courses
    from smac_courses.targets import TARGETS

    checked = check_courses([COURSE_SRC / "smac-foundation"], TODAY)
    return build_course(checked.project.courses[0], TARGETS["scorm12"], tmp_path_factory.mktemp("build")).path


MODULE = """\
---
id: m
title: A module
review_by: 2099-01-01
---

## A lesson {#lesson}

Some text.
"""

PROGRAM = "company:\n  name: Example Ltd\n  handle: '@example'\n"
COURSE = "id: c\ntitle: A course\nversion: 1.0.0\nmodules: [../modules/m.md]\n"

WriteProject = Callable[..., Path]


@pytest.fixture
def project(tmp_path: Path) -> Iterator[WriteProject]:
    """A function that writes a small project and returns its folder; a file given as None is left out."""

    def write(files: dict[str, str | None] | None = None) -> Path:
        defaults: dict[str, str | None] = {"program.yml": PROGRAM, "c/course.yml": COURSE, "modules/m.md": MODULE}
        for name, text in {**defaults, **(files or {})}.items():
            if text is not None:
                path = tmp_path / "src" / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, "utf-8")
        return tmp_path / "src"

    return write
