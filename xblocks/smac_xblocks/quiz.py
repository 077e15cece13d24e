"""The XBlock `smac_quiz`: a quiz in Markdown, graded on the server.

The answer key never leaves it: forms are made of questions from which the key is taken out (`model/masked.py`), and
what a learner has earned to see comes in the answers of handlers.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from importlib import resources
from typing import Any

from web_fragments.fragment import Fragment
from webob import Request, Response
from xblock.completable import CompletableXBlockMixin
from xblock.core import XBlock
from xblock.fields import Boolean, Dict, Float, Integer, List, Scope, String
from xblock.scorable import ScorableXBlockMixin, Score

from smac_courses.grading.judge import is_empty, score_answer
from smac_courses.html.page import exam_facts
from smac_courses.model.codec import attested
from smac_courses.model.course import Exam
from smac_courses.model.languages import direction
from smac_courses.model.questions import Attestation, Question
from smac_courses.model.rules import EXTRA_TIME, Rules
from smac_courses.player import bundle
from smac_xblocks.deadlines import Progress, closes_at, is_closed, shows_key, shows_results
from smac_xblocks.olx import InlineText
from smac_xblocks.platform import NobodyHere, state_of
from smac_xblocks.reports import Reports
from smac_xblocks.requests import Refusal, handler, learner_answer
from smac_xblocks.scoring import COUNTS, Counts, most_points, share_that_counts
from smac_xblocks.showing import Page, state_for, words_for
from smac_xblocks.sitting import Refused, Sitting
from smac_xblocks.studio import Studio
from smac_xblocks.text import Quiz, Text, policy_of, quiz_of, with_rules

SCOPE = "smac"
_START = """\
### Which posts need a disclosure? {#which}

- [x] Praise for your employer's product
  > Employment is a tie that readers want to know of.
- [ ] A photo of your lunch
- [x] A review of a friend's book

