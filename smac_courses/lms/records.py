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

_CHARACTER = r"(?:%[0-9A-Fa-f]{2}|[^\x00-\x20\x7f-\x9f\ue000-\uf8ff<>\"{}|\\^`%\[\]/?#:@])"
_PATH = rf"(?:{_CHARACTER}|[:@/])"
_IPV6 = r"(?:(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}|[0-9A-Fa-f:]*::[0-9A-Fa-f:.]*)"
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.I)
_UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)", re.A)
# A scheme; then a host with a path, or a path alone; then what is asked for and the place in it.
_IRI = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]*:"
    rf"(?://(?:(?:{_CHARACTER}|:)*@)?(?:\[{_IPV6}\]|{_CHARACTER}*)(?::[0-9]*)?(?:/{_PATH}*)?|(?!//){_PATH}+)"
    rf"(?:\?(?:{_PATH}|\?)*)?(?:\#(?:{_PATH}|\?)*)?"
)
_DURATION = re.compile(r"P(?=.)(\d+Y)?(\d+M)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?|P\d+W", re.A)
# RFC 5646 without the few tags that were given before it.
_LANGUAGE = re.compile(
    r"[A-Za-z]{2,3}(-[A-Za-z]{3}){0,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?"
    r"(-([A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*(-[0-9A-WY-Za-wy-z](-[A-Za-z0-9]{2,8})+)*(-x(-[A-Za-z0-9]{1,8})+)?"
    r"|x(-[A-Za-z0-9]{1,8})+"
)
_MBOX = re.compile(rf"mailto:(?:{_CHARACTER}|:)+@{_CHARACTER}+")
_SHA1 = re.compile("[0-9A-Fa-f]{40}")
_VERSION = re.compile(r"1\.0(\.\d+)?", re.A)
_IDENTIFIERS = ("account", "mbox", "mbox_sha1sum", "openid")
# Each type of interaction, and the lists that its definition may have.
_LISTS = {
    "true-false": "",
    "choice": "choices",
    "fill-in": "",
    "long-fill-in": "",
    "matching": "source target",
    "performance": "steps",
    "sequencing": "choices",
    "likert": "scale",
    "numeric": "",
    "other": "",
}


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
            # What was sent stands in the words, and may hold half a character.
            reply = Reply(status=refusal.status, body=str(refusal).encode(errors="replace"))
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
        if not _VERSION.fullmatch(call.headers.get("x-experience-api-version", "")):
            raise Refusal(400, "the header X-Experience-API-Version is missing or no 1.0.x")
        self.admit(call)
        match call.path:
            case "statements":
                return self._statements(call)
            case "activities/state":
                return self._document(call, ("state", *self._state_key(call)))
            case "agents/profile":
                return self._document(call, ("profile", agent_of(call), _parameter(call, "profileId")))
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
        for statement in several:
            check_statement(statement)
        ids = [statement["id"] for statement in several]
        _want(len({one.lower() for one in ids}) == len(ids), "an id stands twice in one request")
        before = len(self.statements)
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
        same = next((one for one in self.statements if one["id"].lower() == statement["id"].lower()), None)
        if same is not None:
            if {**same, "id": "", "stored": ""} == {**statement, "id": "", "stored": ""}:
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
        activity = _parameter(call, "activityId")
        _check_iri(activity, "activityId")
        return activity, agent_of(call), registration, _parameter(call, "stateId")

    def _document(self, call: Call, key: tuple[str, ...]) -> Reply:
        known = self.documents.get(key)
        if call.method == "GET":
            self.was_read(key)
            if known is None:
                return Reply(status=404)
            return Reply(status=200, body=known.content, headers={"ETag": known.etag, "Content-Type": known.type})
        self.may_write(key, call.body)
        if call.method != "PUT":
            raise Refusal(405, "this course only gets and puts documents")
        match, none_match = call.headers.get("if-match"), call.headers.get("if-none-match")
        if known and none_match == "*":
            raise Refusal(412, "the document is there already")
        if match is not None and (known is None or not {known.etag, "*"} & set(re.split(r"\s*,\s*", match))):
            raise Refusal(412, "the document has changed since it was read")
        if known and match is None:
            # xAPI 2.0 demands it of every document; who obeys is safe in 1.0.3, too.
            raise Refusal(409, "the document is there: say by If-Match which one is meant")
        document = _Document(call.body, call.headers.get("content-type", "application/octet-stream"))
        if _is_json(call):
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
    """The form of a statement (xAPI 1.0.3 Data 2), as far as a course makes them. Raises Refusal.

    Its object is an activity, and it has no attachments. In two points this asks for more than xAPI, and for what cmi5
    asks: a statement has an id, without which it cannot safely be sent again, and a time in UTC.
    """
    whole = _object(statement, "a statement", "id actor verb object result context timestamp version")
    _want(_fits(_UUID, whole.get("id")), "9.1.0.0-1: the id is no UUID")
    _want("timestamp" in whole, "9.7.0.0-1: the timestamp is missing")
    _want(_fits(_UTC, whole["timestamp"]), "9.7.0.0-2: the timestamp is no time in UTC")
    moment(whole)
    for part in ("actor", "verb", "object"):
        _want(part in whole, f"{part} is missing")
    check_agent(whole["actor"])
    verb = _object(whole["verb"], "a verb", "id display")
    _check_iri(verb.get("id"), "the id of the verb")
    _check_words(verb.get("display", {}))
    _check_activity(whole["object"])
    _check_result(whole.get("result", {}))
    _check_context(whole.get("context", {}))
    _want(_fits(_VERSION, whole.get("version", VERSION)), "the version is no 1.0.x")


