"""The record store that the tests and rehearsals use refuses what xAPI 1.0.3 refuses, and takes what it allows."""

from __future__ import annotations

import copy
import json
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator, FormatChecker

from smac_courses.lms.records import Call, RecordStore, Reply

AGENT = {"objectType": "Agent", "account": {"homePage": "https://lms.example", "name": "7"}}
REGISTRATION = "1b671a64-40d5-491e-99b0-da01ff1f3341"
INTERACTION = "http://adlnet.gov/expapi/activities/cmi.interaction"
STATE = {"activityId": "https://example.com/a", "agent": json.dumps(AGENT), "stateId": "s"}
PROFILE = {"agent": json.dumps(AGENT), "profileId": "p"}
A_AND_B = [{"id": "a", "description": {"en": "A"}}, {"id": "b"}]


def ident(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012x}"


def good(number: int = 1) -> dict[str, Any]:
    """A statement with every part that a course uses."""
    return {
        "id": ident(number),
        "actor": {**AGENT, "name": "Jo"},
        "verb": {
            "id": "http://adlnet.gov/expapi/verbs/answered",
            "display": {"en": "answered", "de-CH": "beantwortet"},
        },
        "object": {
            "objectType": "Activity",
            "id": "https://example.com/questions/1?x=%20#y",
            "definition": {
                "name": {"en": "Q"},
                "description": {"en-US": "Which?"},
                "type": INTERACTION,
                "moreInfo": "https://example.com/more",
                "interactionType": "choice",
                "choices": A_AND_B,
                "correctResponsesPattern": ["a[,]b", "a"],
                "extensions": {"https://example.com/x": {"deep": [None, 1]}},
            },
        },
        "result": {
            "score": {"scaled": 0.5, "raw": 1, "min": 0, "max": 2},
            "success": False,
            "completion": True,
            "response": "a",
            "duration": "PT1H2M3.25S",
            "extensions": {"https://w3id.org/xapi/cmi5/result/extensions/progress": 50},
        },
        "context": {
            "registration": REGISTRATION,
            "contextActivities": {"grouping": [{"id": "https://example.com/a"}], "parent": {"id": "urn:x:y"}},
            "platform": "smac",
            "language": "en",
            "extensions": {"https://example.com/y": None},
        },
        "timestamp": "2026-11-22T12:00:00.125Z",
    }


def plain(number: int = 1) -> dict[str, Any]:
    whole = good(number)
    return {name: whole[name] for name in ("id", "actor", "verb", "object", "timestamp")}


def ask(
    store: RecordStore, method: str, path: str, query: dict[str, str] | None = None, body: Any = b"", **headers: str
) -> Reply:
    given = {"x-experience-api-version": "1.0.3", "content-type": "application/json"}
    given.update({name.replace("_", "-"): value for name, value in headers.items()})
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return store.reply(Call(method=method, path=path, query=query or {}, headers=given, body=content))


def post(store: RecordStore, body: Any, **headers: str) -> Reply:
    return ask(store, "POST", "statements", {}, body, **headers)


def changed(value: Any, *path: str, of: dict[str, Any] | None = None) -> dict[str, Any]:
    """A good statement with another value; `...` takes it out."""
    statement = copy.deepcopy(of or good())
    part: Any = statement
    for name in path[:-1]:
        part = part[name]
    if value is ...:
        del part[path[-1]]
    else:
        part[path[-1]] = value
    return statement


# -- requests ---------------------------------------------------------------------------------------------


def test_a_good_statement_is_stored_and_told_by_its_id() -> None:
    store = RecordStore()
    reply = post(store, good())

    assert (reply.status, json.loads(reply.body)) == (200, [ident(1)])
    assert {**store.statements[0], "stored": ""} == {**good(), "stored": ""}
    assert (store.refused, store.calls) == ([], ["POST statements 200"])


