"""What a package tells an LMS where the standard leaves a choice: by name of the LMS, each choice with its reason.

SCORM 1.2 has one status for completion and success, and LMSs draw different conclusions from it. `docs/lms-profiles.md`
is made from this table.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

Fail = Literal["failed", "incomplete"]
ExitOnPass = Literal["suspend", "normal"]
MasteryScore = Literal["auto", "never"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LmsChoices:
    """The choices for one LMS.

    `fail` is the status after the last attempt was not passed; `exit_on_pass` is `cmi.core.exit` after the end:
    `suspend` keeps the result to look at, `normal` closes the attempt. `mastery_score` says whether the manifest
    names the pass mark where that is safe (`auto`: one attempt, no topic that must be passed), or never.
    `settle_seconds` pass between the end of the session and the words that the page can be closed.
    """

    fail: Fail = "failed"
    exit_on_pass: ExitOnPass = "suspend"  # noqa: S105 - a pass, not a password
    mastery_score: MasteryScore = "auto"
    settle_seconds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """An LMS: its name for people, its choices, and a reason with its source for each that is not the usual one."""

    title: str
    choices: LmsChoices = LmsChoices()
    reasons: tuple[tuple[str, str, str], ...] = ()  # choice, why, where that is known from


PROFILES: dict[str, Profile] = {
    "generic": Profile(
        title="Any LMS",
        reasons=(
            (
                "fail: failed",
                "A learner without an attempt left is reported as failed; before that the status stays incomplete, "
                "because many LMSs lock a learner out on failed",
                "adapt-contrib-spoor, setting _onAssessmentFailure",
            ),
            (
                "exit_on_pass: suspend",
                "The result can be looked at again; with a normal exit an LMS may begin a new attempt without it",
                "Articulate Storyline always suspends",
            ),
            (
                "mastery_score: auto",
                "An LMS overwrites the status by the manifest's pass mark when the course ends; that is right only "
                "with one attempt and without a topic that must be passed",
                "SCORM 1.2 RTE 3.4.4, cmi.core.lesson_status; seen in Moodle 4.5",
            ),
        ),
    ),
    "moodle": Profile(title="Moodle"),
    "cornerstone": Profile(
        title="Cornerstone",
        choices=LmsChoices(fail="incomplete"),
        reasons=(
            (
                "fail: incomplete",
                "Cornerstone does not count failed as a completion, and tells it from in progress only where its "
                "feature Failed status is on",
                "Cornerstone help, Failed status",
            ),
        ),
    ),
    "open-edx-scorm": Profile(
        title="Open edX with the SCORM XBlock",
        choices=LmsChoices(fail="incomplete", settle_seconds=2),
        reasons=(
            (
                "settle_seconds: 2",
                "The XBlock says that it has saved at once, sends in the background, and loses what is under way when "
                "the page goes",
                "openedx-scorm-xblock, source",
            ),
            (
                "fail: incomplete",
                "The XBlock publishes the grade 0 on failed, whatever the score was",
                "openedx-scorm-xblock, source",
            ),
        ),
    ),
    "successfactors": Profile(title="SAP SuccessFactors Learning"),
    "brightspace": Profile(title="D2L Brightspace"),
    "canvas": Profile(title="Canvas"),
    "docebo": Profile(title="Docebo"),
    "talentlms": Profile(title="TalentLMS"),
}


def choices_of(profile: str, own: dict[str, Any]) -> LmsChoices:
    """The choices of a profile, with those that course.yml makes itself under `report:`; both were checked before."""
    return replace(PROFILES[profile].choices, **own)
