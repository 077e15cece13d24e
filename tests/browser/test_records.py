"""cmi5 and xAPI in a real browser, on a record store that refuses what the standards refuse."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from jsonschema import Draft4Validator
from learner import Seat
from lms_server import read_package
from playwright.sync_api import Browser, BrowserContext, Frame, Page, expect
from support import COURSE_SRC, SHARED, TODAY

from smac_courses.lms.cmi5 import LAUNCH_DATA, Cmi5Lms
from smac_courses.lms.local import LocalLms
from smac_courses.lms.records import Call, RecordStore, Reply, agent_key
from smac_courses.pipeline import build_course, check_courses
from smac_courses.targets import TARGETS

SAVE_STATE = "#_save-state"
BACK = "<!DOCTYPE html><html lang=en><title>LMS</title><p>Back in the LMS"
# What a careful course meets: a document that was never written.
USUAL = re.compile(r"Failed to load resource.* (404|412|503)")


class Direct(Seat):
    """A course that an LMS launches in a window, without a frame around it."""

    @property
    def sco(self) -> Frame:
        return self.page.main_frame


@pytest.fixture
def lms(foundation_zips: dict[str, Path]) -> Iterator[LocalLms]:
    files = read_package(foundation_zips["cmi5"])
    with LocalLms(files) as made:
        made.pages["/back"] = BACK
        made.records = Cmi5Lms(files["cmi5.xml"], f"{made.url}/pkg/", made.url, return_url=f"{made.url}/back")
        yield made


def store(lms: LocalLms) -> Cmi5Lms:
    assert isinstance(lms.records, Cmi5Lms)
    return lms.records


Open = Callable[..., Direct]


@pytest.fixture
def device(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context()
    context.set_default_timeout(10_000)
    yield context
    context.close()


@pytest.fixture
def launch(device: BrowserContext, lms: LocalLms) -> Iterator[Open]:
    """A function that launches the course; afterwards no store has refused anything."""
    problems: list[str] = []

    def opened(context: BrowserContext = device, address: str = "", **options: Any) -> Direct:
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda one: problems.append(one.text) if one.type == "error" else None)
        page.goto(address or store(lms).launch(**options))
        page.wait_for_function("document.documentElement.classList.contains('is-ready')")
        return Direct(page, None)  # type: ignore[arg-type]  # nothing here asks for that LMS

    yield opened
    assert store(lms).refused == []
    assert [one for one in problems if not USUAL.search(one)] == []


def saved(seat: Seat) -> None:
    expect(seat.sco.locator(SAVE_STATE)).to_have_text("Saved")


def verbs(records: RecordStore) -> list[str]:
    return [one["verb"]["id"].rpartition("/")[2] for one in records.statements]


def leave(page: Page, records: RecordStore) -> None:
    page.close()
    deadline = time.monotonic() + 5
    while verbs(records)[-1] != "terminated" and time.monotonic() < deadline:
        time.sleep(0.05)


def first_question(seat: Direct) -> dict[str, Any]:
    question: dict[str, Any] = seat.data()["lessons"][0]["practice"][0]
    seat.sco.evaluate("(key) => { location.hash = key; }", seat.data()["lessons"][0]["key"])
    return question


def check(seat: Direct, question: dict[str, Any], right: bool = True) -> None:
    seat.answer(question, right)
    seat.sco.locator(f'form[data-question="{question["key"]}"]').get_by_role("button", name="Check answer").click()


def test_a_whole_course_fail_then_pass_in_two_sessions(launch: Open, lms: LocalLms) -> None:
    seat = launch()
    saved(seat)
    seat.do_lessons()
    seat.press("Start the exam")
    seat.do_exam(right=False)
    saved(seat)
    assert not {"failed", "passed"} & set(verbs(store(lms))), "one result in a session: it may still be a pass"
    seat.press("Save and exit")
    expect(seat.page.get_by_text("Back in the LMS")).to_be_visible()
    told = verbs(store(lms))
    assert told[1] == "initialized"
    assert told[-2:] == ["failed", "terminated"]

    again = launch()
    saved(again)
    again.press("Try the exam again")
    again.do_exam()
    saved(again)
    assert store(lms).is_satisfied()
    again.press("Save and exit")
    expect(again.page.get_by_text("Back in the LMS")).to_be_visible()
    told = verbs(store(lms))
    assert told[-4:] == ["completed", "passed", "satisfied", "terminated"]
    passed = store(lms).statements[-3]
    assert passed["result"]["score"] == {"scaled": 1, "raw": 100, "min": 0, "max": 100}
    assert re.fullmatch(r"PT\d+H\d+M[\d.]+S", passed["result"]["duration"])

    third = launch()
    saved(third)
    third.page.close()
    assert verbs(store(lms)).count("passed") == 1


def test_every_statement_is_valid_and_says_what_was_asked(launch: Open, lms: LocalLms, shared: Path) -> None:
    seat = launch()
    seat.do_lessons()
    seat.press("Start the exam")
    seat.do_exam()
    saved(seat)
    leave(seat.page, store(lms))
    validator = Draft4Validator(json.loads((SHARED / "schemas/xapi/joined-statement.schema.json").read_text()))
    for one in store(lms).statements:
        assert [error.message for error in validator.iter_errors(one)] == []
    # What a certificate names as the version that was passed; two verbs are the LMS's own.
    of_the_lms = ("launched", "satisfied")
    by_the_course = [one for one in store(lms).statements if not one["verb"]["id"].endswith(of_the_lms)]
    assert {one["context"].get("revision") for one in by_the_course} == {"1.0.0"}
    own = [
        one for one in store(lms).statements if "definition" in one["object"] and one["verb"]["id"].endswith("answered")
    ]
    assert len(own) == 26
    for one in own:
        definition = one["object"]["definition"]
        assert definition["name"]["en"]
        assert one["context"]["registration"] == store(lms).registration
        if definition["interactionType"] == "choice":
            known = {choice["id"]: choice["description"]["en"] for choice in definition["choices"]}
            assert all(known.values())
            assert set(one["result"]["response"].split("[,]")) <= set(known)
            assert set(definition["correctResponsesPattern"][0].split("[,]")) <= set(known)


def test_where_a_learner_stopped_is_kept_on_another_device(launch: Open, lms: LocalLms, browser: Browser) -> None:
    seat = launch()
    question = first_question(seat)
    check(seat, question)
    saved(seat)
    leave(seat.page, store(lms))
    context = browser.new_context()
    other = launch(context)
    expect(other.sco.locator(SAVE_STATE)).to_have_text("Saved")
    ticked = other.sco.locator(f'form[data-question="{question["key"]}"] input:checked')
    assert ticked.count() == len(question["solution"]["right"])
    context.close()


def test_who_leaves_while_the_launch_is_under_way_loses_nothing(launch: Open, lms: LocalLms) -> None:
    may_answer = threading.Event()

    def slow(call: Call) -> Reply | None:
        if call.path == "/fetch":
            may_answer.wait(5)
        return None

    lms.fault = slow
    seat = launch()
    question = first_question(seat)
    check(seat, question)
    assert verbs(store(lms)) == ["launched"]
    seat.press("Save and exit")
    may_answer.set()
    expect(seat.page.get_by_text("Back in the LMS")).to_be_visible()
    assert verbs(store(lms)) == ["launched", "initialized", "answered", "terminated"]
    assert any(key[-1] == "smac" for key in store(lms).documents)


@pytest.mark.parametrize("mode", ["Review", "Browse"])
def test_to_look_is_not_to_be_recorded(mode: str, launch: Open, lms: LocalLms) -> None:
    seat = launch(mode=mode)
    question = first_question(seat)
    check(seat, question)
    seat.press("Save and exit")
    expect(seat.page.get_by_text("Back in the LMS")).to_be_visible()

    assert verbs(store(lms)) == ["launched", "initialized", "terminated"]
    assert not any(key[-1] == "smac" for key in store(lms).documents)


def test_the_pass_mark_of_the_lms_counts(launch: Open, lms: LocalLms) -> None:
    seat = launch(masteryScore=0.95)
    expect(seat.sco.locator("[data-pass]")).to_have_text("95% of the points")
    seat.do_lessons()
    seat.press("Start the exam")
    wrong = True
    while seat.sco.locator(".review").count() == 0:
        seat.answer(seat.shown_question(), not wrong)
        wrong = False
        name = (
            "Next question" if seat.sco.get_by_role("button", name="Next question").count() else "Review your answers"
        )
        seat.press(name)
    seat.press("Submit my answers")
    saved(seat)
    seat.press("Save and exit")
    expect(seat.page.get_by_text("Back in the LMS")).to_be_visible()

    assert "passed" not in verbs(store(lms)), "one of ten wrong is 90 per cent"
    failed = next(one for one in store(lms).statements if one["verb"]["id"].endswith("failed"))
    assert failed["result"]["score"]["scaled"] >= 0.8
    extensions = failed["context"]["extensions"]
    assert extensions["https://w3id.org/xapi/cmi5/context/extensions/masteryscore"] == 0.95


def test_a_dead_line_loses_nothing(launch: Open, lms: LocalLms) -> None:
    seat = launch()
    saved(seat)

    def down(_: Call) -> Reply:
        return Reply(status=503, headers={"Access-Control-Allow-Origin": "*"})

    lms.fault = down
    store_before = len(store(lms).statements)
    question = first_question(seat)
    check(seat, question)
    expect(seat.sco.locator(SAVE_STATE)).to_have_text("Not saved yet")
    lms.fault = None
    saved(seat)
    told = verbs(store(lms))[store_before:]
    assert told.count("answered") == 1


def test_another_device_is_joined_when_both_write(launch: Open, lms: LocalLms, browser: Browser) -> None:
    """An LMS that lets two sessions live: each learns of the other when it writes."""
    seat = launch()
    question, second = first_question(seat), seat.data()["lessons"][0]["practice"][1]
    saved(seat)
    state = next(key for key in store(lms).documents if key[-1] == LAUNCH_DATA)
    assert state[2] == agent_key(store(lms).actor)
    check(seat, question)
    saved(seat)
    # What a second device would do: write a state of its own with the mark that it has read.
    key = next(key for key in store(lms).documents if key[-1] == "smac")
    document = json.loads(store(lms).documents[key].content)
    store(lms).put(key, {**document, "told": {**document["told"], "progress": 1}})
    check(seat, second)
    saved(seat)

    kept = json.loads(store(lms).documents[key].content)
    assert kept["state"] != document["state"]
    calls = [call for call in store(lms).calls if "activities/state" in call]
    assert "PUT activities/state 412" in calls
    store(lms).refused.clear()


def test_a_page_that_no_lms_launched_says_so(launch: Open, lms: LocalLms) -> None:
    seat = launch(address=f"{lms.url}/pkg/index.html")

    expect(seat.sco.locator("#_saving")).to_contain_text("not connected")
    seat.press("Start")
    assert seat.heading()


def test_a_spent_address_of_the_token_is_told(launch: Open, lms: LocalLms) -> None:
    address = store(lms).launch()
    store(lms).fetch(address.partition("session%3D")[2].partition("&")[0], "POST")
    seat = launch(address=address)

    expect(seat.sco.locator("#_saving")).to_contain_text("not connected")
    store(lms).refused.clear()


def test_xapi_packages_tell_the_same(
    foundation_zips: dict[str, Path], device: BrowserContext, browser: Browser
) -> None:
    files = read_package(foundation_zips["xapi"])
    with LocalLms(files) as lms:
        lms.records = RecordStore()
        actor = {"name": ["Jo"], "account": [{"accountServiceHomePage": "https://lms.example", "accountName": "7"}]}
        registration = "1b671a64-40d5-491e-99b0-da01ff1f3341"
        query = {
            "endpoint": f"{lms.url}/xapi",
            "auth": "Basic x",
            "actor": json.dumps(actor),
            "registration": registration,
        }
        page = device.new_page()
        page.goto(f"{lms.url}/pkg/index.html?{urlencode(query)}")
        seat = Direct(page, None)  # type: ignore[arg-type]
        saved(seat)
        seat.do_lessons()
        seat.press("Start the exam")
        seat.do_exam()
        saved(seat)
        leave(page, lms.records)

        assert lms.records.refused == []
        told = verbs(lms.records)
        assert (told[0], told[-3:]) == ("initialized", ["completed", "passed", "terminated"])
        passed = lms.records.statements[-2]
        assert passed["object"]["id"] == seat_activity(files)
        assert passed["actor"]["account"] == {"homePage": "https://lms.example", "name": "7"}
        assert passed["context"]["registration"] == registration


def seat_activity(files: dict[str, bytes]) -> str:
    found = re.search(rb'<activity id="([^"]+)"', files["tincan.xml"])
    assert found
    return found[1].decode()


def test_modules_are_launched_by_their_number(
    foundation_zips: dict[str, Path], device: BrowserContext, tmp_path: Path
) -> None:
    course = check_courses([COURSE_SRC / "smac-disclosure"], TODAY).project.courses[0]
    files = read_package(build_course(replace(course, structure="modules"), TARGETS["cmi5"], tmp_path).path)
    with LocalLms(files) as lms:
        records = Cmi5Lms(files["cmi5.xml"], f"{lms.url}/pkg/", lms.url)
        lms.records = records
        for number, name in enumerate(("ftc-disclosure", "disclosure-exam")):
            page = device.new_page()
            page.goto(records.launch(number))
            page.wait_for_url(re.compile(rf"/{name}\.html\?au={number + 1}&endpoint="))
            seat = Direct(page, None)  # type: ignore[arg-type]
            saved(seat)
            if number == 0:
                seat.press("Start")
                for _ in range(8):
                    seat.do_lesson()
                saved(seat)
            else:
                seat.sco.evaluate("location.hash = '_exam'")
                seat.press("Start the exam")
                seat.do_exam()
                saved(seat)
            leave(page, records)
        assert records.refused == []
        assert [records.is_satisfied(number) for number in (0, 1)] == [True, True]
