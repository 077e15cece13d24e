"""Parse, edit, export, parse: the same quiz under the same settings."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from banks import KINDS, SCORED, bank
from lxml import etree

Sit = Callable[..., Any]
ONE = "### Q {#q}\n\n- (x) a\n- ( ) b\n"
LEARNERS = ("attempts", "practice", "score")


def exported(seat: Any) -> str:
    """The element as the platform writes it into a file."""
    node = etree.Element("unknown_root")
    seat.fresh().add_xml_to_node(node)
    assert node.tag == "smac_quiz"
    text: str = etree.tostring(node, encoding="unicode", pretty_print=True)
    return text


def parsed(text: str) -> Any:
    """The block of an element, as the importer reads it: blank texts are dropped."""
    from workbench.runtime import WorkbenchRuntime

    parser = etree.XMLParser(remove_blank_text=True, remove_comments=True)
    runtime = WorkbenchRuntime("u1")
    runtime.id_generator.set_scenario(f"again-{abs(hash(text))}")
    return runtime.get_block(
        runtime.parse_xml_string(etree.tostring(etree.fromstring(text, parser), encoding="unicode"))
    )


def settings(block: Any) -> dict[str, Any]:
    from smac_xblocks.studio import EDITABLE

    return {name: getattr(block, name) for name in (*EDITABLE, "quiz_id", "policy")}


def same(seat: Any) -> None:
    before = seat.fresh()
    text = exported(seat)
    again = parsed(text)

    assert settings(again) == settings(before)
    assert again.quiz.findings == before.quiz.findings
    assert again.quiz.exam == before.quiz.exam
    assert again.quiz.blocks == before.quiz.blocks
    assert again.quiz.sources == before.quiz.sources
    assert not set(LEARNERS) & set(etree.fromstring(text).attrib)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_comes_back(seat: Sit, kind: str) -> None:
    same(seat(bank(1, 2, (kind,)), mode="graded" if kind in SCORED else "practice"))


@pytest.mark.parametrize("seed", range(10))
def test_random_banks_come_back(seat: Sit, seed: int) -> None:
    same(seat(bank(seed, seed, tuple(SCORED), pools=2)))


@pytest.mark.parametrize(
    "odd",
    [
        "&",
        "<b>",
        "&lt;b&gt;",
        "]]>",
        '"',
        "'",
        "\u00a0",
        "\u202f",
        "\ue000",
        "😀",
        "e\u0301",
        "עברית",
        "  ",
        "`<!-- x -->`",
        "\\*",
        "&nbsp;",
    ],
    ids=ascii,
)
def test_odd_characters_come_back(seat: Sit, odd: str) -> None:
    one = seat(ONE)
    block = one.fresh()
    block.markdown = f"### Q {odd} q {{#q}}\n\nText {odd} here.\n\n- (x) a {odd} a\n  > Said {odd}.\n- ( ) b\n"
    block.display_name = f"Title {odd} end"
    block.variables = {"company.name": f"A {odd} B"}
    block.save()

    same(one)


@pytest.mark.parametrize(
    "text",
    [
        "    indented\n\n" + ONE,
        ONE + "\n```text\n  code\n\n\n  more\n```\n",
        ONE + "\n\n\n",
        ONE.replace("\n", "  \n"),
        "### Q {#q}\n\nLine one\\\nline two  \nline three\n\n- (x) a\n- ( ) b",
        "\t\n" + ONE,
    ],
    ids=range(6),
)
def test_white_space_comes_back(seat: Sit, text: str) -> None:
    one = seat(ONE, mode="practice")
    block = one.fresh()
    block.markdown = text
    block.save()

    same(one)


def test_an_empty_text_does_not_come_back_as_the_example(seat: Sit) -> None:
    one = seat(ONE)
    block = one.fresh()
    block.markdown = ""
    block.save()

    same(one)


EDITED: dict[str, Any] = {
    "display_name": "Ein & Titel",
    "mode": "graded",
    "pass_percent": 65,
    "max_attempts": 3,
    "wait_hours": 2,
    "counts": "average",
    "feedback": "each",
    "shuffle": False,
    "time_limit_minutes": 45,
    "extra_time": [2, "none"],
    "credit": "each",
    "weight": 2.5,
    "language": "de",
    "variables": {"company.name": 'N & "M" <x>'},
}
EMPTY: dict[str, Any] = {**EDITED, "max_attempts": None, "weight": None, "extra_time": [], "variables": {}}


@pytest.mark.parametrize("wanted", [EDITED, EMPTY], ids=["filled", "empty"])
def test_what_studio_saves_comes_back(seat: Sit, wanted: dict[str, Any]) -> None:
    from smac_xblocks.studio import EDITABLE

    assert set(wanted) == set(EDITABLE)
    one = seat(ONE)
    text = bank(7, 8, tuple(SCORED), pools=2)

    _, said = one.post("studio_save", {"markdown": text, "settings": wanted})

    assert said["saved"] is True
    block = one.fresh()
    assert {name: getattr(block, name) for name in wanted} == wanted
    same(one)


def test_an_edit_in_studio_changes_what_is_exported_and_nothing_else(seat: Sit) -> None:
    one = seat(ONE, pass_percent=70, quiz_id="mine", policy={"id": "p", "version": "1", "digest": "sha256:0"})
    _, said = one.post("studio_save", {"markdown": ONE.replace("b\n", "c\n"), "settings": {"max_attempts": 2}})
    assert said["saved"] is True

    again = parsed(exported(one))

    assert (again.pass_percent, again.quiz_id, again.max_attempts) == (70, "mine", 2)
    assert again.policy == {"id": "p", "version": "1", "digest": "sha256:0"}
    assert again.markdown == ONE.replace("b\n", "c\n")


def test_line_ends_of_other_systems_are_read(seat: Sit) -> None:
    one = seat(ONE)

    assert one.post("studio_save", {"markdown": ONE.replace("\n", "\r\n"), "settings": {}})[1]["saved"] is True
    assert one.fresh().quiz.findings == ()
    assert one.block.markdown == ONE
    same(one)


@pytest.mark.filterwarnings("ignore:The value")
@pytest.mark.parametrize("sign", ["\x00", "\x0b", "\x1f", "\ufffe", "\uffff", "\x7f"], ids=ascii)
@pytest.mark.parametrize("where", ["markdown", "display_name", "variables"])
def test_what_was_saved_can_be_exported(seat: Sit, where: str, sign: str) -> None:
    """A sign that XML does not have would stop the export of the whole course."""
    one = seat(ONE)
    settings_ = {"display_name": {"display_name": f"a{sign}b"}, "variables": {"variables": {"a": f"a{sign}b"}}}
    text = ONE.replace("a\n", f"a{sign}\n") if where == "markdown" else ONE
    one.post("studio_save", {"markdown": text, "settings": settings_.get(where, {})})

    exported(one)


def test_elements_in_the_text_are_not_lost_in_silence(seat: Sit) -> None:
    """Who writes OLX by hand may forget to escape: the words stay, or somebody is told."""
    block = parsed("<smac_quiz mode='graded'>### Q {#q}\n\nA <b>bold</b> word.\n\n- (x) a\n- ( ) b\n</smac_quiz>")

    assert "bold" in block.markdown


def test_a_comment_in_the_element_is_no_question(seat: Sit) -> None:
    from workbench.runtime import WorkbenchRuntime

    runtime = WorkbenchRuntime("u1")
    runtime.id_generator.set_scenario("comment")
    usage = runtime.parse_xml_string(f"<smac_quiz><!-- secret --><![CDATA[\n{ONE}]]></smac_quiz>")

    assert "secret" not in runtime.get_block(usage).markdown


def test_scores_and_answers_are_no_part_of_olx(seat: Sit) -> None:
    one = seat(ONE)
    one.post("start", {})
    one.post("keep", {"attempt": 1, "question": "q", "answer": ["o1"]})
    one.post("submit", {"attempt": 1})

    assert not any(name in exported(one) for name in ("attempts=", "score=", "practice=", json.dumps("raw_earned")))


def test_random_edits_come_back(seat: Sit) -> None:
    chance = Random(5)
    one = seat(ONE)
    for seed in range(10):
        wanted = {"max_attempts": chance.choice([None, 0, 4]), "weight": chance.choice([None, 0, 0.5, 3])}
        text = bank(seed, chance.randrange(99), tuple(SCORED), pools=chance.choice([0, 1, 3]))
        assert one.post("studio_save", {"markdown": text, "settings": wanted})[1]["saved"] is True
        same(one)
