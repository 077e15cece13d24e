"""The LMS that the tests and rehearsals use refuses what cmi5 tells it to refuse, requirement by requirement."""

from __future__ import annotations

import copy
import json
import random
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from smac_courses.lms.cmi5 import ADL, CMI5, LAUNCH_DATA, MASTERY, MOVE_ON, NAMESPACE, SESSION, VERBS, Cmi5Lms
from smac_courses.lms.records import Call, Reply, Statement

COURSE_ID = "https://example.com/course"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
OTHER_ID = "00000000-0000-4000-8000-000000000000"
OTHER_ACTOR = {"objectType": "Agent", "account": {"homePage": "https://lms.example", "name": "another"}}
BY_MAIL = {"objectType": "Agent", "mbox": "mailto:jo@example.com"}
RESULTS: dict[str, dict[str, Any]] = {
    "initialized": {},
    "completed": {"completion": True, "duration": "PT1M"},
    "passed": {
        "success": True,
        "score": {"scaled": 0.9, "raw": 90, "min": 0, "max": 100},
        "duration": "PT2M",
    },
    "failed": {"success": False, "score": {"scaled": 0.5, "raw": 50, "min": 0, "max": 100}, "duration": "PT2M"},
    "terminated": {"duration": "PT3M"},
}
WHOLE = ("initialized", "answered", "completed", "passed", "terminated")
Change = Callable[[Statement], None]


def structure(*move_on: str, mastery: str = "0.8") -> bytes:
    """A course structure with an AU for each rule."""
    words = "<title><langstring lang='en'>T</langstring></title>"
    score = f" masteryScore='{mastery}'" if mastery else ""
    units = "".join(
        f"<au id='{COURSE_ID}/au/{number}' moveOn='{rule}'{score}>{words}<url>index.html?au={number}</url></au>"
        for number, rule in enumerate(move_on, 1)
    )
    return f"<courseStructure xmlns='{NAMESPACE}'><course id='{COURSE_ID}'>{words}</course>{units}</courseStructure>".encode()


def lms_of(*move_on: str, mastery: str = "0.8", **options: Any) -> Cmi5Lms:
    rules = move_on or ("CompletedAndPassed",)
    base, service = "https://lms.example/pkg/", "https://lms.example"
    return Cmi5Lms(structure(*rules, mastery=mastery), base, service, clock=lambda: NOON, **options)


class Seat:
    """A course that does all as it should."""

    def __init__(self, lms: Cmi5Lms, number: int = 0, **launch: Any) -> None:
        self.lms = lms
        self.address = lms.launch(number, **launch)
        self.query = dict(parse_qsl(urlsplit(self.address).query))
        self.actor = json.loads(self.query["actor"])
        self.registration, self.activity = self.query["registration"], self.query["activityId"]
        self.fetch_id = dict(parse_qsl(urlsplit(self.query["fetch"]).query))["session"]
        self.token = ""
        self.data: dict[str, Any] = {}
        self.now = NOON

    def begin(self) -> Seat:
        """The launch up to where the first statement may be sent."""
        self.start()
        assert self.ask("GET", "agents/profile", self.about(profileId="cmi5LearnerPreferences")).status == 404
        return self

    def start(self) -> Seat:
        self.token = json.loads(self.lms.fetch(self.fetch_id, "POST").body)["auth-token"]
        self.data = json.loads(self.state("GET", LAUNCH_DATA).body)
        return self

    def about(self, **more: str) -> dict[str, str]:
        return {"agent": self.query["actor"], **more}

    def ask(self, method: str, path: str, query: dict[str, str], body: Any = None, **headers: str) -> Reply:
        given = {
            "x-experience-api-version": "1.0.3",
            "authorization": f"Basic {self.token}",
            "content-type": "application/json",
            **headers,
        }
        return self.lms.reply(
            Call(method=method, path=path, query=query, headers=given, body=json.dumps(body).encode())
        )

    def state(
        self, method: str, name: str, body: Any = None, headers: dict[str, str] | None = None, **query: str
    ) -> Reply:
        place = self.about(activityId=self.activity, registration=self.registration, stateId=name)
        return self.ask(method, "activities/state", {**place, **query}, body, **(headers or {}))

    def made(self, verb: str) -> Statement:
        """A statement as it should be."""
        self.now += timedelta(seconds=1)
        context = copy.deepcopy(self.data["contextTemplate"])
        context["registration"] = self.registration
        statement: Statement = {
            "id": str(uuid.uuid4()),
            "actor": self.actor,
            "verb": {"id": VERBS + verb, "display": {"en": verb}},
            "object": {"objectType": "Activity", "id": self.activity},
            "timestamp": self.now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "context": context,
        }
        if verb == "answered":
            return {**statement, **copy.deepcopy(ANSWER)}
        result = copy.deepcopy(RESULTS[verb])
        context["contextActivities"]["category"] = [{"id": CMI5}]
        if {"success", "completion"} & set(result):
            context["contextActivities"]["category"].append({"id": MOVE_ON})
        if "score" in result and "masteryScore" in self.data:
            context["extensions"][MASTERY] = self.data["masteryScore"]
        return {**statement, **({"result": result} if result else {})}

    def post(self, *statements: Statement) -> Reply:
        return self.ask("POST", "statements", {}, list(statements))

    def say(self, *verbs: str) -> Seat:
        for verb in verbs:
            reply = self.post(self.made(verb))
            assert reply.status == 200, (verb, reply.body)
        return self

    def refused(self, verb: str) -> Reply:
        """What is said to a statement that is right but comes when it should not."""
        return self.post(self.made(verb))


ANSWER: dict[str, Any] = {
    "object": {
        "id": f"{COURSE_ID}/questions/1",
        "definition": {
            "type": "http://adlnet.gov/expapi/activities/cmi.interaction",
            "interactionType": "choice",
            "choices": [{"id": "a", "description": {"en": "A"}}, {"id": "b", "description": {"en": "B"}}],
            "correctResponsesPattern": ["a"],
        },
    },
    "result": {"response": "a", "success": True, "score": {"scaled": 1, "raw": 1, "min": 0, "max": 1}},
}


