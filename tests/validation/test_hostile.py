"""Packages made to do harm, or to keep a machine busy: each of these took a minute, a gigabyte or a traceback once."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from validation import faults

from smac_courses.validation.findings import MOST_OF_A_KIND
from smac_courses.validation.validate import Validated, validate_zip


def with_manifest(change: Callable[[str], str]) -> dict[str, bytes]:
    files = faults.good2004("3rd")
    return {**files, "imsmanifest.xml": change(files["imsmanifest.xml"].decode()).encode()}


def judged(files: dict[str, bytes], folder: Path) -> Validated:
    faults.write_zip(folder / "x.zip", files)
    return validate_zip(folder / "x.zip")


def before_end(words: str) -> Callable[[str], str]:
    return lambda manifest: manifest.replace("</resources>", f"{words}</resources>")


LARGE = {
    "a page of open tags": {**faults.good12(), "index.html": b"LMSInitialize" + b"<img " * 200_000},
    "a page of half addresses": {**faults.good12(), "index.html": b"LMSInitialize" + b"<img src=" * 100_000},
    "prerequisites of digits": {
        **faults.good12(),
        "imsmanifest.xml": faults.good12()["imsmanifest.xml"].replace(
            b"<adlcp:masteryscore>",
            b'<adlcp:prerequisites type="aicc_script">'
            + b"1" * 300_000
            + b"</adlcp:prerequisites><adlcp:masteryscore>",
        ),
    },
    "a collection of many": with_manifest(
        lambda one: one.replace(
            "</manifest>",
            "<imsss:sequencingCollection>"
            + "".join(f'<imsss:sequencing ID="s{n}"/>' for n in range(30_000))
            + "</imsss:sequencingCollection></manifest>",
        )
    ),
    "namespaces by the thousand": with_manifest(
        lambda one: before_end(
            "<resource identifier='r' type='webcontent'>" + "<file href='a'/>" * 20_000 + "</resource>"
        )(one.replace("<manifest ", "<manifest " + " ".join(f'xmlns:n{n}="urn:{n}"' for n in range(3_000)) + " ", 1))
    ),
    "strangers by the thousand": with_manifest(before_end("<stranger/>" * 100_000)),
    "attributes by the thousand": with_manifest(
        before_end("<resource " + " ".join(f'a{n}=""' for n in range(20_000)) + "/>")
    ),
    "a base of megabytes": with_manifest(
        lambda one: one.replace("<resources", f"<resources xml:base='{'x/' * 500_000}'", 1)
    ),
}


@pytest.mark.parametrize("name", LARGE)
def test_much_of_everything_is_looked_at_and_not_listed_in_full(name: str, tmp_path: Path) -> None:
    report = judged(LARGE[name], tmp_path).report

    assert len(report) < 20 * MOST_OF_A_KIND
    assert all(len(found.message) < 1_000 for found in report)


def test_many_scripts_that_name_each_other_are_each_read_once(tmp_path: Path) -> None:
    files = faults.good12()
    files.update({f"d{n}/a.js": b'load("a.js")' for n in range(5_000)})

    assert not judged(files, tmp_path).report.has_errors


def test_missing_files_among_many_are_found(tmp_path: Path) -> None:
    files = with_manifest(
        before_end(
            "<resource identifier='r' type='webcontent'>"
            + "".join(f"<file href='no/{n}.js'/>" for n in range(20_000))
            + "</resource>"
        )
    )
    files.update({f"yes/{n}.js": b"" for n in range(5_000)})
    report = judged(files, tmp_path).report

    missing = [found for found in report if found.code == "SMAC932"]
    assert len(missing) == MOST_OF_A_KIND
    assert any("more of this kind" in found.message for found in missing)


def patched(path: Path, change: Callable[[bytearray], None]) -> Validated:
    data = bytearray(path.read_bytes())
    change(data)
    path.write_bytes(data)
    return validate_zip(path)


def test_a_method_that_no_lms_knows_is_not_even_tried(tmp_path: Path) -> None:
    faults.write_zip(tmp_path / "x.zip", faults.good12())
    with zipfile.ZipFile(tmp_path / "x.zip", "a", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a.js", b"x" * 1000)

    def break_it(data: bytearray) -> None:
        at = data.rindex(b"a.js", 0, data.rindex(b"PK\x01\x02"))
        data[at + 8 : at + 14] = b"\xff" * 6

    assert [found.code for found in patched(tmp_path / "x.zip", break_it).report if found.severity == "error"] == [
        "SMAC901"
    ]


def test_a_local_header_that_says_something_else_is_damage(tmp_path: Path) -> None:
    faults.write_zip(tmp_path / "x.zip", {**faults.good12(), "é.js": b"x"})

    def break_it(data: bytearray) -> None:
        at = data.index("é.js".encode())
        data[at : at + 2] = b"\xff\xff"

    assert "SMAC901" in {found.code for found in patched(tmp_path / "x.zip", break_it).report}


def test_a_directory_that_is_larger_than_its_count_is_not_read(tmp_path: Path) -> None:
    """The end of the zip says four entries, and a directory of gigabytes."""
    faults.write_zip(tmp_path / "x.zip", faults.good12())

    def lie(data: bytearray) -> None:
        at = data.rindex(b"PK\x05\x06")
        data[at + 8 : at + 12] = struct.pack("<HH", 4, 4)
        data[at + 12 : at + 16] = struct.pack("<I", 1 << 30)

    assert [found.code for found in patched(tmp_path / "x.zip", lie).report] == ["SMAC903"]


@pytest.mark.parametrize("encoding", ["utf-7", "utf-16"])
def test_entities_are_found_in_every_encoding(encoding: str, tmp_path: Path) -> None:
    text = faults.good12()["imsmanifest.xml"].decode().partition("?>")[2]
    text = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE manifest [<!ENTITY a "b">]>{text}'
    report = judged({**faults.good12(), "imsmanifest.xml": text.encode(encoding)}, tmp_path).report

    assert {"SMAC910", "SMAC911"} & {found.code for found in report}


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (["index.html/x.js"], "SMAC905"),
        (["A/x.js", "a/y.js"], "SMAC906"),
        (["aux.js"], "SMAC906"),
        (["x" * 256], "SMAC906"),
        (["/".join(["folder"] * 40)], "SMAC906"),
    ],
)
def test_names_that_some_disk_cannot_hold(names: list[str], code: str, tmp_path: Path) -> None:
    report = judged({**faults.good12(), **dict.fromkeys(names, b"x")}, tmp_path).report

    assert code in {found.code for found in report}


def test_names_in_utf_8_without_its_flag_are_understood(tmp_path: Path) -> None:
    files = with_manifest(
        before_end("<resource identifier='r' type='webcontent'><file href='caf%C3%A9.png'/></resource>")
    )
    faults.write_zip(tmp_path / "x.zip", {**files, "café.png": b"x"})

    def forget_the_flag(data: bytearray) -> None:
        for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            at = data.find(mark)
            while at >= 0:
                data[at + offset + 1] &= ~0x08 & 0xFF
                at = data.find(mark, at + 4)

    report = patched(tmp_path / "x.zip", forget_the_flag).report
    assert {found.code for found in report if found.severity == "error"} == set()
    assert "SMAC906" in {found.code for found in report}


@pytest.mark.parametrize(
    "loader",
    [
        b'<script src="scorm%20api.js"></script>',
        b'<script src="api(1).js"></script>',
        b'<script>s.src="https://example.com/dispatch.js"</script>',
        b'<script>location.href = "https://example.com/course"</script>',
        b"<script>import('./' + name)</script>",
    ],
)
def test_what_cannot_be_followed_is_not_called_silent(loader: bytes, tmp_path: Path) -> None:
    files = faults.good12()
    script = files.pop("player.js", b"") or b"LMSInitialize"
    files = {name: data for name, data in files.items() if not name.endswith((".js", ".html"))}
    manifest = faults.good12()["imsmanifest.xml"]
    files["imsmanifest.xml"] = manifest
    for name in faults.good12():
        if name.endswith((".js", ".html")):
            files[name] = loader if name.endswith(".html") else b"nothing"
    files |= {"scorm api.js": script, "api(1).js": script}

    assert "SMAC955" not in {found.code for found in judged(files, tmp_path).report}
