"""A strict record store (xAPI 1.0.3, Communication) for one learner, kept in memory.

What it refuses is kept in `refused`, so that a test or a rehearsal can show it. A subclass adds the rules of an LMS.
"""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

VERSION = "1.0.3"
Statement = dict[str, Any]

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.I)
_UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")
_DURATION = re.compile(r"P(?=.)(\d+Y)?(\d+M)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?")
_TYPES = frozenset(
    ("true-false", "choice", "fill-in", "long-fill-in", "matching", "performance", "sequencing", "likert", "numeric")
) | {"other"}


class Refusal(Exception):
    """The store says no: `status` of HTTP, and why. The rule of cmi5 stands in front where there is one."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request as a store sees it: names of headers in lower case, `path` behind the endpoint."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What goes back."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Document:
    content: bytes
    type: str

    @property
    def etag(self) -> str:
        return f'"{hashlib.sha1(self.content, usedforsecurity=False).hexdigest()}"'


class RecordStore:
    """Statements and documents. `clock` gives the time in UTC."""

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.clock = clock
        self.statements: list[Statement] = []
        self.documents: dict[tuple[str, ...], _Document] = {}
        self.refused: list[str] = []
        self.calls: list[str] = []

    def reply(self, call: Call) -> Reply:
        """What the store says to a request; every header that a page of another host needs goes with it."""
        try:
            reply = self._reply(call)
        except Refusal as refusal:
            self.refused.append(f"{call.method} {call.path}: {refusal.status} {refusal}")
            reply = Reply(status=refusal.status, body=str(refusal).encode())
        self.calls.append(f"{call.method} {call.path} {reply.status}")
        return Reply(
            status=reply.status,
            body=reply.body,
            headers={
                "X-Experience-API-Version": VERSION,
                "Access-Control-Allow-Origin": "*",
                "Access-Control-Allow-Headers": (
                    "authorization, content-type, if-match, if-none-match, x-experience-api-version"
                ),
                "Access-Control-Allow-Methods": "GET, PUT, POST, DELETE",
                "Access-Control-Expose-Headers": "ETag, Retry-After, X-Experience-API-Version",
                "Cache-Control": "no-store",
                **reply.headers,
            },
        )

    def _reply(self, call: Call) -> Reply:
        if call.method == "OPTIONS":
            return Reply(status=204)
        if not call.headers.get("x-experience-api-version", "").startswith("1.0"):
            raise Refusal(400, "the header X-Experience-API-Version is missing or no 1.0.x")
        self.admit(call)
        match call.path:
            case "statements":
                return self._statements(call)
            case "activities/state":
                return self._document(call, ("state", *self._state_key(call)))
            case "agents/profile":
                return self._document(call, ("profile", _agent(call), _parameter(call, "profileId")))
        raise Refusal(404, f"there is no resource {call.path}")

    # -- what a subclass decides --------------------------------------------------------------------------

    def admit(self, call: Call) -> None:
        """Raise Refusal for a request that may not come in."""

    def check(self, statement: Statement) -> None:
        """Raise Refusal for a statement that breaks a rule. Those before it in the same request count already."""

    def accepted(self, statement: Statement) -> None:
        """A statement was stored."""

    def may_write(self, key: tuple[str, ...], body: bytes) -> None:
        """Raise Refusal for a document that is not the caller's to write."""

    def was_read(self, key: tuple[str, ...]) -> None:
        """A document was asked for."""

    # -- statements ---------------------------------------------------------------------------------------

    def _statements(self, call: Call) -> Reply:
        if call.method != "POST":
            raise Refusal(405, "this course only posts statements")
        given = _json(call)
        several = given if isinstance(given, list) else [given]
        before = len(self.statements)
        ids = [statement.get("id") for statement in several if isinstance(statement, dict)]
        if len(set(ids)) != len(several):
            raise Refusal(400, "an id stands twice in one request, or is missing")
        try:
            for statement in several:
                self._take(statement)
        except Refusal:
            # All or nothing: xAPI 1.0.3 Communication 2.1.2.
            del self.statements[before:]
            raise
        for statement in self.statements[before:]:
            self.accepted(statement)
        return Reply(status=200, body=json.dumps(ids).encode(), headers={"Content-Type": "application/json"})

    def _take(self, statement: Statement) -> None:
        check_statement(statement)
        same = next((one for one in self.statements if one["id"] == statement["id"]), None)
        if same is not None:
            if {**same, "stored": ""} == {**statement, "stored": ""}:
                return
            raise Refusal(409, f"another statement has the id {statement['id']}")
        self.check(statement)
        self.statements.append({**statement, "stored": self.clock().isoformat()})

    def record(self, statement: Statement) -> None:
        """Store a statement of the LMS itself."""
        now = self.clock().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        self.statements.append({"id": str(uuid.uuid4()), "timestamp": now, **statement, "stored": now})

    # -- documents ----------------------------------------------------------------------------------------

    def _state_key(self, call: Call) -> tuple[str, ...]:
        registration = call.query.get("registration", "")
        if registration and not _UUID.fullmatch(registration):
            raise Refusal(400, "registration is no UUID")
        return _parameter(call, "activityId"), _agent(call), registration, _parameter(call, "stateId")

    def _document(self, call: Call, key: tuple[str, ...]) -> Reply:
        known = self.documents.get(key)
        if call.method == "GET":
            self.was_read(key)
            if known is None:
                return Reply(status=404)
            return Reply(status=200, body=known.content, headers={"ETag": known.etag, "Content-Type": known.type})
        if call.method != "PUT":
            raise Refusal(405, "this course only gets and puts documents")
        self.may_write(key, call.body)
        match, none_match = call.headers.get("if-match"), call.headers.get("if-none-match")
        if known and none_match == "*":
            raise Refusal(412, "the document is there already")
        if match is not None and (known is None or match not in {known.etag, "*"}):
            raise Refusal(412, "the document has changed since it was read")
        if known and match is None:
            # xAPI 2.0 demands it of every document; who obeys is safe in 1.0.3, too.
            raise Refusal(409, "the document is there: say by If-Match which one is meant")
        document = _Document(call.body, call.headers.get("content-type", ""))
        if document.type.startswith("application/json"):
            _json(call)
        self.documents[key] = document
        return Reply(status=204, headers={"ETag": document.etag})

    def put(self, key: tuple[str, ...], content: Any) -> None:
        """Keep a document of the LMS itself."""
        self.documents[key] = _Document(json.dumps(content).encode(), "application/json")