def verbs(lms: Cmi5Lms) -> list[str]:
    return [one["verb"]["id"].rpartition("/")[2] for one in lms.statements]


# -- what goes well ---------------------------------------------------------------------------------------


def test_a_session_that_is_right_passes() -> None:
    lms = lms_of()
    seat = Seat(lms).begin().say(*WHOLE)

    assert lms.refused == []
    assert verbs(lms) == ["launched", "initialized", "answered", "completed", "passed", "satisfied", "terminated"]
    assert lms.is_satisfied()
    again = seat.made("terminated") | {"id": lms.statements[-1]["id"], "timestamp": lms.statements[-1]["timestamp"]}
    assert seat.post(again).status == 200, "what was on its way may come once more"
    assert len(lms.statements) == 7


def test_a_session_in_one_request_passes() -> None:
    lms = lms_of()
    seat = Seat(lms).begin()

    assert seat.post(*[seat.made(verb) for verb in WHOLE]).status == 200
    assert (lms.refused, lms.is_satisfied()) == ([], True)


def test_one_bad_statement_takes_all_others_of_its_request_with_it() -> None:
    lms = lms_of()
    seat = Seat(lms).begin()

    assert seat.post(*[seat.made(verb) for verb in (*WHOLE, "completed")]).status == 403
    assert (verbs(lms), lms.is_satisfied()) == (["launched"], False)
    seat.say(*WHOLE)


def test_fail_in_one_session_and_pass_in_the_next() -> None:
    lms = lms_of()
    Seat(lms).begin().say("initialized", "completed", "failed", "terminated")
    assert not lms.is_satisfied()
    Seat(lms).begin().say("initialized", "failed", "terminated")
    Seat(lms).begin().say("initialized", "passed", "terminated")
    third = Seat(lms).begin().say("initialized", "answered", "terminated")

    assert lms.refused == []
    assert lms.is_satisfied()
    assert "abandoned" not in verbs(lms), "each session had its end"
    assert third.registration == lms.registration


@pytest.mark.parametrize("mode", ["Review", "Browse"])
def test_to_look_is_allowed(mode: str) -> None:
    seat = Seat(lms_of(), mode=mode).begin().say("initialized", "answered", "terminated")

    assert seat.data["launchMode"] == mode
    assert seat.lms.refused == []


def passes(**changed: Any) -> Callable[[Seat], Reply]:
    """`initialized`, and then a statement with other parts."""

    def act(seat: Seat) -> Reply:
        seat.begin().say("initialized")
        return seat.post({**seat.made("answered"), **changed})

    return act


def own_words(seat: Seat) -> Reply:
    """A lesson was completed: not the AU, and therefore no statement of cmi5."""
    statement = seat.begin().say("initialized").made("answered")
    statement["verb"] = {"id": VERBS + "completed"}
    statement["result"] = {"completion": True}
    reply = seat.post(statement)
    seat.say("completed")
    return reply


def single_activity(seat: Seat) -> Reply:
    statement = seat.begin().made("initialized")
    listed = statement["context"]["contextActivities"]
    listed["category"], listed["grouping"] = listed["category"][0], listed["grouping"][0]
    return seat.post(statement)


def more_context(seat: Seat) -> Reply:
    statement = seat.begin().made("initialized")
    statement["context"]["extensions"]["https://example.com/x"] = None
    statement["context"]["contextActivities"]["grouping"].append({"id": "https://example.com/y"})
    statement["context"]["language"] = "de-CH"
    return seat.post(statement)


def finer_time(seat: Seat) -> Reply:
    """Half a second later, but earlier as a text."""
    seat.begin()
    seat.post({**seat.made("initialized"), "timestamp": "2026-11-22T13:00:00Z"})
    return seat.post({**seat.made("terminated"), "timestamp": "2026-11-22T13:00:00.5Z"})


def clock_behind(seat: Seat) -> Reply:
    """The clock of the LMS is an hour ahead of the learner's: what it says itself does not count."""
    seat.begin()
    seat.now -= timedelta(hours=1)
    seat.say("initialized", "completed", "passed")
    assert verbs(seat.lms)[-1] == "satisfied"
    return seat.refused("terminated")


def without_score(seat: Seat) -> Reply:
    statement = seat.begin().say("initialized").made("passed")
    del statement["result"]["score"], statement["context"]["extensions"][MASTERY]
    return seat.post(statement)


def small_scheme(seat: Seat) -> Reply:
    seat.begin()
    return seat.ask("POST", "statements", {}, seat.made("initialized"), authorization=f"basic {seat.token}")


def own_state(seat: Seat) -> Reply:
    assert seat.begin().state("PUT", "mine", {"a": 1}, headers={"if-none-match": "*"}).status == 204
    return seat.state("GET", "mine")


ALLOWED: dict[str, Callable[[Seat], Reply]] = {
    "another verb": passes(verb={"id": "http://adlnet.gov/expapi/verbs/experienced"}),
    "a verb of cmi5 about a part": own_words,
    "an activity without a list": single_activity,
    "more in the context": more_context,
    "a time of other precision": finer_time,
    "a clock that is behind": clock_behind,
    "UTC in figures": passes(timestamp="2026-11-22T18:00:00+00:00"),
    "passed without a score": without_score,
    "the scheme in small letters": small_scheme,
    "a state of its own": own_state,
}


@pytest.mark.parametrize("name", ALLOWED)
def test_what_the_standard_allows_is_taken(name: str) -> None:
    seat = Seat(lms_of())
    reply = ALLOWED[name](seat)

    assert (reply.status, seat.lms.refused) == (200, [])


# -- what is refused --------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Case:
    """What a course does wrong. `says` is the requirement that is named; `ids` are all that it breaks."""

    ids: str
    act: Callable[[Seat], Reply]
    says: str
    status: int = 403
    mode: str = "Normal"


