"""Questions and exams."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from itertools import takewhile

from smac_courses.checks.context import CheckContext
from smac_courses.diagnostics import Report
from smac_courses.model.course import Course, Lesson, Module, Pool
from smac_courses.model.ids import OPTION_LETTERS
from smac_courses.model.questions import (
    UNSCORED,
    Attestation,
    Blanks,
    MultipleChoice,
    NumberAnswer,
    PostReview,
    Question,
    Scenario,
    SingleChoice,
    TextAnswer,
    TrueFalse,
    parts_of,
)

# Below these numbers of questions a pattern is chance.
ENOUGH_FOR_LENGTH = 4
ENOUGH_FOR_PLACE = 5
ENOUGH_FOR_MISTAKES = 3
MOST_IN_ONE_PLACE = 60  # per cent
CLEARLY_LONGER = 15  # characters
SHOWN = 5  # places named with a finding

_ALL_OF_THE_ABOVE = re.compile(r"\b(all|none|both) of (the|these) (above|answers|options)\b|\ball of these\b", re.I)


def _words(fragment: str) -> str:
    return _text(fragment).casefold()


def _text(fragment: str) -> str:
    if "<" not in fragment:
        return " ".join(html.unescape(fragment).split())
    pictures = re.sub(r'<img [^>]*?(?:alt="([^"]*)")[^>]*>', r" \1 ", fragment)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", pictures)).split())


def pools_hold_their_draw(course: Course, context: CheckContext, report: Report) -> None:
    """An exam cannot ask more questions than a pool has."""
    for pool in course.exam.pools if course.exam else ():
        if pool.questions and pool.draw > len(pool.questions):
            report.add(
                "SMAC220",
                pool.at,
                f"pool '{pool.title}' draws {pool.draw} of {len(pool.questions)} questions",
            )


def pools_hold_questions(course: Course, context: CheckContext, report: Report) -> None:
    """An exam needs a pool, a pool needs a question."""
    for module in course.modules:
        if module.exam and not module.exam.pools:
            report.add("SMAC221", module.at, "the exam has no pools", hint="begin a pool with a ## heading")
        for pool in module.exam.pools if module.exam else ():
            if not pool.questions:
                report.add("SMAC221", pool.at, f"pool '{pool.title}' has no questions")


def answers_have_feedback(course: Course, context: CheckContext, report: Report) -> None:
    """Without feedback, wrong answers are learned as true (Roediger & Marsh 2005)."""
    for question in course.questions():
        if question.feedback or isinstance(question, UNSCORED):
            continue
        # In a post, what is fine needs no word.
        parts = [part for part in parts_of(question) if part.is_right or not isinstance(question, PostReview)]
        if isinstance(question, TextAnswer) or not any(part.feedback for part in parts):
            by_itself = isinstance(question, TextAnswer | NumberAnswer | TrueFalse | Blanks)
            hint = "say why, in a quote at the margin below the question" if by_itself else ""
            what = "nobody learns why an answer to this question is right or wrong"
            report.add("SMAC223", question.at, what, hint=hint)
            continue
        for part in parts:
            if not part.feedback:
                why = "right" if part.is_right else "wrong"
                report.add("SMAC223", part.at, f"nobody learns why answer '{part.id}' is {why}")


def answers_differ(course: Course, context: CheckContext, report: Report) -> None:
    """Two answers with the same words cannot be told apart."""
    for question in course.questions():
        if isinstance(question, Scenario):
            continue  # the same words may be said at two points of a conversation
        seen: dict[str, str] = {}
        for part in parts_of(question):
            # The capitals of a hashtag may be what is asked.
            words = _text(part.html) if "#" in part.html else _words(part.html)
            if words and words in seen:
                report.add("SMAC224", part.at, f"answers '{seen[words]}' and '{part.id}' have the same words")
            seen[words] = part.id


def _citing(course: Course) -> Iterator[Lesson | Pool | Question]:
    """What cites objectives and clauses by itself; a question that has them from its pool does not."""
    yield from course.lessons()
    yield from course.practice()
    for pool in course.exam.pools if course.exam else ():
        yield pool
        for question in pool.questions:
            inherits = question.objectives == pool.objectives and question.clauses == pool.clauses
            if not (inherits and (pool.objectives or pool.clauses)):
                yield question


def objectives_exist(course: Course, context: CheckContext, report: Report) -> None:
    """What a question or a lesson is for is an objective of one of the course's modules."""
    known = {objective.id for module in course.modules for objective in module.objectives}
    for thing in _citing(course):
        for name in thing.objectives:
            if name not in known:
                hint = "objectives of this course: " + (", ".join(sorted(known)) or "none")
                at = context.find(name, thing.at)
                report.add("SMAC225", at, f"no module has the objective '{name}'", hint=hint)


def clauses_exist(course: Course, context: CheckContext, report: Report) -> None:
    """A citation of the policy leads to one of its clauses."""
    if not context.program.is_complete:
        return  # program.yml has errors of its own: what it names is not known
    policy = context.program.policy
    known = {clause.id for clause in policy.clauses} if policy else set()
    for thing in _citing(course):
        for name in thing.clauses:
            if name not in known:
                hint = "clauses of the policy: " + (", ".join(sorted(known)) or "none")
                if policy is None:
                    hint = "name the policy in program.yml: policy: policy.md"
                report.add("SMAC227", context.find(name, thing.at), f"the policy has no clause '{name}'", hint=hint)


