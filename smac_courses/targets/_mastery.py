"""When a manifest may name the pass mark."""

from __future__ import annotations

from smac_courses.model.course import Course


def mastery_percent(course: Course) -> int | None:
    """The pass mark for the manifest in per cent, or None where the LMS would judge otherwise than the course.

    An LMS compares the score with it when the session ends and overwrites the status: Moodle turns an attempt
    that may be repeated into `failed` and locks the learner out, and no LMS knows of a topic that must be
    passed. So it is given only where there is one attempt and no such topic.
    """
    exam = course.exam
    if exam is None or course.lms.mastery_score == "never":
        return None
    if exam.rules.attempts != 1 or any(pool.must_pass for pool in exam.pools):
        return None
    return exam.rules.pass_percent
