"""How hard a text is to read, and how long it takes."""

from __future__ import annotations

import re

from smac_courses.checks.context import CheckContext
from smac_courses.checks.texts import WORD, all_blocks, module_prose, passages, sentences
from smac_courses.diagnostics import Report
from smac_courses.model.blocks import Prose
from smac_courses.model.course import Course
from smac_courses.model.languages import PLAYER_LANGUAGES, spoken

MAX_SENTENCE = 40  # words
MAX_GRADE = 14  # years of school: what many adults read only with effort
HIGHEST_GRADE = 20  # beyond, the number means nothing
ENOUGH_WORDS = 100  # below, the grade says nothing
WORDS_A_MINUTE = 200  # reading to learn, on a screen
MINUTES_A_QUESTION = 0.5
SLACK_MINUTES = 5  # nobody's day is upset by less
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT_E = re.compile(r"(?<=[aeiouy])[^\W\d_aeiouyl]+e\b")


def sentences_are_short(course: Course, context: CheckContext, report: Report) -> None:
    """Who reads in a second language, or listens, loses the beginning of a long sentence before its end."""
    for passage in context.texts(course).passages:
        if passage.words.count(" ") < MAX_SENTENCE:
            continue
        for sentence in sentences(passage.words):
            count = len(WORD.findall(sentence))
            if count > MAX_SENTENCE:
                at = context.find_sentence(sentence, passage.at)
                report.add("SMAC801", at, f"a sentence of {count} words; more than {MAX_SENTENCE} are hard to follow")


def lessons_are_readable(course: Course, context: CheckContext, report: Report) -> None:
    """Flesch-Kincaid grade level (Kincaid and others 1975), which is made for English."""
    if course.language.partition("-")[0] != "en":
        return
    for lesson in course.lessons():
        found = [
            sentence
            for block in all_blocks(lesson.blocks)
            if isinstance(block, Prose)
            for passage in passages(block.html, block.at)
            for sentence in sentences(passage.words)
            if len(sentence.split()) > 3
        ]
        text = " ".join(found)
        words = len(WORD.findall(text))
        if words < ENOUGH_WORDS:
            continue
        grade = 0.39 * words / len(found) + 11.8 * _syllables(text) / words - 15.59
        grade = min(grade, HIGHEST_GRADE)
        if grade > MAX_GRADE:
            report.add(
                "SMAC802",
                lesson.at,
                f"lesson '{lesson.plain_title}' reads like grade {grade:.0f}; above {MAX_GRADE} many readers give up",
            )


def minutes_fit_the_text(course: Course, context: CheckContext, report: Report) -> None:
    """Learners plan by the minutes that a course promises."""
    for module in course.modules:
        if not module.minutes:
            continue
        words = sum(
            len(WORD.findall(passage.words))
            for block in module_prose(module)
            for passage in passages(block.html, block.at)
        )
        questions = sum(1 for lesson in module.lessons for _ in lesson.questions())
        needed = words / WORDS_A_MINUTE + questions * MINUTES_A_QUESTION
        is_far = not module.minutes / 2 <= needed <= module.minutes * 2
        if is_far and abs(module.minutes - needed) > SLACK_MINUTES:
            report.add(
                "SMAC803",
                module.minutes_at,
                f"{module.minutes} minutes for {words:,} words and {questions} questions: {needed:.0f} are likely",
            )


def _syllables(text: str) -> int:
    """Vowel groups, without a silent e at the end of a word: near enough on average."""
    lower = text.lower()
    return len(_VOWELS.findall(lower)) - len(_SILENT_E.findall(lower))


def player_speaks_the_language(course: Course, context: CheckContext, report: Report) -> None:
    """Buttons in another language than the text stop everybody who does not know it."""
    if spoken(course.language) is None:
        hint = "languages of the player: " + ", ".join(PLAYER_LANGUAGES)
        at = context.find(f"language: {course.language}", course.at)
        report.add(
            "SMAC804", at, f"the course is in '{course.language}', the player's buttons are in English", hint=hint
        )