@pytest.mark.parametrize("version", ["", "0.95", "1.1.0", "2.0.0", "1.01", "1.0.x", "1.0.3 ", "11.0"])
def test_another_version_is_refused(version: str) -> None:
    store = RecordStore()
    reply = post(store, good(), x_experience_api_version=version)

    assert reply.status == 400
    assert reply.headers["X-Experience-API-Version"] == "1.0.3", "also where it refuses"
    assert "X-Experience-API-Version" in store.refused[0]


def test_a_missing_version_is_refused() -> None:
    assert RecordStore().reply(Call(method="POST", path="statements", body=b"[]")).status == 400


@pytest.mark.parametrize("version", ["1.0", "1.0.0", "1.0.9"])
def test_every_version_that_fits_is_taken(version: str) -> None:
    assert post(RecordStore(), good(), x_experience_api_version=version).status == 200


def test_what_a_browser_asks_before_needs_nothing() -> None:
    reply = RecordStore().reply(Call(method="OPTIONS", path="statements"))

    assert reply.status == 204
    assert "authorization" in reply.headers["Access-Control-Allow-Headers"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "about/x", 404),
        ("GET", "", 404),
        ("POST", "statements/", 404),
        ("GET", "statements", 405),
        ("PUT", "statements", 405),
        ("DELETE", "statements", 405),
        ("POST", "activities/state", 405),
        ("DELETE", "activities/state", 405),
        ("DELETE", "agents/profile", 405),
    ],
)
def test_another_resource_or_method_is_refused(method: str, path: str, status: int) -> None:
    query = PROFILE if path == "agents/profile" else STATE

    assert ask(RecordStore(), method, path, query, good()).status == status


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe\xfd",
        b"[NaN]",
        b"[Infinity]",
        b"[" * 100_000,
        b'{"a":' * 5000 + b"1" + b"}" * 5000,
        b"9" * 10_000,
        b"null",
        b"7",
        b'"x"',
        b"true",
        b"[null]",
        b"[[]]",
        b"[7]",
        b"{}",
        b"[{}]",
    ],
    ids=range(17),
)
def test_a_body_that_is_no_statement_is_refused(body: bytes) -> None:
    store = RecordStore()

    assert post(store, body).status == 400
    assert store.statements == []


def test_a_score_without_a_number_is_no_json() -> None:
    store = RecordStore()
    body = json.dumps(changed(float("nan"), "result", "score", "scaled")).encode()

    assert post(store, body).status == 400
    assert "NaN" in store.refused[0]


@pytest.mark.parametrize("kind", ["", "text/plain", "application/jsonp", "application/x-www-form-urlencoded"])
def test_another_content_type_is_refused(kind: str) -> None:
    assert post(RecordStore(), good(), content_type=kind).status == 400


@pytest.mark.parametrize(
    "kind", ["application/json; charset=utf-8", "Application/JSON", "application/json ;charset=UTF-8"]
)
def test_a_content_type_may_be_written_otherwise(kind: str) -> None:
    assert post(RecordStore(), good(), content_type=kind).status == 200


# -- ids --------------------------------------------------------------------------------------------------


def test_the_same_again_is_no_fault_and_not_stored_twice() -> None:
    store = RecordStore()
    assert [post(store, good()).status for _ in range(2)] == [200, 200]
    upper = good() | {"id": "ABCDEF00-0000-4000-8000-000000000000"}
    assert [post(store, one).status for one in (upper, upper | {"id": upper["id"].lower()})] == [200, 200]

    assert len(store.statements) == 2


def test_another_statement_with_the_same_id_is_refused() -> None:
    store = RecordStore()
    post(store, good())

    assert post(store, changed("b", "result", "response")).status == 409
    assert len(store.statements) == 1


@pytest.mark.parametrize("second", [good(), changed("b", "result", "response")])
def test_an_id_twice_in_a_request_is_refused(second: dict[str, Any]) -> None:
    store = RecordStore()

    assert post(store, [good(), second]).status == 400
    assert store.statements == []


@pytest.mark.parametrize("bad", [changed(..., "verb", of=good(2)), 7, None, [], good(3) | {"result": []}])
def test_a_request_is_taken_as_a_whole_or_not(bad: Any) -> None:
    store = RecordStore()

    assert post(store, [good(1), bad, good(4)]).status == 400
    assert store.statements == []
    assert post(store, [good(1), good(4)]).status == 200
    assert [one["id"] for one in store.statements] == [ident(1), ident(4)]