def tincan_query(endpoint: str, learner: str = "learner-1") -> str:
    """What a launch by `tincan.xml` puts behind the address of the course."""
    actor = {"objectType": "Agent", "account": {"homePage": "https://lms.example", "name": learner}}
    query = {"endpoint": endpoint, "auth": "Basic bGVhcm5lcjpzZWNyZXQ=", "actor": json.dumps(actor)}
    return "?" + urlencode({**query, "registration": str(uuid.uuid5(uuid.NAMESPACE_URL, learner))})


def check_statement(statement: object) -> None:
    """The form of a statement (xAPI 1.0.3 Data 2), as far as a course makes them. Raises Refusal."""
    if not isinstance(statement, dict):
        raise Refusal(400, "a statement is an object")
    unknown = set(statement) - {"id", "actor", "verb", "object", "result", "context", "timestamp"}
    _want(not unknown, f"a statement has no {', '.join(sorted(unknown))}")
    _want(_UUID.fullmatch(str(statement.get("id", ""))), "9.1.0.0-1: the id is no UUID")
    _want(_UTC.fullmatch(str(statement.get("timestamp", ""))), "9.7.0.0-2: the timestamp is no time in UTC")
    for part in ("actor", "verb", "object"):
        _want(isinstance(statement.get(part), dict), f"{part} is missing")
    _want(_IRI.fullmatch(str(statement["verb"].get("id", ""))), "the verb's id is no IRI")
    _want(_IRI.fullmatch(str(statement["object"].get("id", ""))), "the object's id is no IRI")
    _no_nulls(statement)
    _check_definition(statement["object"].get("definition", {}))
    _check_result(statement.get("result"))
    context = statement.get("context", {})
    for activities in context.get("contextActivities", {}).values():
        for one in activities if isinstance(activities, list) else [activities]:
            _want(_IRI.fullmatch(str(one.get("id", ""))), "an activity of the context has no IRI")
    if "registration" in context:
        _want(_UUID.fullmatch(str(context["registration"])), "the registration is no UUID")