def moment(statement: Statement) -> datetime:
    """When it was. Not as texts: `10:00:00Z` is before `10:00:00.5Z`."""
    try:
        return datetime.fromisoformat(statement["timestamp"])
    except ValueError as error:
        raise Refusal(400, f"9.7.0.0-1: there is no such time: {error}") from error


def check_agent(agent: object, kinds: str = "Agent Group") -> None:
    """The form of an actor: it is known by one thing. Raises Refusal."""
    known = _object(agent, "an agent", f"objectType name member {' '.join(_IDENTIFIERS)}")
    kind = known.get("objectType", "Agent")
    _want(kind in kinds.split(), f"an agent is no {kind}")
    _want(isinstance(known.get("name", ""), str), "the name of an agent is a text")
    members = known.get("member", [])
    _want(isinstance(members, list) and (kind == "Group" or "member" not in known), "a group has a list of members")
    for member in members:
        check_agent(member, "Agent")
    _check_identifier(known, is_needed=kind == "Agent" or "member" not in known)


def _check_identifier(agent: dict[str, Any], *, is_needed: bool) -> None:
    given = [name for name in _IDENTIFIERS if name in agent]
    _want(len(given) == 1 or not (given or is_needed), "an agent is known by one thing: account, mbox, or another")
    if "account" in agent:
        account = _object(agent["account"], "an account", "homePage name")
        _check_iri(account.get("homePage"), "the homePage of an account")
        _want(isinstance(account.get("name"), str), "an account has a name")
    if "openid" in agent:
        _check_iri(agent["openid"], "openid")
    _want(_fits(_MBOX, agent.get("mbox", "mailto:a@b")), "mbox is mailto: and an address")
    _want(_fits(_SHA1, agent.get("mbox_sha1sum", "0" * 40)), "mbox_sha1sum has 40 digits")


def _check_activity(activity: object) -> None:
    known = _object(activity, "an activity", "objectType id definition")
    _want(known.get("objectType", "Activity") == "Activity", "the object is no activity")
    _check_iri(known.get("id"), "the id of an activity")
    if "definition" in known:
        _check_definition(known["definition"])


def _check_result(result: object) -> None:
    known = _object(result, "a result", "score success completion response duration extensions")
    _want(_fits(_DURATION, known.get("duration", "PT0S")), "a duration is written as PT1H2M3S")
    for name in ("success", "completion"):
        _want(isinstance(known.get(name, True), bool), f"{name} is true or false")
    _want(isinstance(known.get("response", ""), str), "a response is a text")
    _check_extensions(known.get("extensions", {}))
    score = _object(known.get("score", {}), "a score", "scaled raw min max")
    for name, value in score.items():
        _want(isinstance(value, int | float) and not isinstance(value, bool), f"{name} is a number")
        _want(abs(value) < float("inf"), f"{name} is too large")  # 1e999 is a number in JSON
    _want(-1 <= score.get("scaled", 0) <= 1, "scaled is from -1 to 1")
    low, high = score.get("min", float("-inf")), score.get("max", float("inf"))
    _want(low < high and low <= score.get("raw", low) <= high, "raw is from min to max")


def _check_context(context: object) -> None:
    names = "registration instructor team contextActivities revision platform language statement extensions"
    known = _object(context, "a context", names)
    _want("registration" not in known or _fits(_UUID, known["registration"]), "the registration is no UUID")
    for name, kinds in (("instructor", "Agent Group"), ("team", "Group")):
        if name in known:
            check_agent(known[name], kinds)
    for name in ("revision", "platform"):
        _want(isinstance(known.get(name, ""), str), f"{name} is a text")
    _want(_fits(_LANGUAGE, known.get("language", "en")), "the language is no tag of RFC 5646")
    if "statement" in known:
        other = _object(known["statement"], "a reference", "objectType id")
        _want(other.get("objectType") == "StatementRef", "a reference is a StatementRef")
        _want(_fits(_UUID, other.get("id")), "the id of a reference is no UUID")
    activities = _object(known.get("contextActivities", {}), "contextActivities", "parent grouping category other")
    for listed in activities.values():
        for one in as_list(listed):
            _check_activity(one)
    _check_extensions(known.get("extensions", {}))


