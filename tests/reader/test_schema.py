"""The published schemas, and the short cut past the library that they are held against."""

from __future__ import annotations

import copy
import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import ROOT

from smac_courses.reader.schema import is_surely_valid, load_schema, validator

NAMES = sorted(path.name.partition(".")[0] for path in (ROOT / "smac_courses/reader/schemas").glob("*.json"))
GOOD: dict[str, dict[str, Any]] = {
    "program": {
        "owner": "Jo",
        "company": {"name": "Example", "handle": "@e"},
        "contacts": {"help": "h@example.com"},
        "policy": "policy.md",
        "inserts": {"uk": True},
        "certifications": {"base": {"title": "Base", "courses": ["c"], "valid_months": 12}},
    },
    "course": {"id": "c", "title": "C", "version": "1.0.0", "modules": ["m.md"], "language": "pt-BR", "lms": "generic"},
    "module": {
        "id": "m",
        "title": "M",
        "minutes": 5,
        "objectives": {"o": "Do it"},
        "review_by": "2027-01-01",
        "when": "uk",
        "exam": {"pass_percent": 80, "shuffle": False, "counts": "best"},
    },
    "policy": {"id": "policy", "title": "P", "version": "1.0.0", "effective": "2026-09-01"},
}
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 2000),
    st.floats(allow_nan=False),
    st.text(max_size=5),
    st.sampled_from(["a", "1.0.0", "2026-01-01", "x.md", "best", "", "A", "a" * 60]),
    st.lists(st.sampled_from(["a", 1, True]), max_size=3),
    st.dictionaries(
        st.sampled_from(["name", "uk", "Bad Key", "title", "id"]), st.sampled_from(["a", 1, True, ""]), max_size=3
    ),
)


@pytest.mark.parametrize("name", NAMES)
def test_every_schema_is_one(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(load_schema(name))


@pytest.mark.parametrize("name", NAMES)
def test_good_settings_need_no_library(name: str) -> None:
    assert is_surely_valid(load_schema(name), GOOD[name])
    assert validator(name).is_valid(GOOD[name])


@settings(max_examples=300, deadline=None)
@given(name=st.sampled_from(NAMES), data=st.data())
def test_the_short_cut_lets_nothing_through_that_the_library_refuses(name: str, data: st.DataObject) -> None:
    changed = copy.deepcopy(GOOD[name])
    holder: Any = changed
    for _ in range(data.draw(st.integers(0, 2))):
        inner = [value for value in holder.values() if isinstance(value, dict)]
        if inner:
            holder = data.draw(st.sampled_from(inner))
    key = data.draw(st.sampled_from([*holder, "new", "id", "Bad Key"]))
    if data.draw(st.booleans()):
        holder[key] = data.draw(VALUES)
    else:
        holder.pop(key, None)

    assert not is_surely_valid(load_schema(name), changed) or validator(name).is_valid(changed), json.dumps(changed)