def test_a_conflict_takes_its_request_with_it() -> None:
    store = RecordStore()
    post(store, good(2))

    assert post(store, [good(1), changed("b", "result", "response", of=good(2))]).status == 409
    assert [one["id"] for one in store.statements] == [ident(2)]


# -- the form of a statement ------------------------------------------------------------------------------

CHOICE = good()["object"]["definition"]
BAD_VALUES: dict[tuple[str, ...], tuple[Any, ...]] = {
    ("id",): (
        ...,
        None,
        1,
        [],
        {},
        "",
        "x",
        ident(1)[:-1],
        ident(1).replace("-", ""),
        "00000000-0000-4000-c000-000000000000",
    ),
    ("actor",): (
        ...,
        None,
        [],
        "Jo",
        {},
        {"name": "Jo"},
        {"mbox": "jo@example.com"},
        {"mbox": 7},
        {"mbox_sha1sum": "x"},
        {"openid": "x"},
    ),
    ("actor", "objectType"): (None, "Person", "agent", [], {}),
    ("actor", "name"): (None, 7, ["Jo"]),
    ("actor", "mbox"): ("mailto:jo@example.com", None),
    ("actor", "mbox_sha1sum"): ("x",),
    ("actor", "member"): ([], None),
    ("actor", "account"): (
        None,
        [],
        "7",
        {},
        {"name": "7"},
        {"homePage": "https://lms.example"},
        {"homePage": "x", "name": "7"},
    ),
    ("actor", "account", "name"): (None, 7),
    ("actor", "other"): ("x",),
    ("verb",): (..., None, [], "answered", {}, {"id": "answered"}),
    ("verb", "id"): (
        ...,
        None,
        7,
        "",
        "x",
        "http://a b",
        "http:",
        "//a/b",
        "a/b",
        "http://a/<b>",
        "http://a/%zz",
        "http://a#b#c",
        "http://a:b/",
    ),
    ("verb", "display"): (
        None,
        "answered",
        [],
        {"": "x"},
        {"en": None},
        {"en": 7},
        {"e n": "x"},
        {"english language": "x"},
    ),
    ("verb", "name"): ("x",),
    ("object",): (
        ...,
        None,
        [],
        "x",
        {},
        {"objectType": "Agent", **AGENT},
        {"objectType": "StatementRef", "id": ident(9)},
    ),
    ("object", "objectType"): (None, "activity", "StatementRef", []),
    ("object", "id"): (..., None, "x", 7, []),
    ("object", "other"): (1,),
    ("object", "definition"): (None, [], "x", {"other": 1}),
    ("object", "definition", "name"): (None, "Q", {"en": 1}),
    ("object", "definition", "type"): (None, "x", 7),
    ("object", "definition", "moreInfo"): (None, "x"),
    ("object", "definition", "extensions"): (None, [], {"x": 1}),
    ("object", "definition", "interactionType"): (
        ...,
        None,
        "Choice",
        "",
        [],
        {},
        "true-false",
        "likert",
        "numeric",
        "other",
    ),
    ("object", "definition", "choices"): (
        None,
        {},
        "ab",
        [],
        [None],
        ["a", "b"],
        [{"id": "a"}, {"id": "a"}],
        [{"id": "a"}, {}],
        [{"id": "a"}, {"id": ""}],
        [{"id": "a"}, {"id": 7}],
        [{"id": "a"}, {"id": []}],
        [{"id": "a"}, {"id": "b", "description": "B"}],
        [{"id": "a"}, {"id": "b", "text": "B"}],
        [{"id": "a"}, {"id": "c"}],
    ),
    ("object", "definition", "correctResponsesPattern"): (
        None,
        "a",
        {},
        [None],
        [["a"]],
        [7],
        ["c"],
        ["a,b"],
        ["a[,]c"],
    ),
    ("object", "definition", "scale"): ([{"id": "a"}], None),
    ("object", "definition", "steps"): ([],),
    ("result",): (None, [], "x", {"other": 1}),
    ("result", "score"): (None, [], 1, {"percent": 50}),
    ("result", "score", "scaled"): (None, "0.5", True, 1.01, -1.01, [], 10**400),
    ("result", "score", "raw"): (None, "1", False, -1, 3, {}),
    ("result", "score", "min"): (None, 2, 1.5, "0"),
    ("result", "score", "max"): (None, 0, -1, 0.5, "2"),
    ("result", "success"): (None, "true", 1, []),
    ("result", "completion"): (None, "false", 0),
    ("result", "response"): (None, 1, ["a"], True),
    ("result", "duration"): (
        None,
        "",
        "P",
        "PT",
        "P1DT",
        "1H",
        "PT1",
        "PT1S2M",
        "pt1s",
        "PT-1S",
        "PT1.S",
        60,
        "01:00:00",
        "PT٣S",
        "P1W2D",
    ),
    ("result", "extensions"): (None, [], {"progress": 1}),
    ("context",): (None, [], "x", {"other": 1}),
    ("context", "registration"): (None, "x", 7, []),
    ("context", "contextActivities"): (None, [], "x", {"others": []}),
    ("context", "contextActivities", "grouping"): (
        None,
        "x",
        [None],
        ["https://example.com"],
        [[]],
        [{}],
        {},
        [{"id": "x"}],
    ),
    ("context", "contextActivities", "parent"): ({"id": 7}, {"id": "urn:x:y", "objectType": "Agent"}),
    ("context", "platform"): (None, 7),
    ("context", "revision"): (None, []),
    ("context", "language"): (None, "", "english language", "e", 7, True),
    ("context", "instructor"): (None, {}, "Jo", {"name": "Jo"}),
    ("context", "team"): (AGENT, None),
    ("context", "statement"): (None, {"id": ident(3)}, {"objectType": "StatementRef", "id": "x"}),
    ("context", "extensions"): (None, [], {"x": 1}, {"": 1}),
    ("timestamp",): (
        ...,
        None,
        "",
        7,
        "2026-11-22",
        "2026-13-22T12:00:00Z",
        "2026-02-29T12:00:00Z",
        "2026-11-22T25:00:00Z",
        "2026-11-22T12:60:00Z",
        "2026-11-22 12:00:00Z",
        "2026-11-22T12:00Z",
        "2026-11-22T12:00:00",
        "2026-11-22T12:00:00-00:00",
        "2026-11-22T12:00:00.Z",
        "٢٠٢٦-11-22T12:00:00Z",
    ),
    ("version",): (None, 1.0, "2.0.0", "1.1"),
    ("other",): (1,),
    ("\ud800",): (1,),
    ("objectType",): ("Statement",),
}


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param(
            changed(value, *path), id=f"{'.'.join(path)}={value!r:.40}".encode("ascii", "backslashreplace").decode()
        )
        for path, values in BAD_VALUES.items()
        for value in values
    ],
)
def test_a_bad_form_is_refused(statement: dict[str, Any]) -> None:
    store = RecordStore()

    assert post(store, statement).status == 400
    assert (store.statements, len(store.refused)) == ([], 1)