def told(verb: str, change: Change, *before: str) -> Callable[[Seat], Reply]:
    """A statement with one change is refused; without the change it is taken, so it was that."""

    def act(seat: Seat) -> Reply:
        right = seat.begin().say(*before).made(verb)
        wrong = copy.deepcopy(right)
        change(wrong)
        reply = seat.post(wrong)
        assert seat.post(right).status == 200
        return reply

    return act


def after(verb: str, *before: str) -> Callable[[Seat], Reply]:
    """A statement that comes at the wrong time."""
    return lambda seat: seat.begin().say(*before).refused(verb)


def relaunched(verb: str, *before: str) -> Callable[[Seat], Reply]:
    """A statement that comes in the second session of a registration."""

    def act(seat: Seat) -> Reply:
        seat.begin().say(*before)
        return Seat(seat.lms).begin().say("initialized").refused(verb)

    return act


def put(value: Any, *path: str) -> Change:
    def change(statement: Statement) -> None:
        part = statement
        for name in path[:-1]:
            part = part.setdefault(name, {})
        part[path[-1]] = value

    return change


def cut(*path: str) -> Change:
    def change(statement: Statement) -> None:
        part = statement
        for name in path[:-1]:
            part = part[name]
        del part[path[-1]]

    return change


CATEGORY = ("context", "contextActivities", "category")
GROUPING = ("context", "contextActivities", "grouping")
SCORE = ("result", "score")


def spent(seat: Seat) -> Reply:
    """The token of a session that was abandoned."""
    seat.begin().say("initialized")
    Seat(seat.lms)
    return seat.refused("answered")


def ended(seat: Seat) -> Reply:
    """The token of a session that had its end, when the next has begun."""
    seat.begin().say("initialized", "terminated")
    Seat(seat.lms)
    return seat.state("GET", "mine")


def with_header(value: str) -> Callable[[Seat], Reply]:
    def act(seat: Seat) -> Reply:
        given = value.format(seat.begin().token)
        return seat.ask("POST", "statements", {}, seat.made("initialized"), authorization=given)

    return act


def fetched(method: str, times: int) -> Callable[[Seat], Reply]:
    return lambda seat: [seat.lms.fetch(seat.fetch_id, method) for _ in range(times)][-1]


def fetched_late(seat: Seat) -> Reply:
    Seat(seat.lms)
    return seat.lms.fetch(seat.fetch_id, "POST")


def asked(path: str, **query: str) -> Callable[[Seat], Reply]:
    """A document of somebody else."""

    def act(seat: Seat) -> Reply:
        known = {"activityId": seat.activity, "registration": seat.registration, "stateId": LAUNCH_DATA}
        if path == "agents/profile":
            known = {"profileId": "cmi5LearnerPreferences"}
        return seat.start().ask("GET", path, seat.about(**{**known, **query}))

    return act


def without_registration(seat: Seat) -> Reply:
    query = seat.start().about(activityId=seat.activity, stateId=LAUNCH_DATA)
    return seat.ask("GET", "activities/state", query)


def changed_launch_data(method: str, headers: dict[str, str] | None = None) -> Callable[[Seat], Reply]:
    return lambda seat: seat.begin().state(method, LAUNCH_DATA, {"launchMode": "Normal"}, headers)


def preferred(content: Any) -> Callable[[Seat], Reply]:
    def act(seat: Seat) -> Reply:
        query = seat.begin().about(profileId="cmi5LearnerPreferences")
        return seat.ask("PUT", "agents/profile", query, content, **{"if-none-match": "*"})

    return act


def not_asked(seat: Seat) -> Reply:
    return seat.start().refused("initialized")


def wrongly_asked(seat: Seat) -> Reply:
    seat.start().ask("GET", "agents/profile", seat.about(profileId="preferences"))
    return seat.refused("initialized")


def time_goes_back(seat: Seat) -> Reply:
    seat.begin().say("initialized", "answered")
    seat.now -= timedelta(seconds=10)
    return seat.refused("terminated")


def other_template(seat: Seat) -> Reply:
    """An LMS that puts more into its template finds it in every statement."""
    statement = seat.begin().made("initialized")
    place = next(key for key in seat.lms.documents if key[-1] == LAUNCH_DATA)
    seat.lms.put(place, {**seat.data, "contextTemplate": {**seat.data["contextTemplate"], "language": "de"}})
    return seat.post(statement)


