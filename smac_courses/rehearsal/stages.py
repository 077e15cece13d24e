"""Where a package is played: a strict LMS for its standard, and what that LMS has in the end."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any, Protocol

from smac_courses.lms.cmi5 import STRUCTURE, Cmi5Lms
from smac_courses.lms.host import ABOVE, HERE, OPENER, host_page
from smac_courses.lms.local import LocalLms
from smac_courses.lms.records import Call, RecordStore, Reply, tincan_query

SETTLE_SECONDS = 0.05
_MOST_SECONDS = 5
_NOT_WRITTEN = "403"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an LMS shows of a learner: `status` in words of SCORM 1.2, the score in per cent or None."""

    status: str
    percent: float | None


class Stage(Protocol):
    """A strict LMS with one learner in it. A part is the number of something that is launched."""

    places: tuple[str, ...]
    """Where its API can be, as the stand-in has it: the usual place first."""

    def address(self, part: int, mode: str, place: str) -> str:
        """The page to open for a launch."""

    def cut(self, page: Any, *, is_cut: bool) -> None:
        """Let the LMS refuse whatever it is told, or take it again."""

    def settle(self) -> None:
        """Wait until what a page said last has come."""

    def outcome(self, part: int) -> Outcome:
        """What the LMS has of a part."""

    def told(self, part: int) -> list[str]:
        """The keys of the questions whose answers were told, in order."""

    def refused(self, page: Any) -> list[str]:
        """What the LMS refused since it was asked last, by its rule."""

    def is_ended(self, page: Any) -> bool:
        """Whether the session was ended once, and everything before that."""

    def misplaced(self, page: Any) -> list[str]:
        """What was told too early in this session: many LMSs judge at the moment when the status comes."""

    def writes(self, page: Any) -> list[str]:
        """What was written in this session."""


def stage_of(lms: LocalLms, about: dict[str, Any]) -> Stage:
    """The stage for a package of ours."""
    standard = str(about["target"])
    if standard == "cmi5":
        return _Cmi5Stage(lms)
    if standard == "xapi":
        return _XapiStage(lms)
    return _ScormStage(lms, "scorm12" if standard == "scorm12" else "scorm2004", [str(one) for one in about["pages"]])


class _ScormStage:
    places: tuple[str, ...] = (HERE, ABOVE, OPENER)

    def __init__(self, lms: LocalLms, standard: str, pages: list[str]) -> None:
        self.lms, self.standard, self.pages = lms, standard, pages
        self.launches = 0

    def address(self, part: int, mode: str, place: str) -> str:
        self.launches += 1
        given = {
            "standard": self.standard,
            "address": f"/pkg/{self.pages[part]}",
            "sco": str(part),
            "page": self.launches,
            "where": place,
            "data": self.lms.kept.get(str(part), {}),
            "mode": mode,
            "learner": {"id": "learner-1", "name": "Doe, Jo"},
        }
        self.lms.pages[f"/host{self.launches}"] = host_page(given)
        return f"{self.lms.url}/host{self.launches}"

    def cut(self, page: Any, *, is_cut: bool) -> None:
        page.evaluate("(fault) => { window.fault = fault; }", "offline" if is_cut else "none")

    def settle(self) -> None:
        _until_still(lambda: self.lms.posts)

    def outcome(self, part: int) -> Outcome:
        data = self.lms.kept.get(str(part), {})
        core = "cmi.core." if self.standard == "scorm12" else "cmi."
        raw = data.get(f"{core}score.raw", "")
        if self.standard == "scorm12":
            status = data.get("cmi.core.lesson_status", "not attempted")
        else:
            success = data.get("cmi.success_status", "unknown")
            completion = data.get("cmi.completion_status", "unknown")
            status = success if success in {"passed", "failed"} else completion
        return Outcome(status, float(raw) if raw else None)

    def told(self, part: int) -> list[str]:
        data = self.lms.kept.get(str(part), {})
        numbers = range(len(data))
        ids = (data.get(f"cmi.interactions.{number}.id") for number in numbers)
        return [one for one in ids if one]

    def refused(self, page: Any) -> list[str]:
        calls = page.evaluate("window.calls")
        return [
            f"{name}({', '.join(json.dumps(one)[:80] for one in values)}) was refused: error {error}"
            for name, values, _, error in calls
            if error != "0" and not (self.standard == "scorm2004" and name == "GetValue" and error == _NOT_WRITTEN)
        ]

    def is_ended(self, page: Any) -> bool:
        names = [call[0] for call in page.evaluate("window.calls")]
        return sum(name in {"LMSFinish", "Terminate"} for name in names) == 1

    def writes(self, page: Any) -> list[str]:
        return [str(call[1][0]) for call in page.evaluate("window.calls") if call[0].endswith("SetValue")]

    def misplaced(self, page: Any) -> list[str]:
        written = self.writes(page)
        core = "cmi.core." if self.standard == "scorm12" else "cmi."
        status = core + ("lesson_status" if self.standard == "scorm12" else "success_status")
        score = f"{core}score.raw"
        if score not in written or status not in written:
            return []
        last = len(written) - 1
        is_late = last - written[::-1].index(score) > last - written[::-1].index(status)
        return [f"{status} was written before {score}"] if is_late else []