def test_a_number_beyond_all_numbers_is_refused() -> None:
    store = RecordStore()

    assert post(store, json.dumps(good()).replace('"max": 2', '"max": 1e999').encode()).status == 400
    assert store.refused == ["POST statements: 400 max is too large"]


def defined(kind: str, **more: Any) -> dict[str, Any]:
    return changed({"type": INTERACTION, "interactionType": kind, **more}, "object", "definition")


ALLOWED: dict[str, dict[str, Any]] = {
    "nothing but what must be": plain(),
    "known by mail": changed({"mbox": "mailto:jo@example.com"}, "actor"),
    "known by a sum": changed({"mbox_sha1sum": "0" * 40}, "actor"),
    "known by OpenID": changed({"openid": "https://jo.example"}, "actor"),
    "a group": changed({"objectType": "Group", "member": [AGENT]}, "actor"),
    "a group with a name of its own": changed({"objectType": "Group", "mbox": "mailto:all@example.com"}, "actor"),
    "raw alone": changed({"raw": 5}, "result", "score"),
    "no score": changed({}, "result", "score"),
    "scaled below nothing": changed({"scaled": -1}, "result", "score"),
    "weeks": changed("P3W", "result", "duration"),
    "years": changed("P1Y2M3DT4H", "result", "duration"),
    "fine seconds": changed("PT0.123456S", "result", "duration"),
    "UTC in figures": changed("2026-11-22T12:00:00+00:00", "timestamp"),
    "a version": changed("1.0.3", "version"),
    "a choice without its list": changed(..., "object", "definition", "choices"),
    "no right answer": changed([], "object", "definition", "correctResponsesPattern"),
    "any answer": changed(..., "object", "definition", "correctResponsesPattern"),
    "an address of figures": changed("http://[::1]:8080/a?b=c/d?e", "object", "id"),
    "letters of all languages": changed("https://example.com/größe/日本", "object", "id"),
    "a tag of many parts": changed("zh-cmn-Hant-TW-x-a", "context", "language"),
    "who teaches": changed(AGENT, "context", "instructor"),
    "who learns together": changed({"objectType": "Group", "member": []}, "context", "team"),
    "what it refers to": changed({"objectType": "StatementRef", "id": ident(3)}, "context", "statement"),
    "true-false": defined("true-false", correctResponsesPattern=["true"]),
    "fill-in": defined("fill-in", correctResponsesPattern=["{case_matters=false}x"]),
    "long-fill-in": defined("long-fill-in"),
    "matching": defined("matching", source=A_AND_B, target=A_AND_B, correctResponsesPattern=["a[.]b"]),
    "performance": defined("performance", steps=A_AND_B, correctResponsesPattern=["a[.]1"]),
    "sequencing": defined("sequencing", choices=A_AND_B, correctResponsesPattern=["b[,]a"]),
    "likert": defined("likert", scale=A_AND_B),
    "numeric": defined("numeric", correctResponsesPattern=["1[:]2"]),
    "other": defined("other", correctResponsesPattern=["x"]),
}


