"""The blocks with the libraries of Open edX's release Teak: XBlock 5.2 and Django 4.2, in an environment of their own."""

from __future__ import annotations

import os
import subprocess

import pytest
from support import ROOT, need

PYTHON = ROOT / "tests/engines/.teak/bin/python"


@pytest.mark.deep
def test_every_test_of_the_blocks_passes_with_the_libraries_of_teak() -> None:
    need("the libraries of Teak", PYTHON.exists(), "`make test-deep` installs them")
    version = "from importlib.metadata import version; print(version('XBlock'), version('Django'))"
    told = subprocess.run([PYTHON, "-c", version], capture_output=True, text=True, check=True).stdout
    assert told.startswith("5.2.")
    assert told.split()[1].startswith("4.2.")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "DJANGO_"))}
    command = [PYTHON, "-m", "pytest", "-p", "no:cacheprovider", "-m", "not deep", "--tb=short", "tests/xblocks"]
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]
    assert "skipped" not in run.stdout
    assert "passed" in run.stdout