def _check_result(result: object) -> None:
    if result is None:
        return
    _want(isinstance(result, dict), "a result is an object")
    assert isinstance(result, dict)  # noqa: S101 - for the type checker
    if "duration" in result:
        _want(_DURATION.fullmatch(str(result["duration"])), "a duration is written as PT1H2M3S")
    for name in ("success", "completion"):
        _want(isinstance(result.get(name, True), bool), f"{name} is true or false")
    score = result.get("score")
    if score is None:
        return
    _want(set(score) <= {"scaled", "raw", "min", "max"}, "a score has scaled, raw, min and max")
    _want(all(isinstance(value, int | float) and not isinstance(value, bool) for value in score.values()), "numbers")
    _want(-1 <= score.get("scaled", 0) <= 1, "scaled is from -1 to 1")
    if "raw" in score:
        _want("min" in score and "max" in score, "9.5.1.0-3: raw goes with min and max")
        _want(score["min"] < score["max"] and score["min"] <= score["raw"] <= score["max"], "raw is from min to max")


def _check_definition(definition: dict[str, Any]) -> None:
    kind = definition.get("interactionType")
    if kind is None:
        return
    _want(kind in _TYPES, f"there is no interaction type {kind}")
    allowed = {
        "choice": {"choices"},
        "sequencing": {"choices"},
        "likert": {"scale"},
        "matching": {"source", "target"},
        "performance": {"steps"},
    }.get(kind, set())
    lists = {"choices", "scale", "source", "target", "steps"} & set(definition)
    _want(lists <= allowed, f"{kind} has no {', '.join(sorted(lists - allowed))}")
    for name in lists:
        ids = [part.get("id") for part in definition[name]]
        _want(len(set(ids)) == len(ids) and all(ids), f"the ids of {name} must differ")
    for pattern in definition.get("correctResponsesPattern", []):
        _want(isinstance(pattern, str), "a pattern is a text")
        if kind in {"choice", "sequencing"}:
            known = {part["id"] for part in definition["choices"]}
            _want(set(pattern.split("[,]")) <= known, f"the pattern {pattern} names what is no choice")


def _no_nulls(value: object) -> None:
    if isinstance(value, dict):
        for name, inner in value.items():
            _want(inner is not None, f"{name} is null")
            if name != "extensions":
                _no_nulls(inner)
    elif isinstance(value, list):
        for inner in value:
            _no_nulls(inner)


def _want(is_right: object, why: str) -> None:
    if not is_right:
        raise Refusal(400, why)


def _json(call: Call) -> Any:
    if not call.headers.get("content-type", "").startswith("application/json"):
        raise Refusal(400, "the content type is not application/json")
    try:
        return json.loads(call.body)
    except ValueError as error:
        raise Refusal(400, f"no JSON: {error}") from error


def _parameter(call: Call, name: str) -> str:
    if not call.query.get(name):
        raise Refusal(400, f"the parameter {name} is missing")
    return call.query[name]


def agent_key(agent: dict[str, Any]) -> str:
    """Whom an agent means, whatever else is said of them."""
    return json.dumps({name: agent[name] for name in ("account", "mbox", "openid") if name in agent}, sort_keys=True)


def _agent(call: Call) -> str:
    try:
        return agent_key(json.loads(_parameter(call, "agent")))
    except (ValueError, TypeError) as error:
        raise Refusal(400, "agent is no agent as JSON") from error