@pytest.mark.parametrize("name", ALLOWED)
def test_what_the_standard_allows_is_taken(name: str) -> None:
    store = RecordStore()

    assert (post(store, ALLOWED[name]).status, store.refused) == (200, [])


@pytest.mark.parametrize(
    "definition",
    [
        defined("true-false", correctResponsesPattern=["yes"]),
        defined("true-false", choices=A_AND_B),
        defined("matching", choices=A_AND_B),
        defined("matching", source=[{"id": "a"}, {"id": "a"}]),
        defined("performance", scale=A_AND_B),
        defined("likert", steps=A_AND_B),
        defined("likert", scale={}),
        defined("sequencing", choices=A_AND_B, correctResponsesPattern=["a[,]c"]),
        defined("essay"),
        changed({"type": INTERACTION, "correctResponsesPattern": ["x"]}, "object", "definition"),
        changed({"type": INTERACTION, "choices": A_AND_B}, "object", "definition"),
    ],
)
def test_a_bad_interaction_is_refused(definition: dict[str, Any]) -> None:
    assert post(RecordStore(), definition).status == 400


# -- documents --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["GET", "PUT"])
@pytest.mark.parametrize(
    ("path", "query"),
    [
        *(("activities/state", {name: value for name, value in STATE.items() if name != left}) for left in STATE),
        *(("agents/profile", {name: value for name, value in PROFILE.items() if name != left}) for left in PROFILE),
        *(("agents/profile", {**PROFILE, name: ""}) for name in PROFILE),
        ("activities/state", {**STATE, "registration": "x"}),
        ("activities/state", {**STATE, "activityId": "x"}),
        *(
            ("activities/state", {**STATE, "agent": agent})
            for agent in ("Jo", "7", "null", "[]", "{}", '"account"', '{"account": 7}')
        ),
        ("activities/state", {**STATE, "agent": json.dumps({"objectType": "Group", "member": [AGENT]})}),
    ],
)
def test_a_bad_address_of_a_document_is_refused(method: str, path: str, query: dict[str, str]) -> None:
    store = RecordStore()

    assert ask(store, method, path, query, {}).status == 400
    assert store.documents == {}


