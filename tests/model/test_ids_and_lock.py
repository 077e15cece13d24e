from __future__ import annotations

import pytest

from smac_courses.model.ids import is_id, is_option_id, slug
from smac_courses.model.lock import HEADER, LockError, Ordinals, format_lock, parse_lock


def test_ids_are_safe_in_every_format() -> None:
    assert all(map(is_id, ["a", "q1", "employer-praise", "a" * 48]))
    assert not any(map(is_id, ["", "1a", "-a", "A", "a_b", "a.b", "é", "a b", "a" * 49, "a\n"]))
    assert all(map(is_option_id, ["a", "0", "not_me"]))
    assert not any(map(is_option_id, ["", "A", "a-b", "a" * 17]))


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("What counts as an endorsement?", "what-counts-as-an-endorsement"),
        ("Café & Übung", "cafe-ubung"),
        ("24 hours", "q-24-hours"),
        ("中文", "q"),
        ("a" * 90, "a" * 40),
        ("One two three four five six seven eight nine ten", "one-two-three-four-five-six-seven-eight"),
    ],
)
def test_a_slug_is_an_id(title: str, expected: str) -> None:
    assert slug(title) == expected
    assert is_id(slug(title))


def test_a_slug_avoids_what_is_taken() -> None:
    assert slug("Same", {"same", "same-2"}) == "same-3"


def test_a_lock_is_read_as_it_was_written() -> None:
    ordinals = Ordinals(lessons={"m.a": 0, "m.b": 1}, questions={"m.q": 0}, options={"m.q": ("a", "b", "plain")})

    assert parse_lock(format_lock(ordinals)) == ordinals


def test_new_keys_get_the_next_numbers_and_old_ones_keep_theirs() -> None:
    before = Ordinals(lessons={"m.gone": 0, "m.b": 1}, questions={"m.r": 0}, options={"m.r": ("a", "b")})

    after = before.extended(["m.new", "m.b"], {"m.q": ("x", "y"), "m.r": ("c", "b")})

    assert after.lessons == {"m.gone": 0, "m.b": 1, "m.new": 2}
    assert after.questions == {"m.r": 0, "m.q": 1}
    assert after.options == {"m.r": ("a", "b", "c"), "m.q": ("x", "y")}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("# something else\n", 1),
        (f"{HEADER}\nlesson 0 m.a\nlesson 0 m.b\n", 3),
        (f"{HEADER}\nlesson 0 m.a\nlesson 1 m.a\n", 3),
        (f"{HEADER}\nlesson 01 m.a\n", 2),
        (f"{HEADER}\n<<<<<<< HEAD\n", 2),
        (f"{HEADER}\nquestion 0 m.q a b a\n", 2),
        (f"{HEADER}\nlesson 0 m.l a b\n", 2),
    ],
)
def test_a_damaged_lock_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(LockError) as caught:
        parse_lock(text)
    assert caught.value.line == line