def as_list(activities: Any) -> list[Any]:
    """Activities of a context: a single one may stand without a list around it."""
    return activities if isinstance(activities, list) else [activities]


def _check_definition(definition: object) -> None:
    lists = "choices scale source target steps"
    names = f"name description type moreInfo extensions interactionType correctResponsesPattern {lists}"
    known = _object(definition, "a definition", names)
    for name in ("name", "description"):
        _check_words(known.get(name, {}))
    for name in ("type", "moreInfo"):
        if name in known:
            _check_iri(known[name], name)
    _check_extensions(known.get("extensions", {}))
    kind = known.get("interactionType")
    given = set(lists.split()) & set(known)
    if "interactionType" not in known:
        _want(not given and "correctResponsesPattern" not in known, "the interaction type is missing")
        return
    _want(isinstance(kind, str) and kind in _LISTS, f"there is no interaction type {kind}")
    excess = given - set(_LISTS[str(kind)].split())
    _want(not excess, f"{kind} has no {', '.join(sorted(excess))}")
    ids = {name: _ids_of(known[name], name) for name in given}
    patterns = known.get("correctResponsesPattern", [])
    _want(isinstance(patterns, list), "correctResponsesPattern is a list")
    for pattern in patterns:
        _want(isinstance(pattern, str), "a pattern is a text")
        _want(kind != "true-false" or pattern in {"true", "false"}, "a pattern is true or false")
        if "choices" in ids:
            _want(set(pattern.split("[,]")) <= ids["choices"], f"the pattern {pattern} names what is no choice")


def _ids_of(components: object, name: str) -> set[str]:
    """The ids of what an interaction lets one choose from."""
    _want(isinstance(components, list), f"{name} is a list")
    found: set[str] = set()
    for component in components if isinstance(components, list) else []:
        known = _object(component, f"one of {name}", "id description")
        own = known.get("id")
        _want(isinstance(own, str) and own and own not in found, f"the ids of {name} must differ")
        _check_words(known.get("description", {}))
        found.add(str(own))
    return found


def _check_words(words: object) -> None:
    for language, text in _object(words, "a text in languages").items():
        _want(_LANGUAGE.fullmatch(language), f"{language} is no language")
        _want(isinstance(text, str), "a text in a language is a text")


def _check_extensions(extensions: object) -> None:
    for name in _object(extensions, "extensions"):
        _check_iri(name, f"the extension {name}")


def _check_iri(value: object, what: str) -> None:
    _want(_fits(_IRI, value), f"{what} is no IRI")


def _fits(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _object(value: object, what: str, names: str = "") -> dict[str, Any]:
    """An object that has nothing but `names`, where they are given."""
    if not isinstance(value, dict):
        raise Refusal(400, f"{what} is an object")
    unknown = sorted(set(value) - set(names.split())) if names else []
    _want(not unknown, f"{what} has no {', '.join(unknown)}")
    return value


def _want(is_right: object, why: str) -> None:
    if not is_right:
        raise Refusal(400, why)


def _is_json(call: Call) -> bool:
    return call.headers.get("content-type", "").partition(";")[0].strip().lower() == "application/json"


def _json(call: Call) -> Any:
    _want(_is_json(call), "the content type is not application/json")
    return _parsed(call.body, "the body")


def _parsed(text: str | bytes, what: str) -> Any:
    """Python reads NaN, too, which is no JSON."""

    def refuse(name: str) -> None:
        raise ValueError(f"{name} is no number")

    try:
        return json.loads(text, parse_constant=refuse)
    except (ValueError, RecursionError) as error:
        raise Refusal(400, f"{what} is no JSON: {error}") from error


def _parameter(call: Call, name: str) -> str:
    if not call.query.get(name):
        raise Refusal(400, f"the parameter {name} is missing")
    return call.query[name]


def agent_key(agent: dict[str, Any]) -> str:
    """Whom an agent means, whatever else is said of them."""
    return json.dumps({name: agent[name] for name in _IDENTIFIERS if name in agent}, sort_keys=True)


def agent_of(call: Call) -> str:
    """Whom a request means."""
    agent = _parsed(_parameter(call, "agent"), "the parameter agent")
    check_agent(agent, "Agent")
    return agent_key(agent)