def test_documents_are_kept_apart() -> None:
    store = RecordStore()
    places = [
        STATE,
        STATE | {"stateId": "t"},
        STATE | {"activityId": "https://example.com/b"},
        STATE | {"registration": REGISTRATION},
        STATE | {"agent": json.dumps({"mbox": "mailto:jo@example.com"})},
        STATE | {"agent": json.dumps({"mbox_sha1sum": "0" * 40})},
    ]
    for number, place in enumerate(places):
        assert ask(store, "GET", "activities/state", place).status == 404
        assert ask(store, "PUT", "activities/state", place, number).status == 204
    assert ask(store, "PUT", "agents/profile", PROFILE, "p").status == 204

    assert [ask(store, "GET", "activities/state", place).body for place in places] == [
        b"0",
        b"1",
        b"2",
        b"3",
        b"4",
        b"5",
    ]
    assert ask(store, "GET", "agents/profile", PROFILE).body == b'"p"'
    same = json.dumps({"name": "Jo", "account": {"name": "7", "homePage": "https://lms.example"}})
    assert ask(store, "GET", "activities/state", {**STATE, "agent": same}).body == b"0", "the name says nothing"


def test_a_document_has_its_type_and_may_be_anything() -> None:
    store = RecordStore()
    assert ask(store, "PUT", "activities/state", STATE, b"\xff", content_type="image/png").status == 204
    reply = ask(store, "GET", "activities/state", STATE)
    assert (reply.status, reply.body, reply.headers["Content-Type"]) == (200, b"\xff", "image/png")

    bare = Call(method="PUT", path="agents/profile", query=PROFILE, headers={"x-experience-api-version": "1.0.3"})
    assert store.reply(bare).status == 204
    assert ask(store, "GET", "agents/profile", PROFILE).headers["Content-Type"] == "application/octet-stream"


@pytest.mark.parametrize("kind", ["application/json", "Application/JSON; charset=utf-8"])
def test_a_document_that_says_it_is_json_must_be_json(kind: str) -> None:
    store = RecordStore()

    assert ask(store, "PUT", "activities/state", STATE, b"{", content_type=kind).status == 400
    assert store.documents == {}


Headers = Callable[[str], dict[str, str]]
CONDITIONS: dict[str, tuple[Headers, int, int]] = {
    # What is said of a document, and what the answer is where there is none, and where there is one.
    "nothing": (lambda etag: {}, 204, 409),
    "the right mark": (lambda etag: {"if_match": etag}, 412, 204),
    "one of some marks": (lambda etag: {"if_match": f'"x" , {etag}'}, 412, 204),
    "a wrong mark": (lambda etag: {"if_match": '"x"'}, 412, 412),
    "a mark without its signs": (lambda etag: {"if_match": etag.strip('"')}, 412, 412),
    "a weak mark": (lambda etag: {"if_match": f"W/{etag}"}, 412, 412),
    "an empty mark": (lambda etag: {"if_match": ""}, 412, 412),
    "any mark": (lambda etag: {"if_match": "*"}, 412, 204),
    "none yet": (lambda etag: {"if_none_match": "*"}, 204, 412),
    "none yet, and a mark": (lambda etag: {"if_none_match": "*", "if_match": etag}, 412, 412),
    "no other mark": (lambda etag: {"if_none_match": '"x"'}, 204, 409),
}


