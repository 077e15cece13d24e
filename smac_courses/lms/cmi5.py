"""A strict LMS for cmi5 (Quartz, 1st edition): it launches, and refuses what the standard tells it to refuse.

Every refusal begins with the number of its requirement in the cmi5 working group's list.
"""

from __future__ import annotations

import json
import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from lxml import etree

from smac_courses.lms.records import (
    Call,
    RecordStore,
    Refusal,
    Reply,
    Statement,
    agent_key,
    agent_of,
    as_list,
    moment,
)

NAMESPACE = "https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd"
STRUCTURE = "cmi5.xml"
VERBS = "http://adlnet.gov/expapi/verbs/"
ADL = "https://w3id.org/xapi/adl/verbs/"
CMI5 = "https://w3id.org/xapi/cmi5/context/categories/cmi5"
MOVE_ON = "https://w3id.org/xapi/cmi5/context/categories/moveon"
SESSION = "https://w3id.org/xapi/cmi5/context/extensions/sessionid"
MASTERY = "https://w3id.org/xapi/cmi5/context/extensions/masteryscore"
LAUNCH_DATA = "LMS.LaunchData"
PREFERENCES = "cmi5LearnerPreferences"
_RESULTS = ("completed", "passed", "failed")
_DEFINED = ("initialized", *_RESULTS, "terminated")
# The requirement that each verb has a duration.
_TIMED = {"terminated": "9.5.4.1-1", "completed": "9.5.4.1-2", "passed": "9.5.4.1-3", "failed": "9.5.4.1-4"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Au:
    """An assignable unit as the course structure describes it."""

    id: str
    title: str
    url: str
    move_on: str
    mastery_score: float | None
    blocks: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Session:
    """One launch of one AU."""

    id: str
    au: Au
    mode: str
    token: str = ""
    is_fetched: bool = False
    has_preferences: bool = False
    is_over: bool = False  # abandoned, or its time after `terminated` is up
    verbs: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Record:
    """What a registration knows of one AU."""

    activity: str
    verbs: set[str] = field(default_factory=set)
    is_satisfied: bool = False


def aus_of(structure: bytes) -> tuple[Au, ...]:
    """The AUs of a `cmi5.xml`, in its order."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    root = etree.fromstring(structure, parser)
    found = []
    for au in root.iter(f"{{{NAMESPACE}}}au"):
        score = au.get("masteryScore")
        found.append(
            Au(
                id=au.get("id", "").strip(),
                title=(au.findtext(f"{{{NAMESPACE}}}title/{{{NAMESPACE}}}langstring") or "").strip(),
                url=(au.findtext(f"{{{NAMESPACE}}}url") or "").strip(),
                move_on=au.get("moveOn", "NotApplicable"),
                mastery_score=float(score) if score else None,
                blocks=tuple(block.get("id", "") for block in au.iterancestors(f"{{{NAMESPACE}}}block")),
            )
        )
    return tuple(found)


class Cmi5Lms(RecordStore):
    """One learner's registration for one course.

    `course` is the IRI of the course, `base` the address under which its packages lie, `service` that of the LMS.
    """

    def __init__(
        self,
        structure: bytes,
        base: str,
        service: str,
        *,
        learner: str = "learner-1",
        return_url: str = "",
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__(clock)
        self.aus = aus_of(structure)
        self.base, self.service, self.return_url = base, service.rstrip("/"), return_url
        self.actor = {"objectType": "Agent", "account": {"homePage": "https://lms.example", "name": learner}}
        self.registration = str(uuid.uuid4())
        self.sessions: list[Session] = []
        self._records = {au.id: _Record(f"https://lms.example/activities/{uuid.uuid4()}") for au in self.aus}
        for au in self.aus:
            self._evaluate(au, None)

    def renew(self, structure: bytes, base: str) -> None:
        """The course has changed and lies elsewhere; what is recorded of AUs that are still there stays."""
        self.aus, self.base = aus_of(structure), base
        for au in self.aus:
            self._records.setdefault(au.id, _Record(f"https://lms.example/activities/{uuid.uuid4()}"))

    # -- launching ----------------------------------------------------------------------------------------

    def launch(self, number: int = 0, mode: str = "Normal", **changed: Any) -> str:
        """The address to open; a session that is still open is abandoned. `changed` goes into the launch data."""
        for session in self.sessions:
            self._abandon(session)
        au = self.aus[number]
        session = Session(id=str(uuid.uuid4()), au=au, mode=mode)
        self.sessions.append(session)
        activity = self._records[au.id].activity
        data: dict[str, Any] = {
            "contextTemplate": self.template(session),
            "launchMode": mode,
            "moveOn": au.move_on,
            **({"masteryScore": au.mastery_score} if au.mastery_score is not None else {}),
            **({"returnURL": self.return_url} if self.return_url else {}),
            **changed,
        }
        self.put(("state", activity, agent_key(self.actor), self.registration, LAUNCH_DATA), data)
        self._say(session, VERBS + "launched")
        return self._address(session, activity)

    def _address(self, session: Session, activity: str) -> str:
        parts = urlsplit(self.base + session.au.url)
        query = urlencode(
            {
                "endpoint": f"{self.service}/xapi/",
                "fetch": f"{self.service}/fetch?session={session.id}",
                "actor": json.dumps(self.actor),
                "registration": self.registration,
                "activityId": activity,
            }
        )
        return urlunsplit(parts._replace(query=f"{parts.query}&{query}" if parts.query else query))

    def template(self, session: Session) -> dict[str, Any]:
        """What the context of every statement of a session begins with."""
        return {
            "contextActivities": {"grouping": [{"objectType": "Activity", "id": session.au.id}]},
            "extensions": {SESSION: session.id},
        }

    def fetch(self, session_id: str, method: str) -> Reply:
        """The token of a session, once."""
        session = next((one for one in self.sessions if one.id == session_id), None)
        if method != "POST" or session is None:
            self.refused.append(f"{method} fetch: 8.1.2.0-4: the token is fetched by POST")
            return _json_reply({"error-code": "2", "error-text": "POST to the address of the launch"})
        if session.is_fetched or session.is_over:
            self.refused.append("POST fetch: 8.2.3.0-1: the token was fetched before")
            return _json_reply({"error-code": "1", "error-text": "already in use"})
        session.is_fetched = True
        session.token = secrets.token_urlsafe(24)
        return _json_reply({"auth-token": session.token})

    def _abandon(self, session: Session) -> None:
        if session.is_over or not session.is_fetched or "terminated" in session.verbs:
            session.is_over = True
            return
        session.is_over = True
        times = [moment(one) for one in self.statements if _session_of(one) == session.id]
        seconds = (max(times) - times[0]).total_seconds()
        self._say(session, ADL + "abandoned", result={"duration": f"PT{seconds:.2f}S"})

    # -- what a course may do -----------------------------------------------------------------------------

    def admit(self, call: Call) -> None:
        """Only who has the token of a session that is not over; agent and registration must be its own."""
        session = self._session(call)
        if session is None:
            raise Refusal(401, "8.1.2.0-5: no token of an open session")
        self._now = session
        if "agent" in call.query and agent_of(call) != agent_key(self.actor):
            rule = "11.0.0.0-1" if call.path == "agents/profile" else "8.1.3.0-3"
            raise Refusal(403, f"{rule}: agent is not the actor of the launch")
        if call.path == "activities/state" and call.query.get("registration") != self.registration:
            raise Refusal(403, "8.1.4.0-3: registration is not that of the launch")

    def _session(self, call: Call) -> Session | None:
        scheme, _, given = call.headers.get("authorization", "").partition(" ")
        open_ones = (one for one in self.sessions if one.token and not one.is_over)
        return next((one for one in open_ones if scheme.lower() == "basic" and one.token == given), None)

    def may_write(self, key: tuple[str, ...], body: bytes) -> None:
        """A course leaves the launch data alone."""
        if key[-1] == LAUNCH_DATA:
            raise Refusal(403, "10.2.1.0-5: the launch data belongs to the LMS")
        if key[0] == "profile":
            raise Refusal(403, "11.0.0.0-2: the learner's preferences belong to the LMS here")

    def was_read(self, key: tuple[str, ...]) -> None:
        """The preferences must be read before anything is said."""
        if key[0] == "profile" and key[-1] == PREFERENCES:
            self._now.has_preferences = True

    # -- statements ---------------------------------------------------------------------------------------

    def check(self, statement: Statement) -> None:
        """Sections 9 and 10.2 of the standard."""
        session = self._now
        verb = _verb(statement)
        own = [one for one in self.statements if _session_of(one) == session.id]
        pending = [_verb(one) for one in own if _is_defined(one) and _verb(one) in _DEFINED]
        _rule(session.has_preferences, "11.0.0.0-3: the learner's preferences were not asked for")
        _rule("terminated" not in pending, "9.3.0.0-5: nothing follows terminated")
        is_first = verb == "initialized" and _is_defined(statement)
        _rule(is_first or "initialized" in pending, "9.3.0.0-4: initialized is the first")
        _rule(self._is_later(statement, own), "9.7.0.0-1: the time goes back within the session")
        _rule(agent_key(statement["actor"]) == agent_key(self.actor), "8.1.3.0-3: another actor")
        _rule(statement["actor"].get("objectType", "Agent") == "Agent", "9.2.0.0-2: the actor is an Agent")
        _rule(not _is_defined(statement) or verb in _DEFINED, f"9.3.0.0-1: {verb} is no verb of cmi5")
        self._check_context(statement, session)
        score = statement.get("result", {}).get("score", {})
        _rule("raw" not in score or {"min", "max"} <= set(score), "9.5.1.0-3: raw goes with min and max")
        if _is_defined(statement):
            self._check_defined(statement, verb, session, pending)
        elif statement["object"]["id"] == self._records[session.au.id].activity:
            # Of a part of the course it may well be said that it was completed.
            _rule(verb not in _DEFINED, f"9.6.2.1-1: {verb} without the category of cmi5")

    def _is_later(self, statement: Statement, own: list[Statement]) -> bool:
        """Whether nothing that the course said is later; the clock of the LMS is another."""
        said = [moment(one) for one in own if not _is_defined(one) or _verb(one) in _DEFINED]
        return not said or moment(statement) >= max(said)

    def _check_context(self, statement: Statement, session: Session) -> None:
        context = statement.get("context", {})
        _rule(_session_of(statement) == session.id, "9.6.3.1-4: the session id is missing")
        _rule(context.get("registration") == self.registration, "9.6.1.0-1: the registration is missing or another")
        template = self._launch_data(session)["contextTemplate"]
        _rule(_keeps(context, template), "10.2.1.0-6, 10.2.1.0-7: the context is not that of the template")
        result = statement.get("result", {})
        has_outcome = _is_defined(statement) and ("success" in result or "completion" in result)
        if has_outcome:
            _rule(MOVE_ON in _categories(statement), "9.6.2.2-1: success or completion without the category moveon")
        else:
            lists = context.get("contextActivities", {})
            ids = {one["id"] for listed in lists.values() for one in as_list(listed)}
            _rule(MOVE_ON not in ids, "9.6.2.2-2: the category moveon without success or completion")

    def _check_defined(self, statement: Statement, verb: str, session: Session, pending: list[str]) -> None:
        result = statement.get("result", {})
        done = self._records[session.au.id].verbs | {one for one in pending if one in _RESULTS}
        _rule(statement["object"]["id"] == self._records[session.au.id].activity, "8.1.5.0-6: another activity")
        _rule(verb not in pending, f"9.3.0.0-2: {verb} twice in a session")
        if verb in _RESULTS:
            rule = "10.2.2.0-2" if session.mode == "Browse" else "10.2.2.0-3"
            _rule(session.mode == "Normal", f"{rule}: {verb} in mode {session.mode}")
        if verb in {"passed", "failed"}:
            _rule(not {"passed", "failed"} & set(pending), "9.3.0.0-3: one result in a session")
            rule = "9.3.0.0-7" if verb == "passed" else "9.3.0.0-8"
            _rule("passed" not in done, f"{rule}: passed before in this registration")
            self._check_score(result, verb, statement, session)
        else:
            _rule("score" not in result, f"9.5.1.0-2: {verb} has no score")
        if verb == "completed":
            _rule("completed" not in done, "9.3.0.0-6: completed before in this registration")
        self._check_outcome(result, verb)
        _rule(verb == "initialized" or "duration" in result, f"{_TIMED.get(verb)}: {verb} has a duration")

    def _check_outcome(self, result: dict[str, Any], verb: str) -> None:
        success, completion = result.get("success"), result.get("completion")
        _rule(verb != "passed" or success is True, "9.5.2.0-1: the success of passed is true")
        _rule(verb != "failed" or success is False, "9.5.2.0-2: the success of failed is false")
        _rule(success is None or verb in {"passed", "failed"}, f"9.5.2.0-3: {verb} has no success")
        _rule(verb != "completed" or completion is True, "9.5.3.0-1: the completion of completed is true")
        _rule(completion is None or verb == "completed", f"9.5.3.0-2: {verb} has no completion")

    def _check_score(self, result: dict[str, Any], verb: str, statement: Statement, session: Session) -> None:
        mastery = self._launch_data(session).get("masteryScore")
        score = result.get("score", {}).get("scaled")
        if score is None:
            return
        _rule(score >= 0, "9.5.1: the scaled score is from 0 to 1")
        if mastery is None:
            return
        rule = "9.3.4.0-2" if verb == "passed" else "9.3.5.0-2"
        _rule((score >= mastery) == (verb == "passed"), f"{rule}: {verb} with {score}, and {mastery} is the mark")
        said = statement["context"].get("extensions", {}).get(MASTERY)
        _rule(said == mastery, "9.6.3.2-2: the mastery score is missing in the context")

    def _launch_data(self, session: Session) -> dict[str, Any]:
        activity = self._records[session.au.id].activity
        document = self.documents["state", activity, agent_key(self.actor), self.registration, LAUNCH_DATA]
        data: dict[str, Any] = json.loads(document.content)
        return data

    def accepted(self, statement: Statement) -> None:
        """What a statement means for the course."""
        session = self._now
        verb = _verb(statement)
        if not _is_defined(statement):
            return
        session.verbs.append(verb)
        if verb in _RESULTS:
            self._records[session.au.id].verbs.add(verb)
            self._evaluate(session.au, session)

    # -- what the LMS concludes ---------------------------------------------------------------------------

    def is_satisfied(self, number: int = 0) -> bool:
        """Whether the learner has met what an AU asks for."""
        return self._records[self.aus[number].id].is_satisfied

    def _evaluate(self, au: Au, session: Session | None) -> None:
        record = self._records[au.id]
        done, passed = "completed" in record.verbs, "passed" in record.verbs
        before = record.is_satisfied
        record.is_satisfied = {
            "NotApplicable": True,
            "Passed": passed,
            "Completed": done,
            "CompletedAndPassed": done and passed,
            "CompletedOrPassed": done or passed,
        }[au.move_on]
        everything = all(one.is_satisfied for one in self._records.values())
        if record.is_satisfied and not before and everything and session is not None:
            self._say(
                session,
                ADL + "satisfied",
                object={
                    "id": "https://lms.example/course",
                    "definition": {"type": "https://w3id.org/xapi/cmi5/activitytype/course"},
                },
            )

    def _say(self, session: Session, verb: str, **more: Any) -> None:
        """A statement of the LMS."""
        context = self.template(session)
        context["contextActivities"]["category"] = [{"id": CMI5}]
        self.record(
            {
                "actor": self.actor,
                "verb": {"id": verb},
                "object": {"id": self._records[session.au.id].activity},
                "context": {**context, "registration": self.registration},
                **more,
            }
        )


def _verb(statement: Statement) -> str:
    return str(statement["verb"]["id"]).removeprefix(VERBS)


def _categories(statement: Statement) -> list[str]:
    listed = statement.get("context", {}).get("contextActivities", {}).get("category", [])
    return [one["id"] for one in as_list(listed)]


def _session_of(statement: Statement) -> object:
    return statement.get("context", {}).get("extensions", {}).get(SESSION)


def _keeps(given: Any, template: Any) -> bool:
    """Whether all that is in a template stands there as it was; more may stand beside it."""
    if isinstance(template, dict):
        return isinstance(given, dict) and all(
            name in given and _keeps(given[name], template[name]) for name in template
        )
    if isinstance(template, list):
        return all(one in as_list(given) for one in template)
    return bool(given == template)


def _is_defined(statement: Statement) -> bool:
    return CMI5 in _categories(statement)


def _rule(is_kept: object, why: str) -> None:
    if not is_kept:
        raise Refusal(403, why)


def _json_reply(content: dict[str, str]) -> Reply:
    headers = {"Content-Type": "application/json", "Access-Control-Allow-Origin": "*", "Cache-Control": "no-store"}
    return Reply(status=200, body=json.dumps(content).encode(), headers=headers)
