"""The wheel alone, in an empty environment outside the checkout, compiles a course."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from support import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    # What setuptools copied there for an earlier wheel would end up in this one, deleted files too.
    shutil.rmtree(ROOT / ".setuptools", ignore_errors=True)
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--outdir", str(out), str(ROOT)],
        check=True,
        capture_output=True,
        cwd=out,
    )
    return next(out.glob("*.whl"))


def test_it_holds_what_the_checkout_holds_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}

    tracked = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.split("\n")
    ours = {path for path in tracked if path.startswith("smac_courses/") and (ROOT / path).is_file()}
    blocks = {
        path.removeprefix("xblocks/") for path in tracked if path.startswith("xblocks/") and (ROOT / path).is_file()
    }
    assert names == ours | blocks


def test_it_compiles_a_course_in_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "venv")], check=True)
    bin_folder = tmp_path / "venv/bin"
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    subprocess.run(
        [bin_folder / "pip", "install", "--quiet", "--disable-pip-version-check", str(wheel)], check=True, env=clean
    )

    subprocess.run([bin_folder / "smac", "new", "first"], check=True, cwd=tmp_path, env=clean, capture_output=True)
    subprocess.run([bin_folder / "smac", "build", "first"], check=True, cwd=tmp_path, env=clean, capture_output=True)
    preview = subprocess.run(
        [bin_folder / "smac", "preview", "first"], check=False, cwd=tmp_path, env=clean, capture_output=True, text=True
    )

    with zipfile.ZipFile(tmp_path / "build/first-course/first-course-1.0.0-scorm12.zip") as archive:
        assert b"Where do you turn with a question?" in archive.read("index.html")
    assert preview.returncode == 3
    assert "pip install 'smac-courses[preview]'" in preview.stderr
