"""The tests that are written in JavaScript."""

from __future__ import annotations

import subprocess

import pytest
from support import ROOT


@pytest.mark.scales
def test_the_javascript_tests_pass(node: str) -> None:
    files = sorted(str(path) for path in (ROOT / "tests/js").glob("*.test.mjs"))

    run = subprocess.run([node, "--test", "--test-reporter=tap", *files], capture_output=True, text=True, check=False)

    lines = run.stdout.splitlines()
    failures = [line for start, line in enumerate(lines) if "not ok" in line for line in lines[start : start + 25]]
    assert run.returncode == 0, "\n".join([*failures, *lines[-10:], run.stderr[-2000:]])
    assert "# fail 0" in run.stdout
