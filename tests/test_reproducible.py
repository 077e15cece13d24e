"""The same source gives the same bytes: other folder, zone, locale, umask, hash seed, time."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from support import COURSE_SRC

PROGRAM = "import os, sys; os.umask(int(sys.argv[1], 8)); sys.argv[1:] = sys.argv[2:]; from smac_courses.cli import main; main()"


def build(source: Path, out: Path, umask: str, **environment: str) -> dict[str, str]:
    command = [sys.executable, "-c", PROGRAM, umask, "build", str(source), "--out", str(out)]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, **environment})
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in out.rglob("*.zip")}


def test_builds_from_two_folders_zones_locales_and_umasks_are_equal(tmp_path: Path) -> None:
    elsewhere = tmp_path / "a folder with spaces" / "kurs ü"
    shutil.copytree(COURSE_SRC, elsewhere)
    for path in elsewhere.rglob("*"):
        os.utime(path, (86_400, 86_400))

    one = build(COURSE_SRC, tmp_path / "one", "022", TZ="UTC", LC_ALL="C", PYTHONHASHSEED="1")
    two = build(elsewhere, tmp_path / "two", "077", TZ="Asia/Kathmandu", LC_ALL="tr_TR.UTF-8", PYTHONHASHSEED="2")

    assert one
    assert one == two


def test_line_ends_and_a_byte_order_mark_change_nothing(tmp_path: Path) -> None:
    other = tmp_path / "src"
    shutil.copytree(COURSE_SRC, other)
    for path in [*other.rglob("*.md"), *other.rglob("*.yml"), *other.rglob("*.lock")]:
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))

    assert build(COURSE_SRC, tmp_path / "one", "022") == build(other, tmp_path / "two", "022")
