"""The tests that are written in JavaScript."""

from __future__ import annotations

import subprocess

import pytest
from support import ROOT


@pytest.mark.scales
def test_the_javascript_tests_pass(node: str) -> None:
    files = sorted(str(path) for path in (ROOT / "tests/js").glob("*.test.mjs"))

    run = subprocess.run([node, "--test", *files], capture_output=True, text=True, check=False)

    assert run.returncode == 0, run.stdout[-5000:]
    assert "# fail 0" in run.stdout
