"""What the course team sees: answers of learners, words in its own language, ids for its questions."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import ModuleType, SimpleNamespace
from typing import Any
from unittest import mock

import pytest

Sit = Callable[..., Any]


@contextmanager
def staff() -> Iterator[None]:
    from smac_xblocks.quiz import SmacQuizBlock

    with mock.patch.object(SmacQuizBlock, "is_staff", True):
        yield


class Kept:
    """`StudentModule.objects` of the platform, with its own names; any other name is an error, as in Django."""

    def __init__(self, usage_key: Any, **states: dict[str, Any]) -> None:
        self.usage_key, self.states = usage_key, states

    def filter(self, *, student__username: str, course_id: Any, module_state_key: Any) -> Any:
        assert (course_id, module_state_key) == (self.usage_key.course_key, self.usage_key)
        found = self.states.get(student__username)
        return SimpleNamespace(first=lambda: None if found is None else SimpleNamespace(state=json.dumps(found)))


@contextmanager
def on_a_platform(kept: Kept) -> Iterator[None]:
    names = ["lms", "lms.djangoapps", "lms.djangoapps.courseware", "lms.djangoapps.courseware.models"]
    modules = {name: ModuleType(name) for name in names}
    modules[names[-1]].StudentModule = SimpleNamespace(objects=kept)  # type: ignore[attr-defined]
    with mock.patch.dict(sys.modules, modules):
        yield


def test_answers_of_a_learner_are_shown_by_their_name(seat: Sit) -> None:
    one = seat("### Q {#q points=2}\n\n- ( ) a\n- (x) b\n", mode="practice")
    usage = SimpleNamespace(course_key="course-v1:A+B+C")
    kept = Kept(usage, ann={"practice": {"q": {"answer": ["b"], "tries": 2, "points": 2}}}, bob={})
    with staff(), on_a_platform(kept), mock.patch.object(type(one.block.scope_ids), "usage_id", usage, create=True):
        from smac_xblocks.platform import state_of

        assert state_of("ann", usage) == {"practice": {"q": {"answer": ["b"], "tries": 2, "points": 2}}}
        assert state_of("eve", usage) is None

    with staff(), mock.patch("smac_xblocks.quiz.state_of", side_effect=lambda name, _: kept.states.get(name)):
        status, told = one.post("staff", {"username": " ann "})
        assert status == 200
        assert [(row["Question"], row["Answer"], row["Points"], row["Tries"]) for row in told["staff"]["rows"]] == [
            ("Q", "b", 2, 2)
        ]
        assert one.post("staff", {"username": "bob"})[1]["staff"]["rows"] == []
        assert one.post("staff", {"username": "eve"}) == (404, {"error": "nobody"})


def test_without_a_platform_the_team_sees_its_own_answers(seat: Sit) -> None:
    one = seat("### Q {#q}\n\n- ( ) a\n- (x) b\n", mode="practice")
    one.post("check", {"question": "q", "answer": ["o1"]})
    with staff():
        assert one.post("staff", {"username": "ann"}) == (503, {"error": "no platform"})
        assert [row["Answer"] for row in one.post("staff", {"username": ""})[1]["staff"]["rows"]] == ["a"]


@pytest.mark.parametrize("name", [None, 7, ["ann"], {"a": 1}, "x" * 256])
def test_a_name_that_is_none_is_refused(name: Any, seat: Sit) -> None:
    with staff():
        assert seat().post("staff", {"username": name}) == (400, {"error": "shape"})


def test_learners_get_nothing_of_the_team(seat: Sit) -> None:
    one = seat()

    assert "SmacQuizTeam" not in json.dumps(one.fresh().student_view({}).to_dict())
    with staff():
        assert one.fresh().student_view({}).js_init_fn == "SmacQuizTeam"
    assert one.post("staff", {"username": "ann"}) == (403, {"error": "staff"})


def test_every_word_of_studio_goes_through_the_platforms_translation(seat: Sit) -> None:
    one = seat("### Q\n\n- ( ) a\n- (x) b\n  > So.\n", mode="graded")
    usual = type(one.block.runtime).service

    def service(runtime: Any, block: Any, name: str) -> Any:
        return SimpleNamespace(gettext="\u27e6{}\u27e7".format) if name == "i18n" else usual(runtime, block, name)

    with staff(), mock.patch.object(type(one.block.runtime), "service", service):
        block = one.fresh()
        editor, team = block.studio_view(), block.student_view({})
        overview = block.author_view().content
        refused = block.handle("studio_save", _request({"markdown": "x", "settings": {"pass_percent": 900}}))
        told = [message.text for message in block.validate().messages]

    shown = re.sub(r"<textarea.*?</textarea>|<option.*?</option>", "", editor.content, flags=re.S)
    words = [one.strip() for one in re.findall(r">([^<>]+)<", shown) if one.strip()]
    assert len(words) > 25
    assert [one for one in words if not one.startswith("\u27e6")] == []
    assert all(one.startswith("\u27e6") for one in editor.json_init_args["words"].values())
    assert all(one.startswith("\u27e6") for one in team.json_init_args["words"].values())
    assert {"\u27e6Graded\u27e7", "\u27e6Line\u27e7", "\u27e6Remarks\u27e7"} <= set(
        re.findall("\u27e6[^\u27e7]*\u27e7", overview)
    )
    assert refused.json_body["problems"] == {"pass_percent": "\u27e6Write a number from 1 to 100.\u27e7"}
    assert all(one.startswith("\u27e6") for one in told)


def _request(body: Any) -> Any:
    from webob import Request

    return Request.blank("/", method="POST", body=json.dumps(body).encode())


def test_saving_in_studio_gives_each_question_and_pool_an_id_for_life(seat: Sit) -> None:
    one = seat("", mode="graded")
    markdown = "## Ties and gifts\n\n### What is needed?\n\n- ( ) a\n- (x) b\n\n### Kept {#kept}\n\n= x\n"
    status, told = one.post("studio_save", {"markdown": markdown, "settings": {}})

    assert (status, told["saved"]) == (200, True)
    assert re.search(r"^## Ties and gifts \{#[\w-]+\}$", told["markdown"], re.M)
    assert re.search(r"^### What is needed\? \{#[\w-]+\}$", told["markdown"], re.M)
    assert "### Kept {#kept}\n" in told["markdown"]
    assert [finding["code"] for finding in told["findings"]] == []
    assert one.fresh().markdown == told["markdown"]
    again = one.post("studio_save", {"markdown": told["markdown"], "settings": {}})[1]
    assert again["markdown"] == told["markdown"]


def test_the_end_of_the_course_closes_a_quiz_that_has_no_date_of_its_own(
    seat: Sit, platform: Callable[..., None], clock: Callable[[datetime], None]
) -> None:
    end = datetime(2026, 12, 1, tzinfo=UTC)
    structure = {"root": "c", "blocks": {"c": SimpleNamespace(fields={"end": end})}}
    platform(graceperiod=timedelta(days=1))
    one = seat()
    with mock.patch.object(type(one.block.runtime), "course_entry", SimpleNamespace(structure=structure), create=True):
        clock(end + timedelta(hours=23))
        assert one.post("start", {"allowance": 0})[0] == 200
        clock(end + timedelta(hours=25))
        assert one.view()["closed"]["isOver"] is True
        platform(due=end + timedelta(days=9))
        assert one.view()["closed"]["isOver"] is False
