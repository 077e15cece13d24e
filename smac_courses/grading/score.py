"""Points for one answer. `player/src/grading.mjs` is its twin; `tests/vectors/grading` binds the two."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from smac_courses.model.questions import MultipleChoice, Question, SingleChoice


def score_answer(question: Question, answer: Sequence[str]) -> int:
    """Whole points for an answer, 0 to `question.points`.

    `answer` holds the ids of the ticked options, in any order; ids that the question does not have are
    ignored (a package may meet answers from an older version of the course), and an empty answer earns 0.
    """
    known = set(question.option_ids())
    ticked = {option for option in answer if option in known}
    right = {option.id for option in question.options if option.correct}
    match question:
        case SingleChoice():
            return question.points if len(ticked) == 1 and ticked <= right else 0
        case MultipleChoice():
            return question.points if ticked and ticked == right else 0
        case _:
            assert_never(question)
