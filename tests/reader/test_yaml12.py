from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smac_courses.diagnostics import Report
from smac_courses.reader.source import Source
from smac_courses.reader.yaml12 import YamlDocument, load_yaml


def loaded(text: str) -> tuple[YamlDocument | None, Report]:
    report = Report()
    lines = tuple(text.split("\n"))
    return load_yaml(Source("x.yml", Path("x.yml"), lines), 1, len(lines), report), report


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("yes", "yes"),
        ("No", "No"),
        ("on", "on"),
        ("1:30", "1:30"),
        ("012", "012"),
        ("0x1f", "0x1f"),
        ("1_000", "1_000"),
        ("2026-11-21", "2026-11-21"),
        ("1e3", "1e3"),
        (".5", ".5"),
        (".inf", ".inf"),
        ("True", "True"),
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("0", 0),
        ("-7", -7),
        ("3.10", 3.1),
        ("1.0.0", "1.0.0"),
        ('"80"', "80"),
        ("'yes'", "yes"),
        ("12345678901234567890", "12345678901234567890"),
        ("<<", "<<"),
        ("=", "="),
    ],
)
def test_scalars_are_those_of_yaml_1_2(written: str, value: object) -> None:
    document, report = loaded(f"key: {written}")

    assert document is not None
    assert document.data == {"key": value}
    assert type(document.data["key"]) is type(value)
    assert len(report) == 0


def test_every_value_and_key_knows_its_place() -> None:
    document, _ = loaded("a: 1\nb:\n  - x\n  - c: y\n")

    assert document is not None
    assert str(document.place("b", 1, "c")) == "x.yml:4:8"
    assert str(document.key_place("b", 1, "c")) == "x.yml:4:5"
    assert str(document.place("b", 1, "missing")) == "x.yml:4:5"


@pytest.mark.parametrize(
    "bomb",
    [
        "[" * 100_000,
        "a: " + "[" * 30_000,
        "{" * 5_000,
        "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]",
        "a: !!python/object/apply:os.system ['true']",
        "? ? ? ?",
        "a: " + "x" * 70_000,
        "\n".join(f"- {n}" for n in range(30_000)),
        "a:\n  <<: *b",
        "a: |\n" + "  x\n" * 30_000,
    ],
    ids=range(10),
)
def test_bombs_are_refused_quickly_and_with_a_place(bomb: str) -> None:
    before = time.process_time()

    document, report = loaded(bomb)

    assert document is None or isinstance(document.data, dict)
    assert report.has_errors
    assert time.process_time() - before < 3


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.sampled_from("ab:-?[]{}#&*!|>'\"%@` \n\t0.,<=~\\\x07é"), max_size=60))
def test_any_text_gives_data_or_a_finding_in_words_of_our_own(text: str) -> None:
    document, report = loaded(text)

    assert (document is None) <= report.has_errors
    for found in report:
        assert "yaml.org" not in found.message + found.hint
        assert "expected <" not in found.message + found.hint