def right_answers_are_not_the_longest(course: Course, context: CheckContext, report: Report) -> None:
    """Test-wise learners choose the longest answer (Haladyna and others 2002)."""
    for module, questions in _quizzes(course):
        longest = [question for question in questions if _is_longest(question)]
        if len(questions) >= ENOUGH_FOR_LENGTH and len(longest) * 2 > len(questions):
            report.add(
                "SMAC228",
                module.at,
                f"in {len(longest)} of {len(questions)} questions the right answer is clearly the longest",
                related=tuple((question.at, "for example here") for question in longest[:SHOWN]),
            )


def right_answers_change_places(course: Course, context: CheckContext, report: Report) -> None:
    """Whoever notices a pattern need not read."""
    for module, questions in _quizzes(course):
        if len(questions) < ENOUGH_FOR_PLACE or (module.exam and module.exam.rules.shuffle):
            continue
        places = [[option.correct for option in question.options].index(True) for question in questions]
        common = max(set(places), key=places.count)
        if places.count(common) * 100 > MOST_IN_ONE_PLACE * len(places):
            letter = OPTION_LETTERS[common]
            where = tuple(question.at for question, place in zip(questions, places, strict=True) if place == common)
            report.add(
                "SMAC229",
                module.at,
                f"in {places.count(common)} of {len(places)} questions answer '{letter}' is right",
                related=tuple((at, "for example here") for at in where[:SHOWN]),
            )


def time_can_be_extended(course: Course, context: CheckContext, report: Report) -> None:
    """WCAG 2.2.1: who reads with a screen reader, or in a second language, needs longer."""
    for module, _ in _quizzes(course):
        rules = module.exam.rules if module.exam else None
        if rules and rules.time_limit_minutes and not rules.extra_time:
            at = context.find("extra_time", module.at)
            report.add("SMAC231", at, f"{rules.time_limit_minutes} minutes for everybody, whatever they need")


def settings_have_an_effect(course: Course, context: CheckContext, report: Report) -> None:
    """Whoever writes `pause: true` believes that there is a clock."""
    for module, _ in _quizzes(course):
        if not module.exam:
            continue
        rules = module.exam.rules
        front = "\n".join(takewhile(lambda line: line.rstrip() != "---", context.lines.get(module.at.path, ())[1:]))
        limit = rules.time_limit_minutes > 0
        for name, is_useless, needed in (
            ("pause", rules.pause and not limit, "time_limit_minutes"),
            ("extra_time", "extra_time:" in front and not limit, "time_limit_minutes"),
            ("wait_hours", rules.wait_hours and rules.attempts == 1, "attempts: 2 or more"),
        ):
            if is_useless:
                at = context.find(f"{name}:", module.at)
                report.add("SMAC232", at, f"'{name}' does nothing here", hint=f"it needs {needed}")


def exams_forgive_a_mistake(course: Course, context: CheckContext, report: Report) -> None:
    """80 % of three questions means all three."""
    exam = course.exam
    if exam is None or exam.asked < ENOUGH_FOR_MISTAKES or exam.rules.pass_percent == 100:
        return
    if (exam.asked - 1) * 100 < exam.rules.pass_percent * exam.asked:
        at = next(module.at for module in course.modules if module.exam)
        report.add(
            "SMAC230", at, f"{exam.rules.pass_percent} % of {exam.asked} questions means every single one of them"
        )


def _quizzes(course: Course) -> Iterator[tuple[Module, list[SingleChoice]]]:
    """The single-choice questions that learners meet together: of an exam, or of a module's practice."""
    for module in course.modules:
        found = module.exam.questions() if module.exam else (q for one in module.lessons for q in one.questions())
        kept = [q for q in found if isinstance(q, SingleChoice) and any(option.correct for option in q.options)]
        yield module, kept


def _is_longest(question: SingleChoice) -> bool:
    right = max(len(_words(option.html)) for option in question.options if option.correct)
    wrong = max((len(_words(option.html)) for option in question.options if not option.correct), default=right)
    return right >= wrong * 1.25 and right - wrong >= CLEARLY_LONGER


def no_all_of_the_above(course: Course, context: CheckContext, report: Report) -> None:
    """Such an answer rewards test-taking, and makes no sense once answers are shuffled."""
    for question in course.questions():
        for part in parts_of(question) if isinstance(question, SingleChoice | MultipleChoice) else ():
            if _ALL_OF_THE_ABOVE.search(_words(part.html)):
                report.add("SMAC226", part.at, "an answer that points to the other answers")


def attestations_name_a_policy(course: Course, context: CheckContext, report: Report) -> None:
    """Who confirms a policy confirms one version of it, and the record has to say which."""
    for question in course.questions():
        if isinstance(question, Attestation) and course.policy is None and context.program.is_complete:
            report.add("SMAC242", question.at, f"the record of '{question.plain_title}' will name no policy")
