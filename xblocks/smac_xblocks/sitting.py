"""The attempts of one learner at a quiz, kept on the server: what may be done when, what is asked, what it came to.

Pure: the state is a dictionary of plain values, made for JSON; time and chance come in as arguments. The rules are
those of the player (`player/src/attempts.mjs`), but nothing here takes the learner's word for anything.

    {"open": attempt | None, "done": [attempt, …]}

An attempt is `{number, seed, started, allowance, asked: [id], answers: {id: [word]}, checked: [id]}`; when it is
done also `submitted`, `how` (who submitted it: `learner`, `time`, `closed`), `points`, `max`, `percent`, `passed` and
`topics: [{id, percent, passed}]`. Moments are whole seconds since 1970, ids those of the author.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from smac_courses.grading.draw import draw_exam
from smac_courses.grading.judge import is_empty
from smac_courses.grading.rollup import ExamScore, score_exam
from smac_courses.grading.timing import more_time, time_allowed, time_left, wait_left
from smac_courses.model.course import Exam
from smac_courses.model.questions import Question
from smac_courses.model.ranks import in_drawn_order

# What was typed before the end may still be on its way when the time is over.
SLACK_SECONDS = 10
# Attempts of which every answer is kept; of older ones only the result is.
MOST_WITH_ANSWERS = 10

How = Literal["learner", "time", "closed"]
State = dict[str, Any]


class Refused(Exception):
    """Something that the rules do not allow. `reason` is a name for it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(slots=True)