CASES = (
    # When something is said.
    Case(
        ids="7.1.1.0-1 7.1.1.0-1(d1) 7.1.1.0-1(d2) 7.1.3.0-1 7.1.3.0-1(d1) 9.3.0.0-4 9.3.0.0-4(d1) 9.3.0.0-4(d2) 9.3.2.0-2",
        act=after("answered"),
        says="9.3.0.0-4",
    ),
    Case(ids="9.3.0.0-4 10.2.2.0-6", act=after("terminated"), says="9.3.0.0-4"),
    Case(ids="10.2.2.0-8", act=after("terminated"), says="9.3.0.0-4", mode="Browse"),
    Case(ids="10.2.2.0-10", act=after("terminated"), says="9.3.0.0-4", mode="Review"),
    Case(
        ids="7.1.2.0-1 7.1.2.0-1(d1) 7.1.2.0-1(d2) 7.1.3.0-1 7.1.3.0-1(d2) 9.3.0.0-5 9.3.0.0-5(d1) 9.3.0.0-5(d2) "
        "9.3.8.0-2 9.3.8.0-4",
        act=after("answered", "initialized", "terminated"),
        says="9.3.0.0-5",
    ),
    Case(ids="9.3.0.0-5", act=after("completed", "initialized", "terminated"), says="9.3.0.0-5"),
    Case(
        ids="9.3.0.0-2 9.3.0.0-2(d) 9.3.2.0-3 9.3.2.0-3(d)", act=after("initialized", "initialized"), says="9.3.0.0-2"
    ),
    Case(ids="9.3.0.0-2 10.2.2.0-7", act=after("completed", "initialized", "completed"), says="9.3.0.0-2"),
    Case(ids="9.3.0.0-3 9.3.0.0-3(d)", act=after("passed", "initialized", "failed"), says="9.3.0.0-3"),
    Case(ids="9.3.0.0-3 9.3.0.0-3(d)", act=after("failed", "initialized", "passed"), says="9.3.0.0-3"),
    Case(
        ids="9.3.0.0-6 9.3.0.0-6(d1) 9.3.0.0-6(d2) 9.3.3.0-2",
        act=relaunched("completed", "initialized", "completed", "terminated"),
        says="9.3.0.0-6",
    ),
    Case(
        ids="9.3.0.0-7 9.3.0.0-7(d1) 9.3.0.0-7(d2) 9.3.4.0-3",
        act=relaunched("passed", "initialized", "passed", "terminated"),
        says="9.3.0.0-7",
    ),
    Case(
        ids="9.3.0.0-8 9.3.0.0-8(d)",
        act=relaunched("failed", "initialized", "passed", "terminated"),
        says="9.3.0.0-8",
    ),
    Case(ids="9.7.0.0-1", act=time_goes_back, says="9.7.0.0-1"),
    # Who comes in.
    Case(
        ids="8.1.2.0-2 8.1.2.0-2(d) 8.2.1.0-6 8.2.1.0-6(d) 9.3.6.0-2 9.3.6.0-2(d1) 9.3.6.0-2(d2)",
        act=spent,
        says="8.1.2.0-5",
        status=401,
    ),
    Case(ids="8.1.2.0-2 8.2.1.0-6 9.3.8.0-4", act=ended, says="8.1.2.0-5", status=401),
    Case(ids="8.1.2.0-2(d)", act=lambda seat: seat.state("GET", LAUNCH_DATA), says="8.1.2.0-5", status=401),
    *(
        Case(
            ids="8.1.2.0-5 8.1.2.0-5(d) 8.2.1.0-5 8.2.1.0-5(d) 8.2.2.0-5",
            act=with_header(value),
            says="8.1.2.0-5",
            status=401,
        )
        for value in ("", "Basic", "Basic wrong", "{}", "Bearer {}", "Basic {} x")
    ),
    Case(
        ids="8.1.2.0-4 8.2.1.0-2 8.2.2.0-4", act=fetched("GET", 1), says="8.1.2.0-4", status=200
    ),  # the error stands in the body: 8.2.2.0-3
    Case(ids="8.2.3.0-1 8.2.3.0-1(d)", act=fetched("POST", 2), says="8.2.3.0-1", status=200),
    Case(ids="8.2.1.0-6", act=fetched_late, says="8.2.3.0-1", status=200),
    # For whom.
    *(
        Case(ids=ids, act=told("initialized", put(actor, "actor")), says="8.1.3.0-3")
        for ids, actor in (("8.1.3.0-3 8.1.3.0-3(d)", OTHER_ACTOR), ("8.1.3.0-3 9.2.0.0-3", BY_MAIL))
    ),
    Case(ids="9.2.0.0-2", act=told("initialized", put("Group", "actor", "objectType")), says="9.2.0.0-2"),
    Case(ids="8.1.3.0-3 8.1.3.0-3(d)", act=asked("activities/state", agent=json.dumps(OTHER_ACTOR)), says="8.1.3.0-3"),
    Case(ids="11.0.0.0-1 11.0.0.0-1(d)", act=asked("agents/profile", agent=json.dumps(OTHER_ACTOR)), says="11.0.0.0-1"),
    Case(ids="11.0.0.0-1 11.0.0.0-1(d)", act=asked("agents/profile", agent="{}"), says="an agent is", status=400),
    Case(ids="11.0.0.0-1 11.0.0.0-1(d)", act=asked("agents/profile", agent=""), says="parameter agent", status=400),
    Case(ids="8.1.4.0-3 8.1.4.0-3(d)", act=asked("activities/state", registration=OTHER_ID), says="8.1.4.0-3"),
    Case(ids="8.1.4.0-3 8.1.4.0-3(d)", act=without_registration, says="8.1.4.0-3"),
    # About what.
    *(
        Case(
            ids="8.1.5.0-6 8.1.5.0-6(d) 9.4.0.0-1 9.4.0.0-1(d) 9.4.0.0-2",
            act=told(verb, put(f"{COURSE_ID}/au/1", "object", "id"), *WHOLE[: WHOLE.index(verb)]),
            says="8.1.5.0-6",
        )
        for verb in WHOLE
        if verb != "answered"
    ),
    Case(
        ids="9.4.0.0-1 9.4.0.0-1(d)",
        act=told("initialized", cut("object")),
        says="object is missing",
        status=400,
    ),
    *(
        Case(ids="9.1.0.0-1 9.1.0.0-1(d)", act=told("initialized", change), says="9.1.0.0-1", status=400)
        for change in (cut("id"), put("1", "id"), put(7, "id"))
    ),
    Case(
        ids="9.3.0.0-1",
        act=told("answered", put([{"id": CMI5}], *CATEGORY), "initialized"),
        says="9.3.0.0-1",
    ),
    # With what result.
    *(
        Case(
            ids="9.3.4.0-2 9.3.4.0-2(d1) 9.3.4.0-2(d2) 9.5.1.0-1 10.2.4.0-2",
            act=told("passed", put(score, *SCORE), "initialized"),
            says="9.3.4.0-2",
        )
        for score in ({"scaled": 0.79}, {"scaled": 0}, {"scaled": 0.5, "raw": 90, "min": 0, "max": 100})
    ),
    *(
        Case(
            ids="9.3.5.0-2 9.3.5.0-2(d) 9.5.1.0-1 10.2.4.0-2",
            act=told("failed", put({"scaled": scaled}, *SCORE), "initialized"),
            says="9.3.5.0-2",
        )
        for scaled in (0.8, 1)
    ),
    Case(ids="9.5.1.0-1", act=told("failed", put({"scaled": -0.5}, *SCORE), "initialized"), says="9.5.1"),
    *(
        Case(
            ids="9.5.1.0-2 9.5.1.0-2(d)",
            act=told(verb, put({"scaled": 1}, *SCORE), *WHOLE[: WHOLE.index(verb)]),
            says="9.5.1.0-2",
        )
        for verb in ("initialized", "completed", "terminated")
    ),
    *(
        Case(ids=ids, act=told(verb, cut(*SCORE, name), "initialized"), says="9.5.1.0-3")
        for verb in ("passed", "failed", "answered")
        for ids, name in (("9.5.1.0-3 9.5.1.0-3(d1)", "min"), ("9.5.1.0-3 9.5.1.0-3(d2)", "max"))
    ),
    *(
        Case(ids=ids, act=told(verb, change, "initialized"), says=ids.partition(" ")[0])
        for verb, ids, name, wrong in (
            ("passed", "9.5.2.0-1 9.5.2.0-1(d1)", "success", False),
            ("failed", "9.5.2.0-2 9.5.2.0-2(d)", "success", True),
            ("completed", "9.5.3.0-1 9.5.3.0-1(d1)", "completion", False),
        )
        for change in (put(wrong, "result", name),)
    ),
    # Without success or completion the category moveon is wrong, too: one change alone breaks two rules.
    *(
        Case(ids=ids, act=told(verb, cut("result", name), "initialized"), says="9.6.2.2-2")
        for verb, ids, name in (
            ("passed", "9.5.2.0-1 9.5.2.0-1(d1)", "success"),
            ("failed", "9.5.2.0-2 9.5.2.0-2(d)", "success"),
            ("completed", "9.5.3.0-1 9.5.3.0-1(d1)", "completion"),
        )
    ),
    *(
        Case(ids=ids, act=told(verb, both, *WHOLE[: WHOLE.index(verb)]), says=ids.partition(" ")[0])
        for ids, name, wrong in (
            ("9.5.2.0-3 9.5.2.0-3(d)", "success", ("initialized", "completed", "terminated")),
            ("9.5.3.0-2 9.5.3.0-2(d)", "completion", ("initialized", "passed", "terminated")),
        )
        for verb in wrong
        for both in (
            lambda one, name=name: (
                put(True, "result", name)(one),
                put([{"id": CMI5}, {"id": MOVE_ON}], *CATEGORY)(one),
            ),
        )
    ),
    *(
        Case(ids=f"{rule} {rule}(d)", act=told(verb, cut("result", "duration"), "initialized"), says=rule)
        for verb, rule in (
            ("terminated", "9.5.4.1-1"),
            ("completed", "9.5.4.1-2"),
            ("passed", "9.5.4.1-3"),
            ("failed", "9.5.4.1-4"),
        )
    ),
    # In what context.
    Case(ids="9.6.0.0-1 9.6.0.0-1(d)", act=told("terminated", cut("context"), "initialized"), says="9.6"),
    Case(ids="9.6.0.0-1 9.6.0.0-1(d)", act=told("terminated", put({}, "context"), "initialized"), says="9.6"),
    *(
        Case(ids="9.6.1.0-1 9.6.1.0-1(d)", act=told(verb, change, "initialized"), says="9.6.1.0-1")
        for verb in ("terminated", "answered")
        for change in (cut("context", "registration"), put(OTHER_ID, "context", "registration"))
    ),
    *(
        Case(
            ids="9.6.2.0-1 9.6.2.0-1(d) 10.2.1.0-6 10.2.1.0-6(d) 10.2.1.0-7 10.2.1.0-7(d)",
            act=told(verb, change, "initialized"),
            says="10.2.1.0-6",
        )
        for verb in ("terminated", "answered")
        for change in (
            cut(*GROUPING),
            put([], *GROUPING),
            put([{"id": "https://example.com/other"}], *GROUPING),
            put([{"objectType": "Activity", "id": f"{COURSE_ID}/au/1", "definition": {}}], *GROUPING),
        )
    ),
    Case(ids="9.6.2.0-1 10.2.1.0-6 10.2.1.0-7", act=other_template, says="10.2.1.0-6"),
    *(
        Case(ids="9.6.2.1-1", act=told(verb, put([{"id": "https://example.com/c"}], *CATEGORY), *before), says=says)
        for verb, says, before in (
            ("initialized", "9.3.0.0-4", ()),
            ("terminated", "9.6.2.1-1", ("initialized",)),
            ("completed", "9.6.2.", ("initialized",)),
        )
    ),
    *(
        Case(
            ids=f"9.6.2.2-1 9.6.2.2-1({part})",
            act=told(verb, put([{"id": CMI5}], *CATEGORY), "initialized"),
            says="9.6.2.2-1",
        )
        for verb, part in (("completed", "d1"), ("passed", "d2"), ("failed", "d3"))
    ),
    *(
        Case(
            ids="9.6.2.2-2 9.6.2.2-2(d)",
            act=told(verb, put([*own, {"id": MOVE_ON}], "context", "contextActivities", name), "initialized"),
            says="9.6.2.2-2",
        )
        for verb, name, own in (
            ("terminated", "category", [{"id": CMI5}]),
            ("answered", "category", []),
            ("answered", "other", []),
        )
    ),
    *(
        Case(
            ids="9.6.3.1-4 9.6.3.1-4(d) 10.2.1.0-7 10.2.1.0-7(d)",
            act=told(verb, change, "initialized"),
            says="9.6.3.1-4",
        )
        for verb in ("terminated", "answered")
        for change in (cut("context", "extensions"), put(OTHER_ID, "context", "extensions", SESSION))
    ),
    *(
        Case(
            ids="9.6.3.2-2 9.6.3.2-2(d)",
            act=told(verb, change, "initialized"),
            says="9.6.3.2-2",
        )
        for verb in ("passed", "failed")
        for change in (cut("context", "extensions", MASTERY), put(0.7, "context", "extensions", MASTERY))
    ),
    Case(ids="9.7.0.0-1 9.7.0.0-1(d)", act=told("initialized", cut("timestamp")), says="9.7.0.0-1", status=400),
    *(
        Case(
            ids="9.7.0.0-2 9.7.0.0-2(d)",
            act=told("initialized", put(when, "timestamp")),
            says="9.7.0.0-2",
            status=400,
        )
        for when in ("2026-11-22T13:00:00+01:00", "2026-11-22T13:00:00", "2026-11-22T13:00:00-00:00", "2026-11-22")
    ),
    # Documents.
    *(
        Case(ids="10.2.1.0-5 10.2.1.0-5(d)", act=changed_launch_data(method, headers), says="10.2.1.0-5")
        for method, headers in (("PUT", {"if-match": "*"}), ("PUT", None), ("POST", None), ("DELETE", None))
    ),
    *(
        Case(
            ids=f"{rule} {rule}(d) 10.2.2.0-5 10.2.2.0-5(d) {more}",
            act=after(verb, "initialized"),
            says=rule,
            mode=mode,
        )
        for mode, rule, more in (("Browse", "10.2.2.0-2", "10.2.2.0-9"), ("Review", "10.2.2.0-3", "10.2.2.0-11"))
        for verb in ("completed", "passed", "failed")
    ),
    Case(ids="11.0.0.0-3 11.0.0.0-3(d1) 11.0.0.0-3(d2)", act=not_asked, says="11.0.0.0-3"),
    Case(ids="11.0.0.0-4", act=wrongly_asked, says="11.0.0.0-3"),
    # This LMS lets nobody write preferences, good or bad: 403 is what the standard has for that.
    *(
        Case(
            ids="11.0.0.0-2 11.0.0.0-5 11.0.0.0-5(d) 11.1.0.0-1 11.1.0.0-1(d)",
            act=preferred(content),
            says="11.0.0.0-2",
        )
        for content in ([], {}, {"languagePreference": "x y", "audioPreference": "on"})
    ),
)


