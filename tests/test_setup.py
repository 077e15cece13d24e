"""The set-up: what is missing is named, what was skipped in CI is a failure."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support import ROOT

NEED = ROOT / ".ci/need"


def needed(folder: Path, *tools: str) -> subprocess.CompletedProcess[str]:
    """Run .ci/need where only the tools in `folder` are found."""
    for name in ("sh", "id", "sed"):
        found = shutil.which(name)
        assert found
        (folder / name).symlink_to(found)
    return subprocess.run(
        ["/bin/sh", NEED, *tools], capture_output=True, text=True, check=False, env={"PATH": str(folder)}
    )


def fake(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def test_what_is_there_is_used(tmp_path: Path) -> None:
    fake(tmp_path, "google-chrome", "exit 0")
    fake(tmp_path, "firefox", "exit 0")
    fake(tmp_path, "npm", "exit 0")
    fake(tmp_path, "node", "echo 22")
    fake(tmp_path, "java", "echo 'openjdk version \"21.0.1\"' >&2")

    run = needed(tmp_path, "chromium", "firefox", "node", "java")

    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


def test_what_is_only_wanted_may_be_missing(tmp_path: Path) -> None:
    run = needed(tmp_path, "headless-shell?")

    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


def test_without_a_package_manager_it_says_what_is_missing(tmp_path: Path) -> None:
    fake(tmp_path, "npm", "exit 0")
    fake(tmp_path, "node", "echo 18")
    fake(tmp_path, "java", "echo 'openjdk version \"11.0.1\"' >&2")

    run = needed(tmp_path, "chromium", "firefox", "node", "java", "venv")

    assert run.returncode == 3
    for words in ("Chromium, for", "Firefox, for", "Node.js 20 or newer", "Java 17 or newer", "Python 3.11 or newer"):
        assert words in run.stderr


@pytest.mark.parametrize("manager", ["apt-get", "dnf"])
def test_where_installing_is_not_allowed_it_says_what_to_type(tmp_path: Path, manager: str) -> None:
    folder = tmp_path / "bin"
    folder.mkdir()
    fake(folder, manager, f"echo called >> {tmp_path}/log")
    fake(folder, "sudo", "exit 1")
    (folder / "id").write_text("#!/bin/sh\necho 1000\n")
    (folder / "id").chmod(0o755)
    for name in ("sh", "sed"):
        (folder / name).symlink_to(shutil.which(name) or "")

    run = subprocess.run(
        ["/bin/sh", NEED, "chromium"], capture_output=True, text=True, check=False, env={"PATH": str(folder)}
    )

    assert run.returncode == 3
    assert f"type: sudo {manager} install chromium" in run.stderr
    assert not (tmp_path / "log").exists()


def test_where_it_is_allowed_it_installs(tmp_path: Path) -> None:
    folder = tmp_path / "bin"
    folder.mkdir()
    fake(
        folder,
        "apt-get",
        f'case "$*" in *"install -y -qq chromium"*) printf "#!/bin/sh\\n" > {folder}/chromium; /bin/chmod +x {folder}/chromium;; esac',
    )
    fake(folder, "id", "echo 0")
    for name in ("sh", "sed"):
        (folder / name).symlink_to(shutil.which(name) or "")

    run = subprocess.run(
        ["/bin/sh", NEED, "chromium"], capture_output=True, text=True, check=False, env={"PATH": str(folder)}
    )

    assert run.returncode == 0
    assert "installing chromium" in run.stdout


@pytest.mark.parametrize(("reason", "status"), [("something is not here", 1), ("shared is not here: the folder", 0)])
def test_in_ci_a_test_that_was_skipped_fails_the_run(tmp_path: Path, reason: str, status: int) -> None:
    (tmp_path / "tests").mkdir()
    shutil.copy(ROOT / "tests/conftest.py", tmp_path / "tests/conftest.py")
    (tmp_path / "tests/test_one.py").write_text(
        f"import pytest\n\ndef test_runs():\n    pass\n\ndef test_skips():\n    pytest.skip({reason!r})\n"
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path / "tests")]
    environment = {**os.environ, "CI": "1", "PYTHONPATH": str(ROOT / "tests")}

    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path, env=environment)

    assert run.returncode == status, run.stdout
    assert ("was skipped in CI" in run.stdout) is (status == 1)