class _RecordStage:
    """What cmi5 and xAPI share."""

    places: tuple[str, ...] = (HERE,)

    def __init__(self, lms: LocalLms, records: RecordStore) -> None:
        self.lms, self.records = lms, records
        lms.records = records
        self.seen = self.begun = 0

    def cut(self, page: Any, *, is_cut: bool) -> None:
        del page
        self.lms.fault = _down if is_cut else None

    def settle(self) -> None:
        _until_still(lambda: len(self.records.calls))

    def refused(self, page: Any) -> list[str]:
        del page
        found = self.records.refused[self.seen :]
        self.seen = len(self.records.refused)
        return found

    def is_ended(self, page: Any) -> bool:
        del page
        return [_verb(one) for one in self.records.statements[self.begun :]].count("terminated") == 1

    def misplaced(self, page: Any) -> list[str]:
        del page  # the store itself refuses what comes in another order
        return []

    def writes(self, page: Any) -> list[str]:
        del page
        verbs = [_verb(one) for one in self.records.statements[self.begun :]]
        return [verb for verb in verbs if verb not in {"launched", "initialized", "terminated"}]

    def _outcome(self, statements: list[dict[str, Any]]) -> Outcome:
        status, percent = "incomplete", None
        for one in statements:
            verb = _verb(one)
            if verb in {"completed", "passed", "failed"} and status != "passed":
                status = verb
                percent = one.get("result", {}).get("score", {}).get("raw", percent)
        return Outcome(status, percent)


class _Cmi5Stage(_RecordStage):
    def __init__(self, lms: LocalLms) -> None:
        self.lms_of_course = Cmi5Lms(lms.files[STRUCTURE], f"{lms.url}/pkg/", lms.url, return_url=f"{lms.url}/back")
        super().__init__(lms, self.lms_of_course)
        lms.pages["/back"] = '<!DOCTYPE html><html lang="en"><title>LMS</title><p>Back in the LMS'

    def address(self, part: int, mode: str, place: str) -> str:
        del place
        self.begun = len(self.records.statements)
        return self.lms_of_course.launch(part, {"review": "Review", "browse": "Browse"}.get(mode, "Normal"))

    def outcome(self, part: int) -> Outcome:
        return self._outcome(self._own(part))

    def told(self, part: int) -> list[str]:
        return _answered(self._own(part))

    def _own(self, part: int) -> list[dict[str, Any]]:
        au = self.lms_of_course.aus[part].id
        return [one for one in self.records.statements if au in _groups(one)]


class _XapiStage(_RecordStage):
    def __init__(self, lms: LocalLms) -> None:
        super().__init__(lms, RecordStore())

    def address(self, part: int, mode: str, place: str) -> str:
        del part, mode, place
        self.begun = len(self.records.statements)
        return f"{self.lms.url}/pkg/index.html{tincan_query(f'{self.lms.url}/xapi/')}"

    def outcome(self, part: int) -> Outcome:
        del part
        return self._outcome(self.records.statements)

    def told(self, part: int) -> list[str]:
        del part
        return _answered(self.records.statements)


def _down(call: Call) -> Reply:
    del call
    return Reply(status=503, headers={"Access-Control-Allow-Origin": "*"})


def _verb(statement: dict[str, Any]) -> str:
    return str(statement["verb"]["id"]).rpartition("/")[2]


def _groups(statement: dict[str, Any]) -> list[str]:
    return [str(one["id"]) for one in statement["context"]["contextActivities"].get("grouping", [])]


def _answered(statements: list[dict[str, Any]]) -> list[str]:
    return [str(one["object"]["id"]) for one in statements if _verb(one) == "answered"]


def _until_still(count: Any) -> None:
    """Wait until a number has not changed for a moment."""
    deadline = time.monotonic() + _MOST_SECONDS
    before = -1
    while count() != before and time.monotonic() < deadline:
        before = count()
        time.sleep(SETTLE_SECONDS)