BREACHES = [pytest.param(case, id=one) for case in CASES for one in case.ids.split()]


@pytest.mark.parametrize("case", BREACHES)
def test_what_breaks_a_requirement_is_refused(case: Case) -> None:
    lms = lms_of()
    seat = Seat(lms, mode=case.mode)
    reply = case.act(seat)

    assert reply.status == case.status
    assert len(lms.refused) == 1, lms.refused
    said = lms.refused[0].split(": ", 1)[1].removeprefix(f"{case.status} ")
    assert case.says in said
    if case.status != 200:
        assert said == reply.body.decode()
    else:
        assert json.loads(reply.body)["error-code"] in {"1", "2"}


# -- what the LMS itself must do --------------------------------------------------------------------------


def test_the_address_of_a_launch() -> None:
    lms = lms_of()
    seat = Seat(lms)
    parts = urlsplit(seat.address)

    assert seat.address.startswith("https://lms.example/pkg/index.html?au=1&")
    assert set(seat.query) == {"au", "endpoint", "fetch", "actor", "registration", "activityId"}
    assert re.fullmatch(r"[\w.~%+=&:*-]+", parts.query), "every value is encoded"
    assert seat.query["endpoint"] == "https://lms.example/xapi/"
    assert seat.query["fetch"].startswith("https://lms.example/fetch?")
    assert set(seat.actor) == {"objectType", "account"}
    assert (seat.actor["objectType"], set(seat.actor["account"])) == ("Agent", {"homePage", "name"})
    assert str(uuid.UUID(seat.registration)) == lms.registration