> The test is whether the tie would change how readers take your words.
"""


_LONGEST_NAME = 255


def _(words: str) -> str:
    """Words of Studio: marked here, translated where they are shown."""
    return words


# For the course team, in the language that the platform shows them.
TEAM = {
    "team": _("Course team"),
    "username": _("Username (empty: your own answers)"),
    "show": _("Show key and answers"),
    "key": _("Key"),
    "answers": _("Answers"),
    "none": _("No answers yet."),
    "nobody": _("Nobody of this name has been here."),
    "no_platform": _("Answers of others can be seen on the platform only."),
    "failed": _("The server did not answer."),
}


@XBlock.needs("i18n")
@XBlock.wants("user")
@XBlock.wants("replace_urls")
class SmacQuizBlock(InlineText, Studio, Reports, ScorableXBlockMixin, CompletableXBlockMixin, XBlock):
    """A quiz: practice with feedback at once, or graded with attempts, a pass mark and a time limit."""

    icon_class = "problem"
    has_score = True
    has_custom_completion = True
    show_in_read_only_mode = True
    i18n_js_namespace = "SmacQuizI18N"

    # -- the quiz ---------------------------------------------------------------------------------------

    display_name = String(display_name=_("Title"), default="Quiz", scope=Scope.settings)
    markdown = String(display_name=_("Questions"), default=_START, scope=Scope.content)
    quiz_id = String(default="quiz", scope=Scope.content)
    language = String(
        display_name=_("Language"), help=_("Of the questions, such as en or pt-BR."), default="en", scope=Scope.settings
    )
    variables = Dict(
        display_name=_("Variables"),
        help=_('What stands for {{ company.name }} and the like: {"company.name": "Northwind"}.'),
        default={},
        scope=Scope.content,
    )
    policy = Dict(default={}, scope=Scope.content)
    mode = String(
        display_name=_("Use"),
        help=_("practice: feedback at once, as often as one likes, no grade. graded: attempts and a grade."),
        default="practice",
        values=["practice", "graded"],
        scope=Scope.settings,
    )
    credit = String(
        display_name=_("Partial credit"),
        help=_("For questions that do not say: all, each or right-minus-wrong."),
        default="all",
        values=["all", "each", "right-minus-wrong"],
        scope=Scope.settings,
    )

    # -- the rules --------------------------------------------------------------------------------------

    pass_percent = Integer(
        display_name=_("Pass mark"),
        help=_("In per cent. An attempt that is not passed is never graded as high as this."),
        default=80,
        values={"min": 1, "max": 100},
        scope=Scope.settings,
    )
    max_attempts = Integer(
        display_name=_("Attempts"),
        help=_("How often a learner may try; empty or 0 for any number."),
        default=None,
        values={"min": 0, "max": 1000},
        scope=Scope.settings,
    )
    wait_hours = Integer(
        display_name=_("Hours between attempts"),
        help=_("How long to wait after an attempt."),
        default=0,
        values={"min": 0, "max": 8760},
        scope=Scope.settings,
    )
    counts = String(
        display_name=_("Which attempt counts"),
        help=_("highest, last, first or average."),
        default="highest",
        values=list(COUNTS),
        scope=Scope.settings,
    )
    feedback = String(
        display_name=_("Feedback"),
        help=_("each: after every answer, which is final then. after: when all is submitted. never: only the score."),
        default="after",
        values=["each", "after", "never"],
        scope=Scope.settings,
    )
    shuffle = Boolean(
        display_name=_("Shuffle"), help=_("Questions and answers in another order each time."), default=True,
        scope=Scope.settings,
    )  # fmt: skip
    time_limit_minutes = Integer(
        display_name=_("Minutes"),
        help=_("For one attempt; 0 for no limit."),
        default=0,
        values={"min": 0, "max": 1440},
        scope=Scope.settings,
    )
    extra_time = List(
        display_name=_("More time"),
        help=_('What learners may take who need more: [1.5, 2, "none"], or [].'),
        default=[1.5, 2, "none"],
        scope=Scope.settings,
    )
    weight = Float(
        display_name=_("Weight"),
        help=_("Points in the gradebook; empty for those of the questions."),
        default=None,
        values={"min": 0},
        scope=Scope.settings,
    )

    # -- what a learner did -----------------------------------------------------------------------------

    practice = Dict(default={}, scope=Scope.user_state)  # the last answer by question, with `tries` and `points`
    attempts = Dict(default={}, scope=Scope.user_state)  # see sitting.py
    score = Dict(default={}, scope=Scope.user_state)  # what the gradebook was told: raw_earned, raw_possible, override

    # -- the quiz and its state -------------------------------------------------------------------------

    @property
    def text(self) -> Text:
        """What the quiz is read from."""
        return Text.of(
            self.markdown,
            self.quiz_id,
            is_exam=self.is_graded,
            language=self.language,
            credit=self.credit,
            variables=self.variables or {},
        )

    @property
    def quiz(self) -> Quiz:
        """The questions."""
        return quiz_of(self.text)

    @property
    def is_graded(self) -> bool:
        """Whether there is anything to grade; practice has no score."""
        return self.mode == "graded"

    @property
    def rules(self) -> Rules:
        """The settings as rules, whatever stands in them."""
        allowances = {EXTRA_TIME[one] for one in self.extra_time or () if one in EXTRA_TIME}
        return Rules(
            pass_percent=min(100, max(1, self.pass_percent or 1)),
            attempts=max(0, self.max_attempts or 0),
            shuffle=bool(self.shuffle),
            feedback=self.feedback if self.feedback in {"each", "after", "never"} else "after",
            wait_hours=max(0, self.wait_hours or 0),
            time_limit_minutes=max(0, self.time_limit_minutes or 0),
            extra_time=tuple(sorted(allowances)),
        )

    @property
    def exam(self) -> Exam | None:
        """The graded quiz under its rules; None for practice, and for a text without questions."""
        exam = self.quiz.exam
        return with_rules(exam, self.rules) if exam else None

    @property
    def counting(self) -> Counts:
        """Which attempt counts."""
        return next((one for one in COUNTS if one == self.counts), "highest")

    def now(self) -> datetime:
        """The time of the server."""
        return datetime.now(UTC)

    def sitting(self, exam: Exam) -> Sitting:
        """The learner's attempts, at this moment."""
        now = self.now()
        return Sitting(
            exam, dict(self.attempts or {}), int(now.timestamp()), is_closed(self, now), not self._shows_results()
        )

    @property
    def is_staff(self) -> bool:
        """Whether the platform says that somebody of the course team looks."""
        return bool(self._of_user("edx-platform.user_is_staff"))

    def _of_user(self, name: str) -> Any:
        service = self.runtime.service(self, "user")
        user = service.get_current_user() if service else None
        return user.opt_attrs.get(name) if user else None

    # -- views ------------------------------------------------------------------------------------------

    @XBlock.supports("multi_device")
    def student_view(self, context: dict[str, Any] | None = None) -> Fragment:
        """What a learner sees: an empty place, and the data from which the script fills it."""
        del context
        self._settle()
        return self._with_team_view(self.view()) if self.is_staff else self._fragment(self.view())

    def public_view(self, context: dict[str, Any] | None = None) -> Fragment:
        """What somebody sees who has not signed in: the rules, and no question."""
        del context
        locale = bundle.locale(self.language)
        exam = self.exam
        facts = exam_facts(exam, locale.page) if exam else ""
        return self._fragment({**self._frame(), "facts": facts, "notice": locale.block["sign_in"]})

    def _fragment(self, data: dict[str, Any]) -> Fragment:
        fragment = Fragment(f'<div class="{SCOPE}" data-smac-quiz></div>')
        fragment.add_css(bundle.block_style(f".{SCOPE}"))
        fragment.add_javascript(bundle.block_script())
        fragment.initialize_js("SmacQuizBlock", data)
        return fragment

    def _with_team_view(self, view: dict[str, Any]) -> Fragment:
        """What the course team sees: the quiz as it is for them, and below it a way to the answers of learners."""
        fragment = self._fragment(view)
        fragment.add_javascript(resources.files("smac_xblocks").joinpath("static/team.js").read_text("utf-8"))
        translate = self.runtime.service(self, "i18n").gettext
        fragment.initialize_js(
            "SmacQuizTeam", {"view": view, "words": {name: translate(one) for name, one in TEAM.items()}}
        )
        return fragment

    def _page(self) -> Page:
        service = self.runtime.service(self, "replace_urls")
        finish = service.replace_urls if service else str
        policy = policy_of(self.policy or {})
        return Page(self._prefix(), bundle.locale(self.language).page, policy, finish, self.quiz.sources)

    def _prefix(self) -> str:
        """What keeps the ids of this block apart from those of all others on a page."""
        return "q" + "".join(one if one.isascii() and one.isalnum() else "-" for one in str(self.scope_ids.usage_id))

    def _frame(self) -> dict[str, Any]:
        """What the script needs whatever there is to show."""
        locale = bundle.locale(self.language)
        return {
            "title": self.display_name,
            "language": self.language,
            "direction": direction(self.language),
            "locale": locale.tag,
            "words": words_for(locale.page, locale.player, locale.block),
            "mode": self.mode,
        }

    def view(self) -> dict[str, Any]:
        """Everything that this learner may see now. No key, no remark that was not earned."""
        frame = self._frame()
        if self.quiz.errors or not any(self.quiz.questions()):
            return {**frame, "broken": True, "notice": bundle.locale(self.language).player["broken"]}
        exam = self.exam
        return {**frame, **(self._exam_view(exam) if exam else self._practice_view())}

    def _practice_view(self) -> dict[str, Any]:
        page = self._page()
        questions = {}
        for question in self.quiz.questions():
            kept = (self.practice or {}).get(question.id, {}).get("answer")
            form = page.form(question, with_check=True, seed=0, is_shuffled=False, is_exam=False)
            questions[question.id] = {**form, "answer": state_for(page.mask(question), kept)}
        parts = page.around(self.quiz.blocks)
        texts = [part.get("html", "") for part in parts]
        return {
            "parts": parts,
            "questions": questions,
            "sources": page.sources(self.quiz.sources, [*(one["html"] for one in questions.values()), *texts]),
            "closed": self._closing(),
        }

    def _exam_view(self, exam: Exam) -> dict[str, Any]:
        page, sitting = self._page(), self.sitting(exam)
        shows = self._shows_results()
        opened = self._open_view(exam, sitting, page) if sitting.open else None
        result = self._result_view(exam, sitting, page) if sitting.done and shows else None
        asked = [one for part in (opened, result) if part for one in part["questions"]]
        return {
            "facts": page.finish(exam_facts(exam, page.strings)),
            "rules": {
                "passPercent": exam.rules.pass_percent,
                "feedback": exam.rules.feedback,
                "counts": self.counting,
                "timeLimitMinutes": exam.rules.time_limit_minutes,
                "extraTime": list(exam.rules.extra_time),
                "waitHours": 0,
            },
            "attempts": {
                "used": sitting.used(),
                "left": sitting.attempts_left(),
                "whyNot": sitting.why_not(),
                "wait": sitting.wait(),
            },
            "closed": self._closing(),
            "open": opened,
            "result": result,
            "resultHidden": self._hidden_words() if sitting.done and not shows else None,
            "sources": page.sources(self.quiz.sources, [one["html"] for one in asked]),
        }

    def _open_view(self, exam: Exam, sitting: Sitting, page: Page) -> dict[str, Any]:
        attempt = sitting.open or {}
        questions = []
        for question in sitting.questions(attempt):
            answer = attempt["answers"].get(question.id)
            is_final = question.id in attempt["checked"]
            shown = {
                **self._exam_form(exam, attempt, page, question),
                "answer": state_for(page.mask(question), answer),
                "checked": is_final,
            }
            if is_final and self._shows_results():
                shown["judged"] = page.judged(question, answer, with_key=self._shows_key(sitting))
            questions.append(shown)
        return {
            "number": attempt["number"],
            "secondsLeft": sitting.seconds_left(),
            "allowance": attempt["allowance"],
            "moreTime": sitting.next_allowance(),
            "questions": questions,
        }

    def _exam_form(self, exam: Exam, attempt: dict[str, Any], page: Page, question: Question) -> dict[str, Any]:
        return page.form(
            question,
            with_check=exam.rules.feedback == "each",
            seed=attempt["seed"],
            is_shuffled=exam.rules.shuffle,
            is_exam=True,
        )

    def _result_view(self, exam: Exam, sitting: Sitting, page: Page) -> dict[str, Any]:
        last = sitting.done[-1]
        titles = {pool.id: (pool.title, pool.must_pass) for pool in exam.pools}
        share = share_that_counts(sitting.done, self.counting, exam.rules.pass_percent)
        return {
            "number": last["number"],
            "percent": last["percent"],
            "passed": sitting.is_passed,
            "isLastPassed": last["passed"],
            "how": last["how"],
            "counts": int(share * 100),
            "topics": [
                {"title": titles[one["id"]][0], "needed": titles[one["id"]][1], **one}
                for one in last["topics"]
                if one["id"] in titles
            ],
            "attempts": [{"number": one["number"], "percent": one["percent"]} for one in sitting.done],
            "questions": self._judged_view(exam, sitting, page),
        }

    def _judged_view(self, exam: Exam, sitting: Sitting, page: Page) -> list[dict[str, Any]]:
        last = sitting.done[-1]
        if exam.rules.feedback == "never" or "asked" not in last:
            return []
        with_key = self._shows_key(sitting)
        return [
            {
                **self._exam_form(exam, last, page, question),
                "answer": state_for(page.mask(question), last["answers"].get(question.id)),
                "judged": page.judged(question, last["answers"].get(question.id, []), with_key=with_key),
            }
            for question in sitting.questions(last)
        ]

    def _closing(self) -> dict[str, Any]:
        end = closes_at(self)
        return {"at": int(end.timestamp()) if end else None, "isOver": is_closed(self, self.now())}

    def _shows_results(self) -> bool:
        return shows_results(self, self.now(), is_staff=self.is_staff)

    def _hidden_words(self) -> dict[str, Any]:
        end = closes_at(self)
        is_later = getattr(self, "show_correctness", "") == "past_due" and end is not None
        return {"from": int(end.timestamp()) if is_later and end else None}

    def _shows_key(self, sitting: Sitting) -> bool:
        end = closes_at(self)
        progress = Progress(
            attempts=sitting.used(),
            most=sitting.exam.rules.attempts,
            is_passed=sitting.is_passed,
            is_closed=sitting.is_closed,
            is_past_due=end is not None and end < self.now(),
            is_staff=self.is_staff,
        )
        least = getattr(self, "attempts_before_showanswer_button", 0) or 0
        return shows_key(self._showanswer(), progress, least)

    def _showanswer(self) -> str:
        rule = getattr(self, "showanswer", None)
        return "finished" if rule is None else str(rule)

    # -- handlers ---------------------------------------------------------------------------------------

    @XBlock.handler
    def state(self, request: Request, suffix: str = "") -> Response:
        """How things stand: for a page that was open for a while."""
        return handler(self, request, suffix, lambda body: {})

    @XBlock.handler
    def start(self, request: Request, suffix: str = "") -> Response:
        """Begin an attempt: `{allowance}`."""

        def act(body: dict[str, Any]) -> dict[str, Any]:
            sitting = self._sitting()
            sitting.start(secrets.randbits(32), _whole(body, "allowance", 0))
            self._keep(sitting)
            self._tell("smac.quiz.started", {"attempt": sitting.open and sitting.open["number"]})
            return {}

        return handler(self, request, suffix, act)

    @XBlock.handler
    def keep(self, request: Request, suffix: str = "") -> Response:
        """Keep an answer of the open attempt: `{attempt, question, answer}`. Nothing of it is graded."""

        def act(body: dict[str, Any]) -> dict[str, Any]:
            sitting = self._sitting()
            question, answer = self._answer(body)
            sitting.save(_whole(body, "attempt"), question.id, answer)
            self._keep(sitting)
            return {"saved": True, "secondsLeft": sitting.seconds_left()}

        return handler(self, request, suffix, act)

    @XBlock.handler
    def check(self, request: Request, suffix: str = "") -> Response:
        """Judge one answer, `{question, answer}` and `attempt` where there is one; in an attempt it is final."""

        def act(body: dict[str, Any]) -> dict[str, Any]:
            question, answer = self._answer(body)
            if not self.is_graded:
                return {"judged": self._practise(question, answer)}
            sitting = self._sitting()
            sitting.check(_whole(body, "attempt"), question.id, answer)
            self._keep(sitting)
            self._tell_answer(question, answer, sitting.open and sitting.open["number"])
            return {}

        return handler(self, request, suffix, act)

    @XBlock.handler
    def extend(self, request: Request, suffix: str = "") -> Response:
        """Take more time, where the rules allow it: `{attempt}`."""

        def act(body: dict[str, Any]) -> dict[str, Any]:
            sitting = self._sitting()
            sitting.more_time(_whole(body, "attempt"))
            self._keep(sitting)
            return {}

        return handler(self, request, suffix, act)

    @XBlock.handler
    def submit(self, request: Request, suffix: str = "") -> Response:
        """End an attempt and grade it: `{attempt}`."""

        def act(body: dict[str, Any]) -> dict[str, Any]:
            sitting = self._sitting()
            if sitting.submit(_whole(body, "attempt")):
                self._ended(sitting)
            return {}

        return handler(self, request, suffix, act)

    @XBlock.handler
    def student_view_user_state(self, request: Request, suffix: str = "") -> Response:
        """What a learner did, for the platform's apps."""
        del request, suffix
        return Response(json_body=self.user_state())

    @XBlock.handler
    def staff(self, request: Request, suffix: str = "") -> Response:
        """Every answer of a learner with the key, for the course team alone: `{username}`, empty for one's own."""

        def act(body: dict[str, Any]) -> dict[str, Any]:
            if not self.is_staff:
                raise Refusal(403, "staff")
            username = body.get("username", "")
            if not isinstance(username, str) or len(username) > _LONGEST_NAME:
                raise Refusal(400, "shape")
            return {"staff": self.staff_data(self._kept_of(username.strip()))}

        return handler(self, request, suffix, act)

    def _kept_of(self, username: str) -> dict[str, Any] | None:
        if not username:
            return None
        try:
            kept = state_of(username, self.scope_ids.usage_id)
        except NobodyHere:
            raise Refusal(503, "no platform") from None
        if kept is None:
            raise Refusal(404, "nobody")
        return kept

    # -- what handlers do -------------------------------------------------------------------------------

    def _sitting(self) -> Sitting:
        exam = self.exam
        if exam is None:
            raise Refused("attempt")
        if self.quiz.errors:
            raise Refused("broken")
        self._settle()
        return self.sitting(exam)

    def _settle(self) -> None:
        """Bring the learner's attempts up to date: with an edited quiz, and with the clock."""
        exam = self.exam
        if exam is None:
            return
        sitting = self.sitting(exam)
        was_repaired = sitting.repair()
        if sitting.settle():
            self._ended(sitting)
        elif was_repaired:
            self._keep(sitting)

    def _keep(self, sitting: Sitting) -> None:
        self.attempts = sitting.state

    def _answer(self, body: dict[str, Any]) -> tuple[Question, list[str]]:
        """The question that a request names, and its answer in real ids."""
        name = body.get("question")
        if not isinstance(name, str):
            raise Refusal(400, "shape")
        question = next((one for one in self.quiz.questions() if one.id == name), None)
        if question is None:
            raise Refused("question")
        answer = self._page().mask(question).answer(learner_answer(body.get("answer"), question.kind))
        if isinstance(question, Attestation) and not is_empty(answer):
            # Which words were confirmed, and when, is not for the browser to say.
            answer = [self.now().date().isoformat(), attested(policy_of(self.policy or {}), question).mark]
        return question, answer

    def _practise(self, question: Question, answer: list[str]) -> dict[str, Any]:
        if is_closed(self, self.now()):
            raise Refused("closed")
        if is_empty(answer):
            raise Refused("empty")
        points = score_answer(question, answer)
        before = (self.practice or {}).get(question.id, {})
        kept = {"answer": answer, "points": points, "tries": before.get("tries", 0) + 1}
        self.practice = {**(self.practice or {}), question.id: kept}
        self._tell_answer(question, answer, None)
        ids = [one.id for one in self.quiz.questions()]
        self.emit_completion(sum(one in self.practice for one in ids) / len(ids))
        if not self._shows_results():
            return {}
        with_key = points == question.points and self._showanswer() != "never"
        return self._page().judged(question, answer, with_key=with_key)

    def _ended(self, sitting: Sitting) -> None:
        """An attempt has come to its end: keep it, grade it, say so."""
        self._keep(sitting)
        last = sitting.done[-1]
        self._publish_score(self._score_of(sitting.done, sitting.exam))
        self.emit_completion(1.0)
        for question in sitting.questions(last):
            answer = last["answers"].get(question.id, [])
            if answer and question.id not in last["checked"]:
                self._tell_answer(question, answer, last["number"])
        facts = ("number", "how", "points", "max", "percent", "passed", "topics", "started", "submitted")
        self._tell("smac.quiz.submitted", {name: last[name] for name in facts})

    def _tell(self, name: str, facts: dict[str, Any]) -> None:
        """An event for the platform's log and its analytics."""
        self.runtime.publish(self, name, {"quiz": self.quiz_id, "digest": self.quiz.digest, **facts})

    def _tell_answer(self, question: Question, answer: list[str], attempt: int | None) -> None:
        facts = {
            "question": question.id,
            "kind": question.kind,
            "answer": answer,
            "points": score_answer(question, answer),
            "max": question.points,
            "attempt": attempt,
        }
        self._tell("smac.quiz.answered", facts)

    # -- grades: the interface of the platform ----------------------------------------------------------

    def max_score(self) -> float | None:
        """Points of a whole attempt, before any weight; None for practice, which has no grade."""
        exam = self.exam
        return float(most_points(exam)) if exam else None

    def has_submitted_answer(self) -> bool:
        """Whether there is anything to grade again."""
        return bool((self.attempts or {}).get("done"))

    def get_score(self) -> Score:
        """What the gradebook was told."""
        kept = self.score or {}
        return Score(float(kept.get("raw_earned", 0)), float(kept.get("raw_possible", self.max_score() or 0)))

    def set_score(self, score: Score) -> None:
        """Keep a score: that of an attempt, or one that an instructor has set."""
        self.score = {"raw_earned": score.raw_earned, "raw_possible": score.raw_possible}

    def calculate_score(self) -> Score:
        """The score by the key of today; nothing is kept of it."""
        exam = self.exam
        if exam is None:
            return self.get_score()
        return self._score_of(self.sitting(exam).regraded(), exam)

    def rescore(self, only_if_higher: bool | None) -> None:
        """Grade every attempt again, and tell the gradebook.

        Raises TypeError for practice, ValueError before the first attempt.
        """
        exam = self.exam
        if exam is None:
            raise TypeError("practice has no score")
        if not self.has_submitted_answer():
            raise ValueError("nothing was submitted yet")
        sitting = self.sitting(exam)
        sitting.state["done"] = sitting.regraded()
        score = self._score_of(sitting.done, exam)
        if only_if_higher and _share_of(score) < _share_of(self.get_score()):
            return
        self._keep(sitting)
        self._publish_score(score, only_if_higher)

    def allows_rescore(self) -> bool:
        """Only what is graded can be graded again."""
        return self.is_graded

    def publish_grade(self, score: Score | None = None, only_if_higher: bool | None = None) -> None:
        """Tell the gradebook a score: that which is kept. The platform calls it after an instructor's override."""
        self._publish_grade(score or self.get_score(), only_if_higher)

    def _publish_score(self, score: Score, only_if_higher: bool | None = None) -> None:
        self.set_score(score)
        self._publish_grade(score, only_if_higher)

    def _score_of(self, results: list[dict[str, Any]], exam: Exam) -> Score:
        most = most_points(exam)
        share = share_that_counts(results, self.counting, exam.rules.pass_percent)
        return Score(float(share * most), float(most))


def _share_of(score: Score) -> float:
    return score.raw_earned / score.raw_possible if score.raw_possible else 0.0


def _whole(body: dict[str, Any], name: str, usual: int | None = None) -> int:
    value = body.get(name, usual)
    if not isinstance(value, int) or isinstance(value, bool):
        raise Refusal(400, "shape")
    return value
