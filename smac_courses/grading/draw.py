"""Which questions are asked, and in which order, from one 32-bit seed.

Every question gets a rank: MurmurHash3 (x86, 32 bit) of its key with the seed. The questions with the
lowest ranks are drawn, and shown in the order of their ranks. The rank of one question does not depend on
the others, so an update that adds a question moves nothing else. `player/src/draw.mjs` is the twin;
`tests/vectors/draw` binds the two and holds published MurmurHash3 values.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from smac_courses.model.course import Exam
from smac_courses.model.questions import Question

_MASK = 0xFFFFFFFF


def murmur3(text: str, seed: int) -> int:
    """MurmurHash3_x86_32 of the UTF-8 bytes of a text; seed and result are unsigned 32-bit numbers.

    Source: Austin Appleby's public-domain description of MurmurHash3.
    """
    data = text.encode()
    state = seed & _MASK
    whole = len(data) - len(data) % 4
    for start in range(0, whole, 4):
        state ^= _mixed(int.from_bytes(data[start : start + 4], "little"))
        state = (_rotated(state, 13) * 5 + 0xE6546B64) & _MASK
    if tail := data[whole:]:
        state ^= _mixed(int.from_bytes(tail, "little"))
    state ^= len(data)
    state = ((state ^ state >> 16) * 0x85EBCA6B) & _MASK
    state = ((state ^ state >> 13) * 0xC2B2AE35) & _MASK
    return state ^ state >> 16


def in_drawn_order(keys: Iterable[str], seed: int) -> list[str]:
    """Keys by rank; equal ranks (one in four thousand million) by the key itself."""
    return sorted(keys, key=lambda key: (murmur3(key, seed), key))


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
    """Ids of the options of one question, as shown in the attempt with that seed."""
    ids = question.option_ids()
    if not shuffle:
        return ids
    order = {f"{question.key}#{option}": option for option in ids}
    return [order[name] for name in in_drawn_order(order, seed)]


def _mixed(block: int) -> int:
    return (_rotated((block * 0xCC9E2D51) & _MASK, 15) * 0x1B873593) & _MASK


def _rotated(value: int, by: int) -> int:
    return (value << by | value >> (32 - by)) & _MASK
