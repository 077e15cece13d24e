"""What a learner has done, packed into a short ASCII text.

SCORM 1.2 keeps 4,096 characters of `cmi.suspend_data`. The text here is `2` (the version of this layout),
the bits below in the URL-safe Base64 alphabet, then four characters of checksum. An LMS that cuts the text,
or changes a letter's case, is found out: `unpack_state` refuses, and the player starts from what else it has.

Numbers are written in groups of n bits, low group first, each group after one bit that says whether another
follows (`number(n)`). Everything is found by the ordinals of `course.lock`, so a text written by one version
of a course is understood by the next.

    sequence number(4) · place number(4) · run 32 bits
    lessons:   count number(4), then one bit for each ordinal below it: done
    practice:  count number(4), then for each ordinal below it one bit, and if set: the last answer
    exam:      one bit, and if set: attempts used number(2),
               if any were: best per cent 7 bits, passed 1 bit, last per cent 7 bits, passed 1 bit, finished at 32 bits;
               one bit, and if set an attempt: seed 32 bits, submitted 1 bit,
               one bit, and if set its time: allowance 2 bits, seconds spent number(6), saved at 32 bits;
               count number(4), then for each question drawn: ordinal number(4), one bit, and if set: answer, and one
               bit that says whether it was checked and is final
    answer:    count number(2), then that many number(3)

`player/src/state.mjs` is the twin; `tests/vectors/state` binds the two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

VERSION = "2"
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_VALUES = {letter: value for value, letter in enumerate(_ALPHABET)}
_CHECKSUM_LENGTH = 4

# The running number only has to differ from the one before: some LMSs skip a value that did not change.
SEQUENCE_LIMIT = 1 << 16
MAX_ATTEMPTS_COUNTED = 255
# A time that goes on while the course is closed has no natural end; more than this is not told apart.
_MOST_SECONDS = (1 << 24) - 1
PLACE_HOME = 0
PLACE_EXAM = 1
PLACE_FIRST_LESSON = 2

Answer = tuple[int, ...]
_Kept = TypeVar("_Kept")


class StateError(ValueError):
    """A text that is not a state, or not whole any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Per cent (0 to 100) and pass of one attempt."""

    percent: int
    passed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamAnswer:
    """An answer in an exam; with feedback after each question, a checked one is final."""

    answer: Answer
    checked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """The time of an attempt with a limit: the allowance of `model.rules`, seconds spent, the moment of saving."""

    allowance: int
    spent: int
    saved_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptState:
    """The attempt that is open, or the last one. `drawn` gives each question's answer, None if it has none."""

    seed: int
    submitted: bool
    drawn: Mapping[int, ExamAnswer | None]
    timed: Timed | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamState:
    """Attempts so far. `best` and `last` are None before the first was submitted; `finished_at` is its moment."""

    used: int = 0
    best: Result | None = None
    last: Result | None = None
    finished_at: int = 0
    attempt: AttemptState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Everything that must survive a closed tab.

    `practice` has the last answer by ordinal; `place` is 0 (home), 1 (exam) or 2 + a
    lesson's ordinal. `run` is a random number that a learner's first save draws and that never changes: a copy
    of the state on the learner's device belongs to what the LMS kept when both have the same.
    """

    sequence: int = 0
    run: int = 0
    place: int = PLACE_HOME
    lessons_done: frozenset[int] = frozenset()
    practice: Mapping[int, Answer] = field(default_factory=dict)
    exam: ExamState | None = None


def pack_state(state: State) -> str:
    """The state as text: ASCII letters, digits, `-` and `_`."""
    bits = _Writer()
    bits.number(4, state.sequence % SEQUENCE_LIMIT)
    bits.number(4, state.place)
    bits.fixed(32, state.run)
    _write_up_to(bits, dict.fromkeys(state.lessons_done, True), lambda _: None)
    _write_up_to(bits, state.practice, lambda answer: _write_answer(bits, answer))
    bits.bit(state.exam is not None)
    if state.exam is not None:
        _write_exam(bits, state.exam)
    body = VERSION + bits.text()
    return body + checksum(body)


def unpack_state(text: str) -> State:
    """The state that was packed.

    Raises StateError when the text was cut, changed or written by a layout that is not known here.
    """
    body, check = text[:-_CHECKSUM_LENGTH], text[-_CHECKSUM_LENGTH:]
    if not body.startswith(VERSION) or checksum(body) != check:
        raise StateError("the saved progress is damaged or of another version")
    bits = _Reader(body[1:])
    sequence = bits.number(4)
    place = bits.number(4)
    run = bits.fixed(32)
    lessons = _read_up_to(bits, lambda: True)
    practice = _read_up_to(bits, lambda: _read_answer(bits))
    return State(
        sequence=sequence,
        run=run,
        place=place,
        lessons_done=frozenset(lessons),
        practice=practice,
        exam=_read_exam(bits) if bits.bit() else None,
    )


def longest_state(
    *,
    lessons: Iterable[int],
    practice: Mapping[int, Answer],
    asked: Iterable[tuple[int, Answer]],
    has_exam: bool,
) -> int:
    """Characters of the longest state that a learner of a course can reach.

    `lessons` are the ordinals of its lessons; `practice` gives the longest answer by question ordinal;
    `asked` gives, for the longest draw, each question's ordinal and longest answer.
    """
    ordinals = list(lessons)
    most = Result(percent=100, passed=True)
    exam = ExamState(
        used=MAX_ATTEMPTS_COUNTED,
        best=most,
        last=most,
        attempt=AttemptState(
            seed=0,
            submitted=True,
            timed=Timed(allowance=0, spent=_MOST_SECONDS, saved_at=0),
            drawn={ordinal: ExamAnswer(answer=answer) for ordinal, answer in asked},
        ),
    )
    worst = State(
        sequence=SEQUENCE_LIMIT - 1,
        place=max(ordinals, default=0) + PLACE_FIRST_LESSON,
        lessons_done=frozenset(ordinals),
        practice=practice,
        exam=exam if has_exam else None,
    )
    return len(pack_state(worst))


def size_of_answer(answer: Answer) -> int:
    """Bits that an answer needs in a state."""
    bits = _Writer()
    _write_answer(bits, answer)
    return len(bits)


def checksum(body: str) -> str:
    """Four characters that change when any of the others does: 24 bits of a polynomial hash (FNV-1a, 32 bit)."""
    value = 0x811C9DC5
    for byte in body.encode():
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    value = (value ^ value >> 8) & 0xFFFFFF
    return "".join(_ALPHABET[value >> shift & 63] for shift in (18, 12, 6, 0))


def _write_up_to(bits: _Writer, kept: Mapping[int, _Kept], write: Callable[[_Kept], None]) -> None:
    count = max(kept, default=-1) + 1
    bits.number(4, count)
    for ordinal in range(count):
        bits.bit(ordinal in kept)
        if ordinal in kept:
            write(kept[ordinal])


def _read_up_to(bits: _Reader, read: Callable[[], _Kept]) -> dict[int, _Kept]:
    return {ordinal: read() for ordinal in range(bits.number(4)) if bits.bit()}


def _write_exam(bits: _Writer, exam: ExamState) -> None:
    bits.number(2, min(exam.used, MAX_ATTEMPTS_COUNTED))
    if exam.used:
        for result in (exam.best, exam.last):
            bits.fixed(7, result.percent if result else 0)
            bits.bit(result is not None and result.passed)
        bits.fixed(32, exam.finished_at)
    bits.bit(exam.attempt is not None)
    if exam.attempt is None:
        return
    bits.fixed(32, exam.attempt.seed)
    bits.bit(exam.attempt.submitted)
    bits.bit(exam.attempt.timed is not None)
    if timed := exam.attempt.timed:
        bits.fixed(2, timed.allowance)
        bits.number(6, min(timed.spent, _MOST_SECONDS))
        bits.fixed(32, timed.saved_at)
    bits.number(4, len(exam.attempt.drawn))
    for ordinal, answer in exam.attempt.drawn.items():
        bits.number(4, ordinal)
        bits.bit(answer is not None)
        if answer is not None:
            _write_answer(bits, answer.answer)
            bits.bit(answer.checked)


def _read_exam(bits: _Reader) -> ExamState:
    used = bits.number(2)
    best = _read_result(bits) if used else None
    last = _read_result(bits) if used else None
    finished_at = bits.fixed(32) if used else 0
    attempt = _read_attempt(bits) if bits.bit() else None
    return ExamState(used=used, best=best, last=last, finished_at=finished_at, attempt=attempt)


def _read_result(bits: _Reader) -> Result:
    return Result(percent=bits.fixed(7), passed=bits.bit())


def _read_attempt(bits: _Reader) -> AttemptState:
    seed = bits.fixed(32)
    submitted = bits.bit()
    timed = _read_timed(bits) if bits.bit() else None
    drawn: dict[int, ExamAnswer | None] = {}
    for _ in range(bits.number(4)):
        ordinal = bits.number(4)
        answered = bits.bit()
        drawn[ordinal] = ExamAnswer(answer=_read_answer(bits), checked=bits.bit()) if answered else None
    return AttemptState(seed=seed, submitted=submitted, timed=timed, drawn=drawn)


def _read_timed(bits: _Reader) -> Timed:
    return Timed(allowance=bits.fixed(2), spent=bits.number(6), saved_at=bits.fixed(32))


def _write_answer(bits: _Writer, answer: Answer) -> None:
    bits.number(2, len(answer))
    for value in answer:
        bits.number(3, value)


def _read_answer(bits: _Reader) -> Answer:
    return tuple(bits.number(3) for _ in range(bits.number(2)))


class _Writer:
    """Bits in, Base64 letters out; the last letter is filled with zeros."""

    def __init__(self) -> None:
        self._bits: list[int] = []

    def bit(self, value: bool) -> None:
        self._bits.append(int(value))

    def fixed(self, width: int, value: int) -> None:
        self._bits += [value >> shift & 1 for shift in range(width - 1, -1, -1)]

    def number(self, width: int, value: int) -> None:
        while True:
            value, group = divmod(value, 1 << width)
            self.bit(value > 0)
            self.fixed(width, group)
            if not value:
                return

    def __len__(self) -> int:
        return len(self._bits)

    def text(self) -> str:
        bits = self._bits + [0] * (-len(self._bits) % 6)
        letters = []
        for start in range(0, len(bits), 6):
            value = 0
            for bit in bits[start : start + 6]:
                value = value << 1 | bit
            letters.append(_ALPHABET[value])
        return "".join(letters)


class _Reader:
    """The inverse of `_Writer`; reading past the end raises StateError."""

    def __init__(self, text: str) -> None:
        if any(letter not in _VALUES for letter in text):
            raise StateError("the saved progress holds a character that was never written")
        self._bits = [_VALUES[letter] >> shift & 1 for letter in text for shift in range(5, -1, -1)]
        self._at = 0

    def bit(self) -> bool:
        return self.fixed(1) == 1

    def fixed(self, width: int) -> int:
        end = self._at + width
        if end > len(self._bits):
            raise StateError("the saved progress ends too early")
        value = 0
        for bit in self._bits[self._at : end]:
            value = value << 1 | bit
        self._at = end
        return value

    def number(self, width: int) -> int:
        value, shift = 0, 0
        while True:
            more = self.bit()
            value |= self.fixed(width) << shift
            shift += width
            if not more:
                return value
            if shift > 32:  # the twin in JavaScript stops at the same place
                raise StateError("the saved progress holds a number that was never written")
