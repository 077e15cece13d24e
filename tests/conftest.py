"""What every test may use, and the rule on skipping: only for what is truly absent, and never in CI."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path

import pytest
from support import COURSE, COURSE_SRC, MAY_BE_ABSENT_IN_CI, MODULE, PROGRAM, ROOT, SHARED, TODAY, need


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="rewrite expected files; read the diff before you commit")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Each worker begins with its share of the tests in a browser, or ends with it.

    These wait for half of their time, the others do not: so both cores always have something to do.
    """
    workers = getattr(config, "workerinput", {}).get("workercount", 1)
    waiting = [item for item in items if item.get_closest_marker("browser")]
    working = [item for item in items if not item.get_closest_marker("browser")]
    ordered: list[pytest.Item] = []
    for number in range(workers):
        share = [
            some[len(some) * number // workers : len(some) * (number + 1) // workers] for some in (waiting, working)
        ]
        for some in share if number % 2 else reversed(share):
            ordered += some
    items[:] = ordered


def pytest_report_header() -> str:
    """Which of the libraries under test this run has: CI runs several."""
    return f"XBlock {version('XBlock')}, Django {version('Django')}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """In CI a test that was skipped fails the run, whoever skipped it, unless its reason may be absent there."""
    for report in terminalreporter.stats.get("skipped", []) if os.environ.get("CI") else []:
        reason = report.longrepr[2].removeprefix("Skipped: ") if isinstance(report.longrepr, tuple) else ""
        if not reason.startswith(tuple(f"{name} is not here" for name in MAY_BE_ABSENT_IN_CI)):
            terminalreporter.write_line(f"{report.nodeid} was skipped in CI: {reason}", red=True)
            terminalreporter._session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture
def accept(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--accept"))


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
def foundation_zips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The disclosure course as a package for every target."""
    from smac_courses.pipeline import build_course, check_courses
    from smac_courses.targets import TARGETS

    course = check_courses([COURSE_SRC / "smac-disclosure"], TODAY).project.courses[0]
    folder = tmp_path_factory.mktemp("build")
    return {name: build_course(course, target, folder).path for name, target in TARGETS.items()}


@pytest.fixture(scope="session")
def foundation_zip(foundation_zips: dict[str, Path]) -> Path:
    """The disclosure course as a SCORM 1.2 package."""
    return foundation_zips["scorm12"]


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
