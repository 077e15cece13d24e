"""A limit on the time that one module may take: the last guard behind the limits on size and nesting."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

MAX_SECONDS = 10.0  # of CPU; a module of 40,000 words takes less than one


class OutOfPatienceError(Exception):
    """The text takes too long; raised from wherever the work is at that moment."""


@contextmanager
def patience(seconds: float = MAX_SECONDS) -> Iterator[None]:
    """Let the block use so much CPU time. Where signals cannot come (another thread, Windows) there is no limit."""
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        raise OutOfPatienceError

    before = signal.signal(signal.SIGVTALRM, stop)
    # Again and again, should the first be swallowed by a callback from a library that is not written in Python.
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, 0.2)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
