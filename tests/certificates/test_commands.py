"""`smac certify` as somebody uses it who has a report of an LMS and a folder."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from support import copy_one_course

from smac_courses import certify_cli
from smac_courses.cli import smac

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ISSUER = "issuer:\n  website: https://certificates.example.com\n"
REPORT = (
    "email,name,course,score,passed,date\n"
    "ann@example.com,Ann Smith,smac-disclosure,90,passed,2026-11-20\n"
    'bob@example.com,Bob Müller,FTC disclosure,"85,5",yes,2026-11-21T10:00:00+01:00\n'
    "cy@example.com,Cy,smac-disclosure,50,failed,2026-11-21\n"
)
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    program = copy_one_course(tmp_path / "course_src")
    program.write_text(program.read_text("utf-8") + ISSUER, "utf-8")
    (tmp_path / "report.csv").write_text(REPORT, "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(certify_cli, "_now", lambda: NOW)

    def call(*arguments: str, code: int = 0) -> Result:
        result = CliRunner().invoke(smac, ["certify", *arguments], catch_exceptions=True)
        if result.exception and not isinstance(result.exception, SystemExit):
            if code == 0:
                raise result.exception
            result.output_bytes += str(result.exception).encode()
            return result
        assert result.exit_code == code, result.output
        return result

    return call


def certificates() -> list[str]:
    return sorted(path.stem for path in Path("public/c").glob("*.json"))


def test_from_a_report_to_a_site_that_verifies(run: Run) -> None:
    assert "did:web:certificates.example.com, key-2026-1" in run("keys", "new").output
    assert "2 issued; 0 hold theirs already" in run("issue", "report.csv").output
    assert "0 issued; 2 hold theirs already" in run("issue", "report.csv").output
    assert "written" in run("publish", "public").output
    assert ", 0 written" in run("publish", "public").output

    assert len(certificates()) == 2
    shown = run("verify", *(f"public/c/{name}.json" for name in certificates())).output
    assert "verified: Ann Smith, SMaC Foundation, FTC disclosure: 90 %, from 2026-11-20" in shown
    assert "verified: Bob Müller, SMaC Foundation, FTC disclosure: 85 %" in shown
    assert "0 errors" in run("audit").output


def test_keys_are_for_their_owner_alone_and_never_shown(run: Run) -> None:
    said = run("keys", "new").output + run("keys", "rotate").output

    files = [path for path in Path("certs").rglob("*") if path.is_file()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert {stat.S_IMODE(path.stat().st_mode) for path in (Path("certs"), Path("certs/keys"))} == {0o700}
    private = [path.read_bytes() for path in Path("certs/keys").iterdir()]
    assert len(private) == 3
    assert all(data.split(b"\n")[1].decode() not in said for data in private if b"PRIVATE" in data)
    os.chmod("certs/keys/key-2026-2.pem", 0o644)
    assert "others can read" in run("issue", "report.csv", code=3).output


def test_a_second_store_in_the_same_place_is_refused(run: Run) -> None:
    run("keys", "new")

    assert "has keys already" in run("keys", "new", code=2).output


def test_without_an_address_there_are_only_trials(run: Run) -> None:
    program = Path("course_src/program.yml")
    program.write_text(program.read_text("utf-8").replace(ISSUER, ""), "utf-8")

    assert "issuer: {website" in run("keys", "new", code=2).output
    assert "did:key:z6Mk" in run("keys", "new", "--trial").output
    assert "2 issued" in run("issue", "report.csv").output


def test_a_line_that_is_not_clear_stops_everything_unless_asked_otherwise(run: Run) -> None:
    run("keys", "new")
    with Path("report.csv").open("a", encoding="utf-8") as report:
        report.write("dora@example,Dora,smac-disclosure,90,passed,2026-11-20\n")
        report.write("eve@example.com,Eve,smac-disclosure,90,passed,soon\n")
    said = run("issue", "report.csv", code=1).output
    assert "report.csv:5: 'dora@example' is no e-mail address" in said
    assert "report.csv:6: 'soon' is no date that is known here" in said
    assert "Nothing was issued" in said

    assert "2 issued" in run("issue", "report.csv", "--partial", code=1).output


def test_a_dry_run_says_who_and_issues_nothing(run: Run) -> None:
    run("keys", "new")

    said = run("issue", "report.csv", "--dry-run").output
    assert "2 would be issued" in said
    assert "Bob Müller" in said
    assert "2 issued" in run("issue", "report.csv").output


def test_revoke_suspend_and_restore_are_seen_after_the_next_publish(run: Run) -> None:
    run("keys", "new")
    run("issue", "report.csv")
    run("publish", "public")
    name = certificates()[0]
    path = f"public/c/{name}.json"
    for action, word in (("suspend", "(suspended)"), ("restore", "verified:"), ("revoke", "(revoked)")):
        run(action, name, "--reason", "because")
        run("publish", "public")
        assert word in run("verify", path, code=0 if action == "restore" else 1).output


def test_statements_of_a_record_store_are_evidence_too(run: Run) -> None:
    iri = "https://training.northwind.example/courses/smac-disclosure"
    statement = {
        "id": "7d1c1c5e-0f0a-4f3a-9a52-0d7f6a4f5b1c",
        "actor": {"name": "Ann Smith", "mbox": "mailto:ann@example.com"},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/passed"},
        "object": {"id": "https://lms.example.com/activities/42"},
        "result": {"score": {"scaled": 0.875}, "success": True},
        "context": {"contextActivities": {"grouping": [{"id": f"{iri}/au"}]}},
        "timestamp": "2026-11-20T10:00:00.123Z",
    }
    other = {**statement, "id": "x", "object": {"id": "https://example.com/other"}, "context": {}}
    void = {**other, "id": "y", "verb": {"id": "http://adlnet.gov/expapi/verbs/voided"}, "object": {"id": "gone"}}
    gone = {**statement, "id": "gone", "actor": {"name": "Bob", "mbox": "mailto:bob@example.com"}}
    account = {**statement, "id": "z", "actor": {"account": {"homePage": "https://hr.example.com", "name": "4711"}}}
    Path("s.jsonl").write_text("\n".join(map(json.dumps, (statement, other, void, gone, account))), "utf-8")
    Path("people.csv").write_text("key,name,email\n4711,Dora Novák,dora@example.com\n", "utf-8")
    run("keys", "new")
    assert "4711 has no name" in run("issue", "s.jsonl", code=1).output

    said = run("issue", "s.jsonl", "--people", "people.csv").output
    assert "2 issued" in said
    assert "Dora Novák" in said
    assert "3 lines about other things" in said
    Path("list.json").write_text(json.dumps({"statements": [statement], "more": ""}), "utf-8")
    assert "0 issued; 1 hold" in run("issue", "list.json").output


def test_reports_of_known_systems_need_no_mapping_of_ones_own(run: Run) -> None:
    run("keys", "new")
    Path("moodle.csv").write_text(
        "\ufeffFirst name,Last name,Email address,Attempt,Started on,Last accessed on,Score\r\n"
        'Ann,Smith,ann@example.com,1,x,"Friday, 20 November 2026, 10:05 AM",90\r\n'
        'Bob,Jones,bob@example.com,1,x,"Friday, 20 November 2026, 10:05 AM",70\r\n',
        "utf-8",
    )
    arguments = ("issue", "moodle.csv", "--mapping", "moodle", "--course", "smac-disclosure")
    assert "1 issued" in run(*arguments).output

    Path("grades.csv").write_text("Student ID,Email,Username,Grade\n1,dora@example.com,dora,0.95\n", "utf-8")
    Path("people.csv").write_text("name,email\nDora Novák,dora@example.com\n", "utf-8")
    said = run(
        "issue", "grades.csv", "--mapping", "openedx", "--course", "smac-disclosure", "--people", "people.csv",
        "--at", "2026-11-21",
    ).output  # fmt: skip
    assert "1 issued" in said
    run("publish", "public")
    texts = [Path(f"public/c/{name}.json").read_text("utf-8") for name in certificates()]
    assert sum("graded on a server" in text for text in texts) == 1
    assert sum("learner's browser" in text for text in texts) == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("issue", "nothing.csv"), "cannot be read"),
        (("issue", "report.csv", "--course", "nothing"), "there is no course 'nothing'"),
        (("issue", "report.csv", "--mapping", "nothing"), "there are: generic, moodle, openedx"),
        (("issue", "report.csv", "--mapping", "moodle"), "has no column"),
        (("issue", "report.csv", "--at", "soon"), "is no date"),
        (("verify", "nothing.json"), "is no published site"),
        (("revoke", "nobody", "--reason", "x"), "there is no certificate nobody"),
        (("due", "--within", "soon"), "is no number of days"),
        (("reissue",), "give the ids"),
        (("mapping", "nothing"), "there is no mapping"),
    ],
)
def test_a_wrong_call_says_what_is_right(arguments: tuple[str, ...], says: str, run: Run) -> None:
    run("keys", "new")

    assert says in run(*arguments, code=2).output


def test_nothing_works_before_there_is_a_key(run: Run) -> None:
    assert "`smac certify keys new` makes one" in run("issue", "report.csv", code=2).output


def test_due_is_a_table_and_a_calendar(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("keys", "new")
    run("issue", "report.csv")
    monkeypatch.setattr(certify_cli, "_now", lambda: NOW + timedelta(days=340))

    table = run("due", "--within", "60d").output.splitlines()
    assert table[0] == '"name","email","learner","certification","ends","certificate","page"'
    assert [line.split(",")[0] for line in table[1:]] == ['"Ann Smith"', '"Bob Müller"']
    calendar = run("due", "--format", "ics").output
    assert calendar.count("BEGIN:VEVENT") == 2
    assert "DTSTART;VALUE=DATE:20271120" in calendar
    assert "SUMMARY:SMaC Foundation ends: Bob Müller" in calendar


def test_find_and_erase(run: Run) -> None:
    run("keys", "new")
    run("issue", "report.csv")
    name = run("find", "müller").output.split()[0]
    run("publish", "public")
    run("print", "public/c")
    run("badge", "public/c")
    assert sorted(path.suffix for path in Path("public/c").glob(f"{name}.*")) == [".json", ".pdf", ".svg"]
    run("erase", name, "--yes")
    assert "3 removed" in run("publish", "public").output

    assert run("find", "müller").output == ""
    assert list(Path("public/c").glob(f"{name}.*")) == []


def test_a_badge_holds_its_certificate(run: Run) -> None:
    run("keys", "new")
    run("issue", "report.csv")
    run("publish", "public")
    assert "2 badges" in run("badge", "badges").output

    assert "verified: " in run("verify", *map(str, Path("badges").iterdir())).output


def test_every_mapping_that_comes_along_can_be_copied(run: Run) -> None:
    for name in run("mapping").output.split():
        Path(f"{name}.yml").write_text(run("mapping", name).output, "utf-8")
    run("keys", "new")

    assert "2 issued" in run("issue", "report.csv", "--mapping", "generic.yml").output
