"""Who is certified, for how long, and how often: once for each certification, version and period."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from certifying import NOW, Desk, passed, tier

from smac_courses.certificates import issuing
from smac_courses.certificates.moments import months_later
from smac_courses.certificates.store import NoCertificate
from smac_courses.errors import UsageError

Make = Callable[..., Desk]
DAY = timedelta(days=1)


def held(made: Desk) -> list[tuple[str, int, str, str]]:
    """Whose, which period, from, until; in the order of issue."""
    found = []
    for one in made.store.standing().held.values():
        kept = made.store.read(one)
        assert kept is not None
        found.append((kept[0].name, one.period, one.valid_from[:10], one.valid_until[:10]))
    return found


def test_a_pass_is_certified_from_its_day_for_its_months(desk: Make) -> None:
    made = desk(tier(valid_months=12))
    made.issue(passed("Ann Smith", datetime(2026, 2, 28, 9, tzinfo=UTC)))

    assert held(made) == [("Ann Smith", 1, "2026-02-28", "2027-02-28")]


def test_the_same_evidence_again_gives_nothing_new(desk: Make) -> None:
    made = desk()
    first = made.issue(passed("Ann Smith"), passed("Bob Jones"))
    again = made.issue(passed("Bob Jones"), passed("Ann Smith"), passed("Ann Smith", source="other.csv:2"))

    assert (len(first.made), len(again.made), again.held) == (2, 0, 2)


def test_a_later_pass_before_the_window_gives_nothing_and_in_it_the_next_period(desk: Make) -> None:
    made = desk(tier(renewal_days=60))
    start = NOW - timedelta(days=340)
    made.issue(passed("Ann Smith", start))
    made.issue(passed("Ann Smith", start + 100 * DAY))
    assert len(held(made)) == 1
    made.issue(passed("Ann Smith", start + 330 * DAY))

    (_, _, _, until), (_, period, begins, renewed) = held(made)
    assert (period, begins) == (2, (start + 330 * DAY).date().isoformat())
    # Whoever renews early loses no day.
    assert renewed == months_later(datetime.fromisoformat(until), 12).date().isoformat()


def test_a_pass_after_the_end_begins_on_its_own_day(desk: Make) -> None:
    made = desk()
    made.issue(passed("Ann Smith", NOW - 370 * DAY), passed("Ann Smith", NOW - 2 * DAY))

    assert held(made) == [("Ann Smith", 1, "2026-11-20", "2027-11-20")]


def test_what_would_be_over_by_now_is_not_issued_and_said(desk: Make) -> None:
    assert desk().issue(passed("Ann Smith", NOW - 400 * DAY)).lapsed == 1


def test_without_an_end_there_is_one_for_ever(desk: Make) -> None:
    made = desk(tier(valid_months=0))
    made.issue(passed("Ann Smith", NOW - 2000 * DAY), passed("Ann Smith", NOW - DAY))
    made.issue(passed("Ann Smith", NOW))

    assert [(period, until) for _, period, _, until in held(made)] == [(1, "")]


def test_every_course_of_a_tier_is_needed_and_the_last_pass_is_the_day(desk: Make) -> None:
    made = desk(tier("professional", "basics", "rules"), courses=("basics", "rules"))
    assert made.issue(passed("Ann Smith", NOW - 9 * DAY)).incomplete == 1
    made.issue(passed("Ann Smith", NOW - 9 * DAY), passed("Ann Smith", NOW - 3 * DAY, course="rules"))

    assert held(made) == [("Ann Smith", 1, "2026-11-19", "2027-11-19")]


def test_passes_that_are_too_far_apart_are_not_put_together(desk: Make) -> None:
    made = desk(tier("professional", "basics", "rules"), courses=("basics", "rules"))
    found = made.issue(passed("Ann Smith", NOW - 400 * DAY), passed("Ann Smith", NOW - DAY, course="rules"))

    assert (len(found.made), found.incomplete) == (0, 1)


def test_a_policy_that_has_to_be_confirmed_is_waited_for(desk: Make) -> None:
    made = desk(tier(attestation=True))
    assert made.issue(passed("Ann Smith", NOW - 9 * DAY)).incomplete == 1
    confirmed = passed("Ann Smith", NOW - 2 * DAY, is_passed=False, attested=True)
    made.issue(passed("Ann Smith", NOW - 9 * DAY), confirmed)

    assert held(made) == [("Ann Smith", 1, "2026-11-20", "2027-11-20")]
    made.publish()
    genres = [one["genre"] for one in json.loads(made.data(made.made[0]))["evidence"]]
    assert genres == ["Exam record", "Attestation"]


def test_the_renewal_course_renews_in_time_only(desk: Make) -> None:
    rules = tier("professional", "basics", "rules", renewal_course="again")
    made = desk(rules, courses=("basics", "rules", "again"))
    start = NOW - 340 * DAY
    both = [passed("Ann Smith", start), passed("Ann Smith", start, course="rules")]
    made.issue(passed("Bob Jones", NOW - DAY, course="again"), *both)
    assert [name for name, *_ in held(made)] == ["Ann Smith"]
    made.issue(passed("Ann Smith", NOW - DAY, course="again"))
    assert [period for _, period, *_ in held(made)] == [1, 2]

    made.now = NOW + 800 * DAY
    made.issue(passed("Ann Smith", made.now - DAY, course="again"))
    assert len(held(made)) == 2


def test_another_version_of_the_rules_certifies_anew(desk: Make) -> None:
    made = desk()
    made.issue(passed("Ann Smith"))
    made.program = replace(made.program, certifications=(tier(version="2"),))
    made.issue(passed("Ann Smith"))

    names = made.store.standing().held
    assert sorted(one.version for one in names.values()) == ["1", "2"]


def test_one_learner_can_hold_several_certifications(desk: Make) -> None:
    made = desk(tier(), tier("professional", "basics", "rules"), courses=("basics", "rules"))
    made.issue(passed("Ann Smith"), passed("Ann Smith", course="rules"))

    assert len(set(made.made)) == 2


@pytest.mark.parametrize(
    ("other", "says"),
    [
        (passed("Anna Smith", key="ann@example.com", source="b.csv:7"), "is 'Anna Smith' here and 'Ann Smith' in"),
        (passed("Ann Smith", key="4711", email="ann@example.com", source="b.csv:7"), "have one address"),
    ],
)
def test_who_cannot_be_told_apart_stops_everything_or_only_themselves(other: Any, says: str, desk: Make) -> None:
    made = desk()
    found = made.issue(passed("Ann Smith"), other, passed("Bob Jones"))
    assert len(found.made) == 0
    assert says in found.problems[0]
    assert "b.csv:7" in found.problems[0]

    partial = made.issue(passed("Ann Smith"), other, passed("Bob Jones"), is_partial=True)
    assert [award.name for _, award in partial.made] == ["Bob Jones"]


def test_the_same_award_gives_the_same_bytes(desk: Make, tmp_path: Any) -> None:
    import shutil

    made = desk()
    shutil.copytree(made.folder / "certs", made.folder / "twin")
    made.issue(passed("Ann Smith"), passed("Bob Jones"))
    twin = Desk(made.folder / "x", made.program, made.courses)
    shutil.copytree(made.folder / "twin", twin.folder / "certs")
    twin.issue(passed("Bob Jones"), passed("Ann Smith"))

    assert (twin.folder / "certs/ledger.jsonl").read_bytes() == (made.folder / "certs/ledger.jsonl").read_bytes()
    for name in made.made:
        (one,) = (made.folder / "certs/issued").rglob(f"{name}.*")
        assert (twin.folder / "certs/issued" / name[:2] / one.name).read_bytes() == one.read_bytes()


def test_reissue_keeps_the_name_and_the_day_of_the_award_and_ends_the_old_one(desk: Make) -> None:
    made = desk()
    made.issue(passed("Ann Smith"))
    (name,) = made.made
    made.publish()
    before = made.data(name)
    made.now += DAY
    assert issuing.reissue(made.store, made.program, [name], made.now, name="Ann Jones") == [name]
    made.publish()
    after = json.loads(made.data(name))

    assert made.verify(made.data(name)).name == "Ann Jones"
    assert after["awardedDate"] == json.loads(before)["awardedDate"]
    assert after["validFrom"] > json.loads(before)["validFrom"]
    assert after["validUntil"] == json.loads(before)["validUntil"]
    with pytest.raises(ValueError, match="revoked"):
        made.verify(before)


@pytest.mark.parametrize("action", ["revoke", "suspend", "restore"])
def test_what_is_not_there_cannot_be_changed(action: str, desk: Make) -> None:
    with pytest.raises(NoCertificate, match="there is no certificate nobody"):
        desk().change("nobody", action)


def test_revoked_is_for_ever_and_suspended_is_not(desk: Make) -> None:
    made = desk()
    made.issue(passed("Ann Smith"))
    (name,) = made.made
    made.change(name, "suspend")
    with pytest.raises(UsageError, match="is suspended"):
        made.change(name, "suspend")
    made.change(name, "restore")
    made.change(name, "revoke")
    with pytest.raises(UsageError, match="for ever"):
        made.change(name, "restore")
    with pytest.raises(UsageError, match="is revoked"):
        issuing.reissue(made.store, made.program, [name], made.now)


def test_due_lists_what_ends_and_was_not_renewed(desk: Make) -> None:
    made = desk()
    made.issue(passed("Ann Smith", NOW - 340 * DAY), passed("Bob Jones", NOW - 10 * DAY), passed("Cy", NOW - 350 * DAY))
    assert [one.award and one.award.name for one in issuing.due(made.store, 60 * DAY, NOW)] == ["Cy", "Ann Smith"]
    made.issue(passed("Ann Smith", NOW - DAY))

    assert [one.award and one.award.name for one in issuing.due(made.store, 60 * DAY, NOW)] == ["Cy"]


def test_erasing_leaves_nothing_of_a_learner_anywhere(desk: Make) -> None:
    made = desk()
    made.issue(passed("Ann Smith"), passed("Bob Jones"))
    made.publish()
    name = next(one for one in made.made if b"Ann Smith" in made.data(one))
    issuing.erase(made.store, [name], made.now)
    published = made.publish()

    assert published.removed == 1
    files = [path for path in made.folder.rglob("*") if path.is_file()]
    assert [path.name for path in files if b"Ann" in path.read_bytes() or b"ann@" in path.read_bytes()] == []
    assert issuing.audit(made.store) == ([], [f"{name}: its file is not there (erased?)"])


def test_keys_that_were_rotated_go_on_to_verify_and_a_compromised_one_does_not(desk: Make) -> None:
    made = desk()
    made.issue(passed("Ann Smith"))
    (name,) = made.made
    made.store.rotate(made.now)
    made.publish()
    old = made.data(name)
    assert made.verify(old).name == "Ann Smith"

    made.store.rotate(made.now)
    made.store.rotate(made.now, is_compromised=True)
    made.publish()
    assert made.verify(old).name == "Ann Smith"  # signed by a key before the compromised one


def test_everything_is_signed_anew_after_a_key_was_lost(desk: Make) -> None:
    made = desk()
    made.issue(passed("Ann Smith"))
    (name,) = made.made
    made.now += DAY
    made.store.rotate(made.now, is_compromised=True)
    made.publish()
    with pytest.raises(ValueError, match="does not have the key"):
        made.verify(made.data(name))

    issuing.reissue(made.store, made.program, [name], made.now)
    made.publish()
    assert made.verify(made.data(name)).name == "Ann Smith"


def test_a_trial_needs_no_site_and_says_so(desk: Make) -> None:
    made = desk(website="")
    made.issue(passed("Ann Smith"))
    kept = made.store.read(made.store.standing().held[made.made[0]])

    assert kept is not None
    assert made.store.did.startswith("did:key:z6Mk")
    assert "cannot be revoked" in made.verify(kept[1]).notes[0]
    with pytest.raises(UsageError, match="has no site"):
        made.publish()


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        ("2024-02-29", 12, "2025-02-28"), ("2024-02-29", 48, "2028-02-29"), ("2026-08-31", 1, "2026-09-30"),
        ("2026-12-31", 2, "2027-02-28"), ("2026-01-15", 24, "2028-01-15"),
    ],
)  # fmt: skip
def test_months_end_on_a_day_that_there_is(day: str, months: int, then: str) -> None:
    start = datetime.fromisoformat(day).replace(tzinfo=UTC)

    assert months_later(start, months).date().isoformat() == then


def test_no_name_and_no_address_is_in_what_everybody_sees_but_the_certificate_itself(desk: Make) -> None:
    made = desk()
    made.issue(passed("Ann Smith"))
    made.publish()
    public = {str(path.relative_to(made.site)): path.read_bytes() for path in made.site.rglob("*") if path.is_file()}

    assert [name for name, data in public.items() if b"ann@example.com" in data] == []
    assert [name for name, data in public.items() if b"Ann Smith" in data] == [f"c/{made.made[0]}.json"]
    ledger = (made.folder / "certs/ledger.jsonl").read_text("utf-8")
    assert "Ann" not in ledger
    assert "ann@" not in ledger


def test_a_pass_in_another_language_counts_for_the_course_itself(desk: Make) -> None:
    made = desk(tier("pair", "basics", "more"), courses=("basics", "more"))
    made.courses["basics-de"] = replace(made.courses["basics"], id="basics-de", title="Grundlagen", translates="basics")
    made.issue(passed("Ann Smith", course="basics-de"), passed("Ann Smith", course="more"))
    made.publish()

    (one,) = made.made
    results = json.loads(made.data(one))["credentialSubject"]["result"]
    described = json.loads(made.data(one))["credentialSubject"]["achievement"]["resultDescription"]
    assert {result["resultDescription"] for result in results} <= {each["id"] for each in described}
    kept = made.store.read(made.store.standing().held[one])
    assert kept is not None
    assert [(each.course, each.title) for each in kept[0].passes] == [("basics", "Grundlagen"), ("more", "More")]