def test_activities_have_ids_of_the_lms() -> None:
    lms = lms_of("Passed", "Passed")
    first, second, again = Seat(lms), Seat(lms, 1), Seat(lms)

    assert first.activity == again.activity
    assert len({first.activity, second.activity, *(au.id for au in lms.aus)}) == 4
    assert Seat(lms_of()).activity != Seat(lms_of()).activity, "another registration"


def test_the_token_is_given_once_and_as_json() -> None:
    lms = lms_of()
    seat = Seat(lms)
    replies = [lms.fetch(seat.fetch_id, method) for method in ("GET", "POST", "POST")]
    replies.append(lms.fetch("unknown", "POST"))

    assert {reply.status for reply in replies} == {200}
    assert {reply.headers["Content-Type"] for reply in replies} == {"application/json"}
    said = [json.loads(reply.body) for reply in replies]
    assert [one.get("error-code") for one in said] == ["2", None, "1", "2"]
    assert set(said[1]) == {"auth-token"}
    assert said[1]["auth-token"] != seat.fetch_id


def test_launched_is_recorded_before_the_launch_and_once() -> None:
    lms = lms_of()
    seat = Seat(lms)
    assert verbs(lms) == ["launched"]
    seat.begin().say("initialized", "terminated")
    Seat(lms)

    sessions = [session_of(one) for one in lms.statements if one["verb"]["id"] == VERBS + "launched"]
    assert sessions == [session.id for session in lms.sessions]
    assert len(set(sessions)) == 2


def session_of(statement: Statement) -> str:
    return str(statement["context"]["extensions"][SESSION])


def test_statements_of_the_lms_have_the_context_of_the_session() -> None:
    lms = lms_of()
    Seat(lms).begin().say("initialized", "completed", "passed")
    Seat(lms)
    own = [
        one for one in lms.statements if one["verb"]["id"].rpartition("/")[2] in {"launched", "satisfied", "abandoned"}
    ]

    assert [session_of(one) == lms.sessions[0].id for one in own] == [True, True, True, False]
    for one in own:
        listed = one["context"]["contextActivities"]
        assert {"objectType": "Activity", "id": lms.aus[0].id} in listed["grouping"]
        assert listed["category"] == [{"id": CMI5}]
        assert one["context"]["registration"] == lms.registration
        assert one["actor"] == lms.actor


