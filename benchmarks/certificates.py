"""How fast certificates are made: signed in memory against raw Ed25519, and 18,000 to disk from 50,000 lines.

python benchmarks/certificates.py [LINES]
"""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from smac_courses.certificates import evidence, issuing
from smac_courses.certificates.awards import decide, people_in
from smac_courses.certificates.evidence import CourseFacts, Reading
from smac_courses.certificates.publish import publish, site_in
from smac_courses.certificates.store import Store
from smac_courses.certificates.verify import verify
from smac_courses.diagnostics import Location
from smac_courses.model.course import Certification, Issuer, Program

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PASSED_OF_50 = 18
SIGNATURES = 20_000


def main() -> None:
    """Print what was measured."""
    lines = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    key = Ed25519PrivateKey.generate()
    began = time.process_time()
    for _ in range(SIGNATURES):
        key.sign(b"x" * 64)
    raw = SIGNATURES / (time.process_time() - began)
    print(f"raw Ed25519                    {raw:10,.0f} signatures per CPU second")
    tier = Certification(id="foundation", title="Foundation", courses=("basics",), valid_months=12, at=Location("p"))
    program = Program(
        variables={}, certifications=(tier,), at=Location("p"), issuer=Issuer(name="E", website="https://c.example.com")
    )
    courses = {"basics": CourseFacts(id="basics", title="Basics", version="1.0.0", needed=80, digest="ab" * 32)}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        report = folder / "report.csv"
        with report.open("w", encoding="utf-8") as file:
            file.write("email,name,course,score,passed,date\n")
            for number in range(lines):
                score, passed = (90, "passed") if number % 50 < PASSED_OF_50 else (60, "failed")
                at = NOW - timedelta(minutes=number)
                file.write(
                    f"l{number}@example.com,Learner No{number} O'Neil,basics,{score},{passed},{at.isoformat()}\n"
                )
        store = Store.create(folder / "certs", "https://c.example.com", NOW - timedelta(days=1))
        began, cpu = time.perf_counter(), time.process_time()
        mapping = evidence.read_mapping("generic")
        found = evidence.read_table(report, mapping, Reading(courses=courses, now=NOW))
        print(f"report of {lines:,} lines read     {time.perf_counter() - began:10.1f} s")
        people, _ = people_in(found.seen)
        (rules,) = issuing.rules_of(program, courses, store)
        decided = decide(rules, people, {}, store.mark, NOW)
        began_signing = time.process_time()
        made = sum(1 for _ in store.signed(decided.awards, issuing.profile_of(program, store), NOW))
        rate = made / (time.process_time() - began_signing)
        print(f"signed twice, in memory        {rate:10,.0f} certificates per CPU second ({rate / raw:.0%} of raw)")
        outcome = issuing.issue(store, program, courses, found.seen, NOW)
        print(f"{len(outcome.made):,} issued, on disk         {time.perf_counter() - began:10.1f} s from the report on,"
              f" {time.process_time() - cpu:.1f} s of CPU")  # fmt: skip
        began = time.perf_counter()
        count = publish(Store.open(folder / "certs"), folder / "public", program.issuer, NOW)
        print(f"published, {count.files:,} files        {time.perf_counter() - began:10.1f} s")
        began = time.perf_counter()
        publish(Store.open(folder / "certs"), folder / "public", program.issuer, NOW)
        print(f"published again                {time.perf_counter() - began:10.1f} s")
        site = site_in(folder / "public")
        some = [path.read_bytes() for path in sorted((folder / "public/c").iterdir())[:500]]
        began = time.process_time()
        for data in some:
            verify(data, site.fetch, NOW, issuer=site.did)
        print(f"verified, both signatures      {len(some) / (time.process_time() - began):10,.0f} per CPU second")


main()