@pytest.mark.parametrize("path", ["activities/state", "agents/profile"])
@pytest.mark.parametrize("name", CONDITIONS)
def test_a_document_is_written_on_conditions(name: str, path: str) -> None:
    headers, absent, present = CONDITIONS[name]
    query = PROFILE if path == "agents/profile" else STATE
    store, other = RecordStore(), RecordStore()
    etag = ask(other, "PUT", path, query, {"a": 1}, if_none_match="*").headers["ETag"]
    assert re.fullmatch(r'"[0-9a-f]{40}"', etag)
    assert ask(other, "GET", path, query).headers["ETag"] == etag

    assert ask(store, "PUT", path, query, {"a": 2}, **headers(etag)).status == absent
    assert bool(store.documents) == (absent == 204)
    assert ask(other, "PUT", path, query, {"a": 2}, **headers(etag)).status == present
    kept = ask(other, "GET", path, query)
    assert json.loads(kept.body) == {"a": 2 if present == 204 else 1}
    assert (kept.headers["ETag"] != etag) == (present == 204)


# -- against the schema -----------------------------------------------------------------------------------

POOL: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 0.5, 2, 1.01, "", "x", "a b", "true", [], [[]], {}, [{}], {"x": 1}, {"id": "x"}),
    *({"id": "urn:x:y"}, [{"id": "urn:x:y"}], {"en": "x"}, "P1D", "2026-11-22", ident(7), "en", "likert", "true-false"),
    *(AGENT, [AGENT], {**AGENT, "mbox": "mailto:a@b.c"}, {"objectType": "Group"}, "http://a/%", "http://[a]/", "Group"),
)
NAMES = (
    "id objectType name description type interactionType choices scale steps source target member mbox account openid "
    "extensions correctResponsesPattern registration contextActivities category parent score raw min max scaled response "
    "duration success completion version stored authority attachments language revision statement instructor team x"
).split()


def damaged(value: Any, chance: random.Random) -> Any:
    """A value with something taken out, put in, or put in the place of another, anywhere in it."""
    if not isinstance(value, dict | list) or not value or chance.random() < 0.1:
        return copy.deepcopy(chance.choice(POOL))
    if isinstance(value, list):
        place = chance.randrange(len(value))
        if chance.random() < 0.2:
            return [*value, copy.deepcopy(value[place])]
        return [*value[:place], damaged(value[place], chance), *value[place + 1 :]]
    kind, name = chance.random(), chance.choice(sorted(value))
    if kind < 0.1:
        return {key: inner for key, inner in value.items() if key != name}
    if kind < 0.25:
        return {**value, chance.choice(NAMES): copy.deepcopy(chance.choice(POOL))}
    if kind < 0.3:
        return {(chance.choice(NAMES) if key == name else key): inner for key, inner in value.items()}
    return {**value, name: damaged(value[name], chance)}


def schema(shared: Path) -> Draft4Validator:
    """The schema with the formats that come with it, but for durations: it takes only two digits of a second."""
    folder = shared / "schemas/xapi"
    checker = FormatChecker(formats=())
    for name, pattern in json.loads((folder / "formats/formats.json").read_text()).items():
        if name != "iso_duration":
            checker.checks(name)(
                lambda value, known=re.compile(pattern): not isinstance(value, str) or bool(known.search(value))
            )
    whole = json.loads((folder / "joined-statement.schema.json").read_text())
    return Draft4Validator(whole, format_checker=checker)


@pytest.fixture(scope="module")
def official(shared: Path) -> Draft4Validator:
    return schema(shared)


def test_the_schema_takes_what_is_good(official: Draft4Validator) -> None:
    for name, statement in {"good": good(), **ALLOWED}.items():
        assert [error.message for error in official.iter_errors(statement)] == [], name


@pytest.mark.parametrize("part", range(10))
def test_what_the_schema_refuses_is_refused(part: int, official: Draft4Validator) -> None:
    taken = refused = 0
    for seed in range(50 * part, 50 * part + 50):
        chance = random.Random(seed)
        statement = good()
        for _ in range(chance.randint(1, 2)):
            statement = damaged(statement, chance)
        reply = post(RecordStore(), [statement])
        is_valid = official.is_valid(statement)
        assert reply.status in {200, 400}
        assert reply.status == 400 or is_valid, (seed, statement)
        taken += reply.status == 200
        refused += not is_valid

    assert taken, "some damage does not matter"
    assert refused > 25