@pytest.mark.parametrize("mode", ["Normal", "Browse", "Review"])
def test_the_launch_data(mode: str) -> None:
    lms = lms_of("Passed", return_url="https://lms.example/back")
    seat = Seat(lms, mode=mode)
    place = next(key for key in lms.documents if key[-1] == LAUNCH_DATA)
    assert place[1:] == (
        seat.activity,
        json.dumps({"account": seat.actor["account"]}, sort_keys=True),
        seat.registration,
        LAUNCH_DATA,
    )
    reply = seat.start().state("GET", LAUNCH_DATA)

    assert reply.headers["Content-Type"] == "application/json"
    assert seat.data == {
        "contextTemplate": {
            "contextActivities": {"grouping": [{"objectType": "Activity", "id": f"{COURSE_ID}/au/1"}]},
            "extensions": {SESSION: lms.sessions[-1].id},
        },
        "launchMode": mode,
        "moveOn": "Passed",
        "masteryScore": 0.8,
        "returnURL": "https://lms.example/back",
    }


def test_the_launch_data_has_only_what_there_is() -> None:
    data = Seat(lms_of("Completed", mastery="")).start().data

    assert set(data) == {"contextTemplate", "launchMode", "moveOn"}


def test_an_open_session_is_abandoned_by_the_next_launch() -> None:
    lms = lms_of()
    seat = Seat(lms).begin().say("initialized", "answered")
    for _ in range(3):
        Seat(lms)

    assert verbs(lms) == ["launched", "initialized", "answered", "abandoned", "launched", "launched", "launched"]
    abandoned = lms.statements[3]
    assert abandoned["verb"]["id"] == ADL + "abandoned"
    assert abandoned["result"] == {"duration": "PT2.00S"}, "from the launch to the last statement"
    assert session_of(abandoned) == lms.sessions[0].id
    assert seat.refused("terminated").status == 401


MET: dict[str, dict[tuple[str, ...], bool]] = {
    "NotApplicable": {(): True},
    "Passed": {(): False, ("completed",): False, ("failed",): False, ("passed",): True},
    "Completed": {(): False, ("passed",): False, ("completed",): True},
    "CompletedAndPassed": {
        (): False,
        ("passed",): False,
        ("completed",): False,
        ("completed", "failed"): False,
        ("completed", "passed"): True,
        ("passed", "completed"): True,
    },
    "CompletedOrPassed": {(): False, ("failed",): False, ("passed",): True, ("completed",): True},
}


@pytest.mark.parametrize(
    ("rule", "said", "is_met"), [(rule, said, is_met) for rule, table in MET.items() for said, is_met in table.items()]
)
def test_satisfied_when_the_rule_is_met(rule: str, said: tuple[str, ...], is_met: bool) -> None:
    lms = lms_of(rule)
    Seat(lms).begin().say("initialized", *said)

    assert lms.is_satisfied() is is_met
    assert verbs(lms).count("satisfied") == (is_met and bool(said))
    assert verbs(lms).index("satisfied") == len(verbs(lms)) - 1 if is_met and said else True


def test_the_course_is_satisfied_with_its_last_au_and_once() -> None:
    lms = lms_of("Passed", "CompletedOrPassed")
    Seat(lms).begin().say("initialized", "passed", "terminated")
    assert (lms.is_satisfied(0), lms.is_satisfied(1)) == (True, False)
    assert "satisfied" not in verbs(lms)
    Seat(lms, 1).begin().say("initialized", "completed", "passed", "terminated")

    assert verbs(lms).count("satisfied") == 1
    satisfied = next(one for one in lms.statements if one["verb"]["id"] == ADL + "satisfied")
    assert satisfied["object"]["definition"]["type"] == "https://w3id.org/xapi/cmi5/activitytype/course"
    assert satisfied["object"]["id"] != COURSE_ID
    assert session_of(satisfied) == lms.sessions[1].id


def test_any_verb_is_recorded_that_is_no_statement_of_cmi5() -> None:
    lms = lms_of()
    seat = Seat(lms).begin().say("initialized")
    for verb in ("http://adlnet.gov/expapi/verbs/experienced", "https://example.com/verbs/waved"):
        assert seat.post({**seat.made("answered"), "verb": {"id": verb}}).status == 200

    assert verbs(lms)[2:] == ["experienced", "waved"]


def test_another_pass_mark_of_the_launch_counts() -> None:
    seat = Seat(lms_of(), masteryScore=0.95).begin().say("initialized")

    assert seat.refused("passed").status == 403
    assert "0.95 is the mark" in seat.lms.refused[0]


def test_without_a_pass_mark_any_score_may_pass() -> None:
    seat = Seat(lms_of(mastery="")).begin().say("initialized")
    statement = seat.made("passed")
    statement["result"]["score"] = {"scaled": 0.1}

    assert seat.post(statement).status == 200


# -- what is in no shape at all ---------------------------------------------------------------------------

POOL: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1.5,
    "",
    "x",
    [],
    [[]],
    [None],
    {},
    {"id": None},
    {"": {}},
    "\ud800",
    10**400,
    ["x"],
)


def damaged(value: Any, chance: random.Random) -> Any:
    """A value with something else somewhere in it."""
    if isinstance(value, dict) and value and chance.random() < 0.85:
        name = chance.choice(sorted(value))
        if chance.random() < 0.15:
            return {key: inner for key, inner in value.items() if key != name}
        return {**value, name: damaged(value[name], chance)}
    if isinstance(value, list) and value and chance.random() < 0.85:
        place = chance.randrange(len(value))
        return [*value[:place], damaged(value[place], chance), *value[place + 1 :]]
    return copy.deepcopy(chance.choice(POOL))


