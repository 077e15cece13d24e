"""Certificates on paper."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from dataclasses import replace

import pytest
import typst
from certifying import Desk, passed, tier

from smac_courses.certificates import issuing
from smac_courses.certificates.printing import Printer, PrintError, print_all
from smac_courses.certificates.store import NoCertificate

Make = Callable[..., Desk]


def printed(made: Desk, name: str = "Ann Smith", **more: object) -> bytes:
    made.issue(passed(name, key="ann@example.com"))
    (job,) = issuing.to_print(made.store, made.program, made.made[-1:], made.folder)
    look = replace(job.look, **more)  # type: ignore[arg-type]
    return Printer().pdf(job.name, job.award, job.credential, job.page, look)


def streams(pdf: bytes) -> list[bytes]:
    found = []
    for part in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.S):
        try:
            found.append(zlib.decompress(part))
        except zlib.error:
            found.append(part)
    return found


def test_it_is_an_archive_file_with_the_certificate_in_it(desk: Make) -> None:
    made = desk(tier(signatories=(("Dana Reyes", "Head of Social"),)))
    pdf = printed(made)
    made.publish()

    assert pdf.startswith(b"%PDF-1.7")
    assert any(b"<pdfaid:part>3</pdfaid:part>" in one for one in streams(pdf))
    assert made.data(made.made[0]) in streams(pdf)
    assert b"/AFRelationship/Data" in pdf.replace(b" ", b"")
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1


def test_the_same_certificate_gives_the_same_bytes(desk: Make) -> None:
    made = desk()
    first = printed(made)
    (job,) = issuing.to_print(made.store, made.program, made.made, made.folder)

    assert Printer().pdf(job.name, job.award, job.credential, job.page, job.look) == first


# A script that the fonts of Typst itself do not have needs one of the system's.
BY_THE_SYSTEM = ["محمد علي"] if "DejaVu Sans" in typst.Fonts().families() else []


@pytest.mark.parametrize(
    "name", ["#panic()", "*b* _c_ <d> $e$ @f", "שלום עליכם", "Đặng Thùy Łukasz", "W" * 120, "\\\"'", *BY_THE_SYSTEM]
)
def test_any_name_fits_on_one_page(name: str, desk: Make) -> None:
    pdf = printed(desk(), name if any(map(str.isalpha, name)) else f"Ann {name}")

    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1


def test_the_longest_description_fits_on_one_page(desk: Make) -> None:
    pdf = printed(desk(tier(description="word " * 200, signatories=(("A" * 80, "B" * 80),) * 4)))

    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1


def test_a_letter_that_no_font_has_is_named_with_a_remedy(desk: Make) -> None:
    with pytest.raises(PrintError, match=r"no font has .\U00013000.*fonts-noto"):
        printed(desk(), "Ann \U00013000")


def test_what_is_there_is_kept_and_what_was_issued_anew_is_printed_anew(desk: Make) -> None:
    made = desk()
    made.issue(passed("Ann Smith"), passed("Bob Jones"))
    jobs = list(issuing.to_print(made.store, made.program, (), made.folder))
    for job, data in print_all(jobs):
        assert isinstance(data, bytes)
        job.path.write_bytes(data)
    assert len(jobs) == 2
    assert list(issuing.to_print(made.store, made.program, (), made.folder)) == []

    issuing.reissue(made.store, made.program, made.made[:1], made.now, name="Ann Jones")
    made.change(made.made[1], "revoke")
    assert [job.award.name for job in issuing.to_print(made.store, made.program, (), made.folder)] == ["Ann Jones"]
    with pytest.raises(NoCertificate):
        list(issuing.to_print(made.store, made.program, ["nobody"], made.folder))
