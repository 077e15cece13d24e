from __future__ import annotations

import hashlib
import os
import zipfile
from pathlib import Path

import pytest

from smac_courses.errors import EnvironmentProblem, PackageError
from smac_courses.package import Package, sweep_leftovers, write_zip


def a_package() -> Package:
    return Package({"imsmanifest.xml": b"<manifest/>", "b.txt": b"b" * 5000, "a/pic.png": b"\x89PNG"})


def test_the_first_file_stays_first_and_the_rest_is_sorted(tmp_path: Path) -> None:
    write_zip(a_package(), tmp_path / "p.zip")

    with zipfile.ZipFile(tmp_path / "p.zip") as archive:
        assert archive.namelist() == ["imsmanifest.xml", "a/pic.png", "b.txt"]
        for entry in archive.infolist():
            assert (entry.date_time, entry.flag_bits, entry.create_version, entry.extract_version) == (
                (1980, 1, 1, 0, 0, 0),
                0,
                20,
                20,
            )
        assert archive.getinfo("a/pic.png").compress_type == zipfile.ZIP_STORED


def test_the_bytes_do_not_depend_on_umask_or_on_the_order_of_adding(tmp_path: Path) -> None:
    write_zip(a_package(), tmp_path / "one.zip")
    before = os.umask(0o077)
    try:
        other = Package({"imsmanifest.xml": b"<manifest/>", "a/pic.png": b"\x89PNG", "b.txt": b"b" * 5000})
        write_zip(other, tmp_path / "two.zip")
    finally:
        os.umask(before)

    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    assert (tmp_path / "two.zip").stat().st_mode & 0o777 == 0o644


def test_the_digest_is_what_sha256sum_would_give() -> None:
    lines = "".join(f"{hashlib.sha256(data).hexdigest()}  {path}\n" for path, data in sorted(a_package().files.items()))

    assert a_package().digest() == "sha256:" + hashlib.sha256(lines.encode()).hexdigest()
    assert a_package().digest(leave_out=frozenset({"b.txt"})) != a_package().digest()


@pytest.mark.parametrize("path", ["", "/a", "a//b", "../a", "a/../b", "a\\b", "é.html", "a/"])
def test_paths_that_are_not_portable_are_refused(path: str) -> None:
    with pytest.raises(PackageError):
        Package().add(path, b"")


def test_two_paths_that_differ_in_case_only_are_refused() -> None:
    package = Package({"Index.html": b""})

    with pytest.raises(PackageError, match=r"Index\.html"):
        package.add("index.html", b"")


def test_a_failed_write_leaves_the_old_package_and_no_leftover(tmp_path: Path) -> None:
    target = tmp_path / "p.zip"
    write_zip(a_package(), target)
    before = target.read_bytes()
    broken = a_package()
    broken.add("c.pdf", tmp_path / "was-deleted.pdf")

    with pytest.raises(EnvironmentProblem, match="untouched"):
        write_zip(broken, target)

    assert target.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["p.zip"]


def test_leftovers_of_a_killed_build_are_swept_once_they_are_old(tmp_path: Path) -> None:
    old, young, other = (tmp_path / name for name in (".p.zip.abc.tmp", ".p.zip.def.tmp", "notes.tmp"))
    for path in (old, young, other):
        path.write_bytes(b"")
    os.utime(old, (1000, 1000))

    sweep_leftovers(tmp_path, older_than=2000)

    assert sorted(path.name for path in tmp_path.iterdir()) == [".p.zip.def.tmp", "notes.tmp"]
