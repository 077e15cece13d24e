"""Which questions are asked, and in which order, from one 32-bit seed: by the ranks of model/ranks.py.

`player/src/draw.mjs` is the twin; `tests/vectors/draw` binds the two.
"""

from __future__ import annotations

from collections.abc import Sequence

from smac_courses.model.course import Exam
from smac_courses.model.questions import MultipleChoice, Ordering, Question, SingleChoice
from smac_courses.model.ranks import in_drawn_order


def draw_exam(exam: Exam, seed: int) -> list[str]:
    """Keys of the questions of one attempt: pool after pool, `draw` of each.

    Without `shuffle` the chosen questions stay in the order of the source.
    """
    drawn: list[str] = []
    for pool in exam.pools:
        source = [question.key for question in pool.questions]
        chosen = in_drawn_order(source, seed)[: pool.draw]
        drawn += chosen if exam.rules.shuffle else [key for key in source if key in chosen]
    return drawn


def option_order(question: Question, seed: int, *, shuffle: bool) -> Sequence[str]:
    """Ids of what can be shuffled in a question, as shown in the attempt with that seed.

    Answers to choose from are shuffled where the exam is. What is to be put in order always is, and never begins
    in the right order: who has not touched it has not answered. Everything else keeps the author's order: ().
    """
    match question:
        case SingleChoice() | MultipleChoice():
            ids = question.option_ids()
            return _ranked(question, ids, seed) if shuffle else ids
        case Ordering():
            shown = _ranked(question, question.option_ids(), seed)
            return [*shown[1:], shown[0]] if tuple(shown) == question.option_ids() else shown
        case _:
            return ()


def _ranked(question: Question, ids: Sequence[str], seed: int) -> list[str]:
    order = {f"{question.key}#{option}": option for option in ids}
    return [order[name] for name in in_drawn_order(order, seed)]
