"""What the platform asks of a block besides: reports, search, apps, the view of the course team."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from typing import Any

from smac_courses.grading.judge import score_answer
from smac_courses.html.questions import remarks_of
from smac_courses.model.codec import solution_of
from smac_courses.model.questions import Question, parts_of

_TAG = re.compile(r"<[^>]*>")


class Reports:
    """Part of `SmacQuizBlock`."""

    def student_view_data(self, context: Any = None) -> dict[str, Any]:
        """What is the same for every learner, for apps: no question, because a pool draws another for each."""
        del context
        exam = self.exam
        return {
            "title": self.display_name,
            "mode": self.mode,
            "questions": exam.asked if exam else sum(1 for _ in self.quiz.questions()),
            "max_score": self.max_score(),
            "pass_percent": self.rules.pass_percent if exam else None,
            "max_attempts": self.rules.attempts or None,
            "time_limit_minutes": self.rules.time_limit_minutes or None,
        }

    def user_state(self) -> dict[str, Any]:
        """What this learner did: nothing that they may not see."""
        exam = self.exam
        if exam is None:
            return {"answered": sorted(self.practice or {})}
        sitting = self.sitting(exam)
        shown = self._shows_results()
        return {
            "attempts_used": sitting.used(),
            "attempt_open": sitting.open is not None,
            "passed": sitting.is_passed if shown else None,
            "results": [one["percent"] for one in sitting.done] if shown else [],
        }

    def index_dictionary(self) -> dict[str, Any]:
        """Words to be found by: those of the questions and their answers, without remarks."""
        found = super().index_dictionary()  # type: ignore[misc]  # of XBlock
        words = [self.display_name]
        for question in self.quiz.questions():
            # In an order of their own: that of the text may be the right one.
            words += [question.plain_title, *sorted(_plain(part.html) for part in parts_of(question))]
        content = {"display_name": self.display_name, "smac_quiz_content": " ".join(filter(None, words))}
        found["content"] = {**found.get("content", {}), **content}
        found["content_type"] = "SMaC quiz"
        return found

    def generate_report_data(self, user_state_iterator: Any, limit_responses: int | None = None) -> Iterator[Any]:
        """Rows of the instructor's report on answers: for each learner `(username, {column: value})`."""
        questions = {question.id: question for question in self.quiz.questions()}
        given = 0
        for state in user_state_iterator:
            for row in _rows(state.state, questions):
                if limit_responses is not None and given >= limit_responses:
                    return
                given += 1
                yield state.username, row

    def staff_data(self, kept: dict[str, Any] | None = None) -> dict[str, Any]:
        """The key of every question, and every answer in what is `kept` of a learner: of whoever asks, without that."""
        strings = self._page().strings
        key = [
            {
                "id": question.id,
                "title": question.plain_title,
                "key": words_of_key(question),
                "remarks": len(remarks_of(question, strings)),
            }
            for question in self.quiz.questions()
        ]
        questions = {question.id: question for question in self.quiz.questions()}
        state = {"attempts": self.attempts or {}, "practice": self.practice or {}} if kept is None else kept
        return {"key": key, "rows": list(_rows(state, questions))}


def words_of_key(question: Question) -> str:
    """What is right, in words, for whoever writes or grades: never for a learner."""
    solution = solution_of(question)
    words = {part.id: _plain(part.html) or part.id for part in parts_of(question)}
    if "right" in solution:
        return "; ".join(words[one] for one in solution["right"])
    if "order" in solution:
        return " → ".join(words[one] for one in solution["order"])
    if "pairs" in solution:
        targets = {one.id: one.words for one in getattr(question, "targets", ())}
        return "; ".join(f"{words[item]} → {targets[to]}" for item, to in solution["pairs"].items())
    if "accept" in solution:
        return " / ".join(solution["accept"])
    if "low" in solution:
        return solution["value"] or f"{solution['low']} – {solution['high']}"
    if "blanks" in solution:
        chosen = {one.id: _plain(one.html) for blank in getattr(question, "blanks", ()) for one in blank.options}
        return "; ".join(" / ".join(chosen.get(one, one) for one in key) for key in solution["blanks"])
    if "points" in solution:
        return "; ".join(f"{words[one]} ({points})" for one, points in solution["points"].items())
    return ""


def words_of_answer(question: Question, answer: list[str]) -> str:
    """An answer in words: ids of what was chosen become what stands there."""
    words = {part.id: _plain(part.html) or part.id for part in parts_of(question)}
    words |= {one.id: one.words for one in getattr(question, "targets", ())}
    words |= {one.id: _plain(one.html) for blank in getattr(question, "blanks", ()) for one in blank.options}
    return "; ".join(words.get(one, one) for one in answer)


def _rows(state: dict[str, Any], questions: dict[str, Question]) -> Iterator[dict[str, Any]]:
    for name, kept in (state.get("practice") or {}).items():
        yield {"Attempt": "practice", "Tries": kept.get("tries", 1), **_row(name, kept["answer"], questions)}
    attempts = state.get("attempts") or {}
    under_way = [attempts["open"]] if attempts.get("open") else []
    for attempt in [*attempts.get("done", []), *under_way]:
        at = attempt.get("submitted")
        submitted = datetime.fromtimestamp(at, UTC).isoformat() if at else ""
        for name in attempt.get("asked", ()):
            facts = {"Attempt": attempt["number"], "Submitted": submitted, "Attempt score": attempt.get("percent", "")}
            yield {**facts, **_row(name, attempt["answers"].get(name, []), questions)}


def _row(name: str, answer: list[str], questions: dict[str, Question]) -> dict[str, Any]:
    question = questions.get(name)
    if question is None:
        return {"Question ID": name, "Question": "", "Answer": "; ".join(answer), "Correct Answer": ""}
    return {
        "Question ID": name,
        "Question": question.plain_title,
        "Answer": words_of_answer(question, answer),
        "Correct Answer": words_of_key(question),
        "Points": score_answer(question, answer),
        "Points possible": question.points,
    }


def _plain(html: str) -> str:
    return " ".join(unescape(_TAG.sub(" ", html)).split())
