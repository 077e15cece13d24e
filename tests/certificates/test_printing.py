"""Certificates on paper."""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import typst
from certifying import Desk, passed, tier
from click.testing import CliRunner, Result
from support import PROGRAM

from smac_courses.certificates import issuing
from smac_courses.certificates.printing import Printer, PrintError, drawn_logo, print_all
from smac_courses.certificates.store import NoCertificate
from smac_courses.cli import smac
from smac_courses.errors import UsageError

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


PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M/wHwAEBgIApD5fRAAAAABJRU5ErkJggg=="
)


@pytest.mark.parametrize(
    ("name", "data"), [("logo.svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>'), ("logo.png", PNG)]
)
def test_the_logo_of_the_company_is_on_it(name: str, data: bytes, desk: Make, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    made = desk()
    logo = drawn_logo(tmp_path, name)
    made.issue(passed("Ann Smith"))
    (with_logo,) = issuing.to_print(made.store, made.program, made.made, made.folder, logo=logo)
    (without,) = issuing.to_print(made.store, made.program, made.made, made.folder)

    first, second = (
        Printer().pdf(job.name, job.award, job.credential, job.page, job.look) for job in (with_logo, without)
    )
    # Its alternative text is the name of the company.
    assert first.count(b"/Alt") == second.count(b"/Alt") + 1


def test_a_logo_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"the logo 'logo\.png' of program\.yml cannot be read"):
        drawn_logo(tmp_path, "logo.png")


POLICY = """---
id: policy
title: {title}
version: 2.1.0
effective: 2026-11-01
---

{clauses}"""


def card(write: Callable[..., Path], title: str, rules: list[str], *arguments: str) -> tuple[Result, Path]:
    clauses = "".join(f"## {rule} {{#c{number}}}\n\nText.\n\n" for number, rule in enumerate(rules))
    policy = POLICY.format(title=title, clauses=clauses)
    folder = write({"program.yml": f"{PROGRAM}policy: policy.md\n", "policy.md": policy})
    out = folder / "card.pdf"
    return CliRunner().invoke(smac, ["certify", "card", str(out), "--program", str(folder), *arguments]), out


@pytest.mark.parametrize(
    ("title", "rules"),
    [
        (
            "Our five principles",
            ["Protect information", "Be transparent", "Follow the law", "Be responsible", "Be kind"],
        ),
        ("Ten", [f"Rule number {number} with rather many words in it, so that it wraps" for number in range(10)]),
        ("מדיניות", ["שמרו על מידע", "היו שקופים"]),
    ],
)
def test_the_card_with_the_principles_has_the_size_of_a_bank_card(
    title: str, rules: list[str], project: Callable[..., Path]
) -> None:
    language = "he" if rules[0][0] > "z" else "en"
    result, out = card(project, title, rules, "--language", language)
    assert result.exit_code == 0, result.output
    pdf = out.read_bytes()

    (box,) = re.findall(rb"/MediaBox\s*\[([^\]]*)\]", b"".join([pdf, *streams(pdf)]))
    left, bottom, right, top = map(float, box.split())
    assert (round((right - left) / 72 * 25.4, 1), round((top - bottom) / 72 * 25.4, 1)) == (85.6, 54.0)
    card(project, title, rules, "--language", language)
    assert out.read_bytes() == pdf


def test_a_card_needs_a_policy_and_a_font(project: Callable[..., Path]) -> None:
    result, out = card(project, "A", ["\U00013000 writing"])
    assert (result.exit_code, out.exists()) == (1, False)
    assert "no font has" in result.output
    (out.parent / "program.yml").write_text(PROGRAM, "utf-8")
    result = CliRunner().invoke(smac, ["certify", "card", str(out), "--program", str(out.parent)])
    assert "names no policy" in str(result.exception)