@pytest.mark.parametrize("seed", range(300))
def test_a_damaged_statement_is_answered(seed: int) -> None:
    chance = random.Random(seed)
    seat = Seat(lms_of()).begin().say("initialized")
    statement = damaged(seat.made(chance.choice(WHOLE[1:])), chance)
    reply = seat.ask("POST", "statements", {}, chance.choice([statement, [statement], [statement, statement]]))

    assert reply.status in {200, 400, 403, 409}
    if reply.status != 200:
        assert verbs(seat.lms) == ["launched", "initialized"]
    seat.say("terminated") if verbs(seat.lms)[-1] != "terminated" else None


@pytest.mark.parametrize("path", ["activities/state", "agents/profile"])
@pytest.mark.parametrize("agent", ["", "x", "null", "7", "[]", '"account"', "{}", '{"account": []}', '{"mbox": 1}'])
def test_a_damaged_agent_is_refused(agent: str, path: str) -> None:
    seat = Seat(lms_of()).begin()
    query = {"activityId": seat.activity, "registration": seat.registration, "stateId": "x", "profileId": "x"}

    assert seat.ask("GET", path, {**query, "agent": agent}).status == 400


# -- that none is forgotten -------------------------------------------------------------------------------

# What the LMS must do, and which test sees that it does.
BY_THE_LMS = {
    "test_the_address_of_a_launch": "8.1.0.0-4 8.1.0.0-5 8.1.0.0-8 8.1.1.0-1 8.1.2.0-1 8.1.3.0-1 8.1.4.0-1 8.1.5.0-2 "
    "8.2.1.0-1 9.2.0.0-1 9.6.1.1-2",
    "test_activities_have_ids_of_the_lms": "8.1.5.0-1 8.1.5.0-3 8.1.5.0-4",
    "test_the_token_is_given_once_and_as_json": "8.2.1.0-2(d) 8.2.1.0-3 8.2.1.0-4 8.2.2.0-1 8.2.2.0-2 8.2.2.0-3 8.2.3.2-1",
    "test_any_verb_is_recorded_that_is_no_statement_of_cmi5": "9.3.0.0-9",
    "test_launched_is_recorded_before_the_launch_and_once": "9.3.1.0-1 9.3.1.0-2 9.3.1.0-2(d)",
    "test_an_open_session_is_abandoned_by_the_next_launch": "9.3.0.0-10 9.3.0.0-10(d) 9.3.6.0-1 9.3.8.0-1 9.5.4.2-1 9.5.4.2-2",
    "test_fail_in_one_session_and_pass_in_the_next": "9.3.8.0-3",
    "test_satisfied_when_the_rule_is_met": "9.3.3.0-3 9.3.4.0-4 9.6.1.1-3",
    "test_the_course_is_satisfied_with_its_last_au_and_once": "9.3.9.0-5 9.3.9.0-6 9.3.9.0-7 9.3.9.0-8 9.3.9.0-9",
    "test_statements_of_the_lms_have_the_context_of_the_session": "9.6.2.3-2 9.6.3.1-3",
    "test_the_launch_data": "9.6.2.3-1 9.6.3.1-1 9.6.3.1-2 10.1.0.0-1 10.1.0.0-2 10.1.0.0-3 10.1.0.0-4 10.1.0.0-5 10.2.1.0-1 "
    "10.2.1.0-2 10.2.1.0-3 10.2.2.0-4 10.2.4.0-1 10.2.5.0-1",
    "test_to_look_is_allowed": "10.2.2.0-1(d)",
}

# What no refusal can show, and why.
ELSEWHERE = {
    "a heading over other requirements": "7.0.0.0-1 7.0.0.0-2 7.0.0.0-3 7.0.0.0-4 7.0.0.0-5",
    "a window is the browser's: tests/browser": "8.1.0.0-1 8.1.0.0-2 8.1.0.0-3",
    "a structure is checked before it is launched: tests/conformance/cmi5": "8.1.0.0-6 8.1.0.0-6(d)",
    "where the course has a value from, only its calls show: tests/browser": "8.1.0.0-7 8.1.1.0-2 8.1.1.0-3 8.1.2.0-3 "
    "8.1.3.0-2 8.1.4.0-2 8.1.5.0-5 10.2.1.0-4",
    "what the learner did, only the course knows: tests/browser": "9.3.3.0-1 9.3.4.0-1 9.3.5.0-1 10.2.2.0-1",
    "what the course does in its window: tests/browser": "10.2.6.0-1 11.2.0.0-1",
    "how long is reasonable, the standard leaves open": "9.3.2.0-1 9.3.2.0-1(d)",
    "this LMS waives nothing": "9.3.0.0-11 9.3.0.0-11(d1) 9.3.7.0-1 9.3.7.0-2 9.3.7.0-2(d) 9.3.7.0-3 9.3.7.0-4 9.3.7.0-4(d) "
    "9.5.2.0-1(d2) 9.5.3.0-1(d2) 9.5.5.2-1 9.6.2.2-1(d4)",
    "this LMS says satisfied of the course, not of its blocks": "9.3.9.0-1 9.3.9.0-2 9.3.9.0-3 9.3.9.0-4",
    "nobody here reads the launched statement, which has no extensions": "9.6.3.2-1 9.6.3.3-1 9.6.3.4-1 9.6.3.6-1 9.6.3.7-1",
    "our structures have neither parameters nor keys": "10.2.3.0-1 10.2.7.0-1 10.2.7.1-1 10.2.7.2-1",
    "this LMS has no preferences, and lets nobody write some": "11.1.0.0-2",
}


def test_no_requirement_is_forgotten(shared: Path) -> None:
    known = json.loads((shared / "schemas/cmi5/requirements.json").read_text())
    wanted = {one.replace(" ", "") for one in known if one.partition(".")[0] in {"7", "8", "9", "10", "11"}}
    refused = {one for case in CASES for one in case.ids.split()}
    done = [one for ids in BY_THE_LMS.values() for one in ids.split()]
    other = [one for ids in ELSEWHERE.values() for one in ids.split()]

    assert refused | {*done} | {*other} == wanted
    assert len({*done, *other}) == len(done) + len(other)
    assert not refused & {*done, *other}
    assert all(name in globals() for name in BY_THE_LMS)