class Sitting:
    """The attempts of one learner, at one moment. `is_closed` says that the deadline is over."""

    exam: Exam
    state: State
    now: int
    is_closed: bool = False
    hides_results: bool = False  # then a pass ends nothing: who may not try again would know of it

    @property
    def open(self) -> dict[str, Any] | None:
        """The attempt that is under way."""
        return self.state.get("open")

    @property
    def done(self) -> list[dict[str, Any]]:
        """Every attempt that was submitted, in order."""
        done: list[dict[str, Any]] = self.state.setdefault("done", [])
        return done

    @property
    def is_passed(self) -> bool:
        """Whether any attempt was passed."""
        return any(one["passed"] for one in self.done)

    def used(self) -> int:
        """How many attempts were submitted."""
        return int(self.done[-1]["number"]) if self.done else 0

    def attempts_left(self) -> int | None:
        """How many more there may be; None for any number."""
        most = self.exam.rules.attempts
        return max(0, most - self.used() - (1 if self.open else 0)) if most else None

    def wait(self) -> int:
        """Seconds until the next attempt may begin."""
        return wait_left(self.exam.rules, self.done[-1]["submitted"], self.now) if self.done else 0

    def why_not(self) -> str:
        """What stands in the way of a new attempt: `closed`, `open`, `passed`, `used`, `wait`, or nothing."""
        if self.open:
            return "open"
        if self.is_closed:
            return "closed"
        if self.is_passed and not self.hides_results:
            return "passed"
        if self.attempts_left() == 0:
            return "used"
        return "wait" if self.wait() else ""

    # -- what a learner does ----------------------------------------------------------------------------

    def start(self, seed: int, allowance: int) -> None:
        """Begin an attempt. Raises Refused."""
        rules = self.exam.rules
        if reason := self.why_not():
            raise Refused(reason)
        if allowance and (not rules.time_limit_minutes or allowance not in rules.extra_time):
            raise Refused("allowance")
        ids = self._ids()
        self.state["open"] = {
            "number": self.used() + 1,
            "seed": seed,
            "started": self.now,
            "allowance": allowance,
            "asked": [ids[key] for key in draw_exam(self.exam, seed)],
            "answers": {},
            "checked": [],
        }

    def save(self, number: int, question: str, answer: Sequence[str]) -> None:
        """Keep an answer as it stands. Raises Refused."""
        attempt = self._current(number)
        if question not in attempt["asked"]:
            raise Refused("question")
        if question in attempt["checked"]:
            raise Refused("final")
        if is_empty(answer):
            attempt["answers"].pop(question, None)
        else:
            attempt["answers"][question] = list(answer)

    def check(self, number: int, question: str, answer: Sequence[str]) -> None:
        """Make an answer final, where there is feedback after each. Raises Refused; the same again does no harm."""
        if self.exam.rules.feedback != "each":
            raise Refused("feedback")
        attempt = self._current(number)
        if question in attempt["checked"] and attempt["answers"].get(question) == list(answer):
            return
        if is_empty(answer):
            raise Refused("empty")
        self.save(number, question, answer)
        attempt["checked"].append(question)

    def more_time(self, number: int) -> None:
        """Take the next larger allowance, also when the time is just over. Raises Refused."""
        attempt = self._current(number, when_over=True)
        larger = more_time(self.exam.rules, attempt["allowance"], self.now - attempt["started"])
        if larger is None:
            raise Refused("allowance")
        attempt["allowance"] = larger

    def submit(self, number: int) -> bool:
        """End an attempt; whether it was still open: to submit the same one twice does no harm. Raises Refused."""
        if any(one["number"] == number for one in self.done):
            return False
        self._current(number, when_over=True)
        self._end("learner")
        return True

    def settle(self) -> bool:
        """End an attempt whose time is over, or whose quiz was closed; whether there was one.

        Everything in it was said before: answers that come later are refused.
        """
        attempt = self.open
        if attempt is None:
            return False
        if self.is_closed:
            self._end("closed")
        elif self._is_over(attempt) and not self._may_take_more():
            self._end("time")
        return self.open is None

    # -- time -------------------------------------------------------------------------------------------

    def seconds_left(self) -> int | None:
        """Of the open attempt; None without a limit, or without an attempt."""
        if self.open is None:
            return None
        return time_left(self.exam.rules, self.open["allowance"], self.now - self.open["started"])

    def next_allowance(self) -> int | None:
        """The next larger allowance that the learner may take, or None."""
        if self.open is None:
            return None
        return more_time(self.exam.rules, self.open["allowance"], self.now - self.open["started"])

    def _may_take_more(self) -> bool:
        return self.next_allowance() is not None

    def _is_over(self, attempt: Mapping[str, Any]) -> bool:
        allowed = time_allowed(self.exam.rules, attempt["allowance"])
        return allowed is not None and self.now - attempt["started"] > allowed + SLACK_SECONDS

    def _current(self, number: int, *, when_over: bool = False) -> dict[str, Any]:
        attempt = self.open
        if self.is_closed:
            raise Refused("closed")
        if attempt is None or attempt["number"] != number:
            raise Refused("attempt")
        if not when_over and self._is_over(attempt):
            raise Refused("time")
        return attempt

    # -- what came of it --------------------------------------------------------------------------------

    def repair(self) -> bool:
        """Put questions in the place of those that an edit of the quiz took out of the open attempt."""
        attempt = self.open
        if attempt is None:
            return False
        before = list(attempt["asked"])
        known = self._keys()
        asked = [one for one in before if one in known]
        for pool in self.exam.pools:
            ids = [question.id for question in pool.questions]
            missing = pool.draw - sum(one in ids for one in asked)
            names = {known[one]: one for one in ids}
            spare = (names[key] for key in in_drawn_order(list(names), attempt["seed"]))
            asked += [one for one in spare if one not in asked][: max(0, missing)]
        if asked == before:
            return False
        attempt["asked"] = asked
        attempt["answers"] = {one: answer for one, answer in attempt["answers"].items() if one in asked}
        attempt["checked"] = [one for one in attempt["checked"] if one in asked]
        if not asked:
            self.state["open"] = None
        return True

    def score(self, attempt: Mapping[str, Any]) -> ExamScore:
        """The points of an attempt by the key of today."""
        keys = self._keys()
        asked = [keys[one] for one in attempt["asked"] if one in keys]
        answers = {keys[one]: answer for one, answer in attempt["answers"].items() if one in keys}
        return score_exam(self.exam, asked, answers)

    def regraded(self) -> list[dict[str, Any]]:
        """The results of all attempts by the key of today; an attempt whose answers are gone stays as it was."""
        return [{**one, **_result(self.score(one))} if "asked" in one else dict(one) for one in self.done]

    def questions(self, attempt: Mapping[str, Any]) -> list[Question]:
        """What an attempt asks, as far as the quiz still has it."""
        by_id = {question.id: question for question in self.exam.questions()}
        return [by_id[one] for one in attempt.get("asked", ()) if one in by_id]

    def _end(self, how: How) -> None:
        attempt = self.state.pop("open")
        self.state["open"] = None
        allowed = time_allowed(self.exam.rules, attempt["allowance"])
        # Whoever comes back late does not wait any longer for the next attempt.
        at = min(self.now, attempt["started"] + allowed) if how == "time" and allowed is not None else self.now
        self.done.append({**attempt, "submitted": at, "how": how, **_result(self.score(attempt))})
        for old in self.done[:-MOST_WITH_ANSWERS]:
            for name in ("asked", "answers", "checked"):
                old.pop(name, None)

    def _ids(self) -> dict[str, str]:
        return {question.key: question.id for question in self.exam.questions()}

    def _keys(self) -> dict[str, str]:
        return {question.id: question.key for question in self.exam.questions()}


def _result(score: ExamScore) -> dict[str, Any]:
    return {
        "points": score.points,
        "max": score.max,
        "percent": score.percent,
        "passed": score.passed,
        "topics": [{"id": one.id, "percent": one.percent, "passed": one.passed} for one in score.topics],
    }
