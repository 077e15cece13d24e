"""From attempts to what a gradebook is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Literal

from smac_courses.model.course import Exam

Counts = Literal["highest", "last", "first", "average"]
COUNTS: tuple[Counts, ...] = ("highest", "last", "first", "average")


def most_points(exam: Exam) -> int:
    """Points of the worthiest draw: the same for every learner, because a gradebook knows one maximum."""
    return sum(
        sum(sorted((question.points for question in pool.questions), reverse=True)[: pool.draw]) for pool in exam.pools
    )


def share_that_counts(results: Sequence[Mapping[str, Any]], counts: Counts, pass_percent: int) -> Fraction:
    """The share of all points, 0 to 1, that the gradebook is told of; 0 without attempts."""
    shares = [_share(one, pass_percent) for one in results]
    if not shares:
        return Fraction(0)
    match counts:
        case "highest":
            return max(shares)
        case "last":
            return shares[-1]
        case "first":
            return shares[0]
        case "average":
            return sum(shares, Fraction(0)) / len(shares)


def _share(result: Mapping[str, Any], pass_percent: int) -> Fraction:
    """The share of one attempt.

    A gradebook rounds 69.5 % to 70, and knows nothing of topics that must be passed. So that what did not pass here
    never passes there, it is told at most one per cent less than the pass mark.
    """
    share = Fraction(result["points"], result["max"]) if result["max"] else Fraction(0)
    return share if result["passed"] else min(share, Fraction(max(0, pass_percent - 1), 100))
