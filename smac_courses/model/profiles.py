"""What a package tells an LMS where the standard leaves a choice: by name of the LMS, each choice with its reason.

SCORM leaves choices, and LMSs draw different conclusions from them. `docs/lms-profiles.md` is made from this table.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

Fail = Literal["failed", "incomplete"]
ExitOnPass = Literal["suspend", "normal"]
MasteryScore = Literal["auto", "never"]
ManifestId = Literal["full", "short"]
HideButtons = Literal["moves", "all"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LmsChoices:
    """The choices for one LMS.

    `fail` is the status after the last attempt was not passed; `exit_on_pass` is `cmi.core.exit` after the end:
    `suspend` keeps the result to look at, `normal` closes the attempt. `mastery_score` says whether the manifest
    names the pass mark where that is safe (`auto`: one attempt, no topic that must be passed), or never.
    `settle_seconds` pass between the end of the session and the words that the page can be closed. `manifest_id` is
    how long the manifest's identifier may be, `hide_buttons` which buttons of an LMS for SCORM 2004 are not shown:
    those that move between SCOs (where there is one), or those that leave it, too.
    """

    fail: Fail = "failed"
    exit_on_pass: ExitOnPass = "suspend"  # noqa: S105 - a pass, not a password
    mastery_score: MasteryScore = "auto"
    settle_seconds: int = 0
    manifest_id: ManifestId = "full"
    hide_buttons: HideButtons = "moves"


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """An LMS: its name for people, its choices, and a reason with its source for each that is not the usual one.

    What it takes is what its vendor documents, or what was tried; the checks refuse or warn of the rest.
    """

    title: str
    choices: LmsChoices = LmsChoices()
    formats: tuple[str, ...] = ()  # targets that it takes, the one to choose first; empty: whatever its manual says
    takes_modules: bool = True  # a package of several SCOs
    takes_sequencing: bool = True
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
    "moodle": Profile(
        title="Moodle",
        takes_modules=False,
        takes_sequencing=False,
        reasons=(
            (
                "sequencing: none",
                "Moodle ends the import of a package with shared objectives (mapInfo) in an error",
                "seen in Moodle 4.5.3",
            ),
            (
                "structure: one",
                "With SCORM 2004 Moodle cannot open a second SCO in a session; with SCORM 1.2 it counts the course as "
                "complete after the first SCO, unless the teacher ticks that all are required",
                "seen in Moodle 4.5.3",
            ),
        ),
    ),
    "cornerstone": Profile(
        title="Cornerstone",
        choices=LmsChoices(fail="incomplete", hide_buttons="all"),
        reasons=(
            (
                "hide_buttons: all",
                "Cornerstone puts a pane with buttons of its own beside a SCORM 2004 course; the course has its own",
                "Cornerstone help, SCORM 2004",
            ),
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
        takes_modules=False,
        takes_sequencing=False,
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
            (
                "structure: one",
                "The XBlock keeps one record for the whole package, so that SCOs would overwrite each other, and "
                "knows no sequencing",
                "openedx-scorm-xblock, source",
            ),
        ),
    ),
    "successfactors": Profile(
        title="SAP SuccessFactors Learning",
        choices=LmsChoices(manifest_id="short"),
        reasons=(
            (
                "manifest_id: short",
                "SAP makes the id of a content object from the first 15 characters of the manifest's identifier, so "
                "that two courses must differ in these",
                "SAP KBA 2316909",
            ),
        ),
    ),
    "brightspace": Profile(
        title="D2L Brightspace",
        reasons=(
            (
                "exit_on_pass: suspend",
                "The grade is taken from the raw score, its maximum and the end of the session, which always come",
                "D2L knowledge base 4271",
            ),
        ),
    ),
    "canvas": Profile(
        title="Canvas",
        reasons=(
            (
                "mastery_score: auto",
                "Canvas plays packages with a run-time that obeys the standard, the pass mark and sequencing too; "
                "nothing else is known that speaks for another choice",
                "vendor pages on the Rustici engine",
            ),
        ),
    ),
    "docebo": Profile(
        title="Docebo",
        formats=("scorm12", "scorm2004-3rd"),
        takes_sequencing=False,
        reasons=(
            (
                "formats: scorm12, scorm2004-3rd",
                "Docebo documents SCORM 1.2 and 2004 3rd Edition, and no sequencing",
                "Docebo help 360020128479",
            ),
        ),
    ),
    "talentlms": Profile(
        title="TalentLMS",
        formats=("scorm12",),
        takes_sequencing=False,
        reasons=(
            (
                "formats: scorm12",
                "SCORM 1.2 is the only edition of SCORM that TalentLMS documents",
                "TalentLMS help 26499696329756",
            ),
        ),
    ),
}


def choices_of(profile: str, own: dict[str, Any]) -> LmsChoices:
    """The choices of a profile, with those that course.yml makes itself under `report:`; both were checked before."""
    return replace(PROFILES[profile].choices, **own)
