"""A course in another language: what is missing and what is out of date is named, piece by piece."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from support import COURSE, MODULE, TODAY

from smac_courses.cli import smac
from smac_courses.errors import UsageError
from smac_courses.model.translation import format_translation, parse_translation, pieces_of
from smac_courses.pipeline import accept_translation, check_courses

ORIGINAL = (
    MODULE.replace("Some text.", "Read this, {{ company.name }}.")
    + """
### Right? {#right}

- (x) Yes. {#yes}
  > So it is.
- ( ) No.
  > Yes.

## Another {#another}

More.
"""
)
GERMAN = (
    ORIGINAL.replace("A module", "Ein Modul")
    .replace("A lesson", "Eine Lektion")
    .replace("Read this", "Lies das")
    .replace("### Right?", "### Richtig?")
)
OURS = "id: c-de\ntitle: Ein Kurs\nversion: 1.0.0\nlanguage: de\ntranslates: c\nmodules: [../modules/de.md]\n"
Write = Callable[..., Path]


@pytest.fixture
def write(project: Write) -> Write:
    def written(original: str = ORIGINAL, german: str = GERMAN, ours: str = OURS) -> Path:
        files = {"modules/m.md": original, "modules/de.md": german, "c/course.yml": COURSE, "c-de/course.yml": ours}
        return project(files)

    return written


def found(folder: Path) -> list[tuple[str, str, str]]:
    """Code, place and message of each finding on a translation."""
    report = check_courses([folder], TODAY).report
    mine = [one for one in report if one.code in {"SMAC611", "SMAC612", "SMAC613"}]
    mine.sort(key=lambda one: (one.code, one.at.path, one.at.line))
    return [(one.code, f"{one.at.path}:{one.at.line}", one.message) for one in mine]


def test_every_piece_is_asked_for_until_somebody_has_compared_it(write: Write) -> None:
    folder = write()
    assert [(code, message.rpartition("'")[0].rpartition("'")[2]) for code, _, message in found(folder)] == [
        ("SMAC613", name) for name in ("m", "m.lesson", "m.right", "m.another")
    ]

    path, noted = accept_translation(check_courses([folder], TODAY), "c-de", ["m", "m.right"])
    assert (path, noted) == (folder / "c-de/translation.lock", ["m", "m.right"])
    assert [message.split("'")[1] for _, _, message in found(folder)] == ["m.lesson", "m.another"]
    assert accept_translation(check_courses([folder], TODAY), "c-de", [])[1] == [
        "m",
        "m.lesson",
        "m.right",
        "m.another",
    ]
    assert found(folder) == []


@pytest.mark.parametrize(
    ("change", "piece", "line"),
    [
        (("A module", "The module"), "m", 1),
        (("Read this", "Read that"), "m.lesson", 7),
        (("So it is.", "So it was."), "m.right", 11),
        (("(x) Yes", "( ) Yes"), "m.right", 11),
        (("More.", "Much more."), "m.another", 18),
    ],
)
def test_a_change_of_the_original_names_the_piece_that_is_out_of_date(
    change: tuple[str, str], piece: str, line: int, write: Write
) -> None:
    folder = write()
    accept_translation(check_courses([folder], TODAY), "c-de", [])
    write(ORIGINAL.replace(*change))

    assert found(folder) == [
        ("SMAC613", f"modules/de.md:{line}", f"the original of '{piece}' has changed since it was translated")
    ]


def test_what_is_no_text_makes_nothing_out_of_date(write: Write) -> None:
    folder = write()
    accept_translation(check_courses([folder], TODAY), "c-de", [])
    write(ORIGINAL.replace("review_by: 2099-01-01", "review_by: 2099-02-02\nminutes: 5").replace("More.", "\nMore.\n"))

    assert found(folder) == []


def test_what_is_missing_or_of_its_own_is_named(write: Write) -> None:
    folder = write(german=GERMAN.replace("{#another}", "{#noch-eine}"))
    accept_translation(check_courses([folder], TODAY), "c-de", [])

    assert found(folder) == [
        ("SMAC612", "modules/de.md:1", "'m.another' of the original is missing"),
        ("SMAC612", "modules/de.md:18", "the original has no 'm.noch-eine'"),
    ]


def test_a_translation_of_nothing(write: Write) -> None:
    folder = write(ours=OURS.replace("translates: c\n", "translates: d\n"))

    assert found(folder) == [("SMAC611", "c-de/course.yml:5", "there is no course 'd'")]
    with pytest.raises(UsageError, match="the original 'd' cannot be read"):
        accept_translation(check_courses([folder], TODAY), "c-de", [])


def test_a_translation_alone_is_not_compared_and_a_release_wants_it_current(write: Write) -> None:
    folder = write()
    assert found(folder / "c-de") == []
    run = CliRunner().invoke(smac, ["check", str(folder), "--release", "--no-cache"])
    assert run.exit_code == 1
    assert "SMAC613" in run.output


def test_the_command_says_what_it_does_not_know(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(write())
    os.rename("../src", "../course_src")
    monkeypatch.chdir("..")
    run = CliRunner().invoke(smac, ["translated", "c-de"])
    assert run.output == f"{Path('course_src/c-de/translation.lock')}: 4 pieces are up to date\n"
    for arguments, words in (
        (["c"], "'c' is no translation that can be read; translations here: c-de"),
        (["c-de", "m.gone"], "'m.gone' is not a piece of both 'c' and 'c-de'"),
    ):
        failed = CliRunner().invoke(smac, ["translated", *arguments])
        assert words in str(failed.exception)


def test_pieces() -> None:
    text = "---\nid: m\n---\nOpening.\n\n## A {{ b }} {#a when=uk}\n\n```\n## Not {#code}\n```\n### B {.job-aid #b}\n#### C\n## D {{ e }}\n"
    assert {key: piece.line for key, piece in pieces_of("m", text.split("\n")).items()} == {"m": 1, "m.a": 6, "m.b": 11}
    assert parse_translation(format_translation({"m": "0" * 12, "m.a": "1" * 12}).splitlines()) == {
        "m": "0" * 12,
        "m.a": "1" * 12,
    }
    assert parse_translation(["# x", "a b c", "", "one"]) == {}
