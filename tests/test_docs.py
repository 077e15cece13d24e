"""What the documents say, run."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest
from support import COURSE_SRC, ROOT

from smac_courses.model.profiles import PROFILES, LmsChoices
from smac_courses.reader.schema import load_schema

README = (ROOT / "README.md").read_text("utf-8")
WriteProject = Callable[..., Path]


def console_blocks() -> list[tuple[str, str]]:
    """Command and output of every console block of the README."""
    blocks = re.findall(r"```console\n\$ (.*?)\n(.*?)```", README, re.DOTALL)
    return [(command, output) for command, output in blocks]


def test_the_readme_has_every_command() -> None:
    assert [command for command, _ in console_blocks()] == [
        "make",
        "smac new my-program",
        "smac check my-program",
        "smac build my-program",
        "smac validate build/first-course/first-course-1.0.0-scorm12.zip",
    ]


def test_the_readme_shows_the_real_output(tmp_path: Path, accept: bool) -> None:
    """Its commands are typed one after another, in one folder. `--accept` puts the real output into README.md."""
    shutil.copytree(COURSE_SRC, tmp_path / "course_src")
    module = tmp_path / "my-program/modules/first-module.md"
    for command, output in console_blocks():
        arguments = ["build", "course_src"] if command == "make" else command.split()[1:]
        if command.startswith("smac check"):
            module.write_text(module.read_text().replace("- (x)", "- ( )"))
        if command.startswith("smac build"):
            module.write_text(module.read_text().replace("- ( ) To {{", "- (x) To {{"))

        run = subprocess.run(
            [sys.executable, "-m", "smac_courses", *arguments],
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
        )

        real = first_course(run.stdout) if command == "make" else run.stdout
        if accept:
            path = ROOT / "README.md"
            old, new = f"$ {command}\n{output}", f"$ {command}\n{real}"
            path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
        else:
            assert without_sizes(real) == without_sizes(output), command


def first_course(output: str) -> str:
    """What a build says of its first course, and how many follow."""
    first, *others = re.split(r"^(?=smac-)", output, flags=re.MULTILINE)[1:]
    return f"{first}… and {len(others)} more courses\n"


def without_sizes(text: str) -> str:
    """The size of a zip depends on the compression library; the digest does not."""
    return re.sub(r"[0-9,]+ bytes", "N bytes", text)


def test_the_digest_can_be_checked_without_this_program(foundation_zip: Path, tmp_path: Path) -> None:
    import json
    import zipfile

    guide = (ROOT / "docs/how-it-works.md").read_text("utf-8")
    script = re.search(r"    unzip -q package\.zip -d out && cd out\n    (.*)\n", guide)
    assert script
    with zipfile.ZipFile(foundation_zip) as archive:
        archive.extractall(tmp_path)
        digest = json.loads(archive.read("smac.json"))["content_digest"]

    run = subprocess.run(["bash", "-c", script[1]], capture_output=True, text=True, check=True, cwd=tmp_path)

    assert "sha256:" + run.stdout.split()[0] == digest


@pytest.mark.parametrize("script", ["make_findings.py", "make_profiles.py"])
def test_what_is_made_from_the_code_is_up_to_date(script: str) -> None:
    assert subprocess.run([sys.executable, str(ROOT / "docs" / script), "--check"], check=False).returncode == 0


def test_the_schema_knows_every_profile_and_every_choice() -> None:
    schema = load_schema("course")["properties"]

    assert schema["lms"]["enum"] == list(PROFILES)
    assert set(schema["report"]["properties"]) == {field.name for field in fields(LmsChoices)}


def test_every_link_between_documents_leads_somewhere() -> None:
    for path in [
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
        *ROOT.glob("docs/**/*.md"),
        ROOT / "smac_courses/ARCHITECTURE.md",
    ]:
        text = re.sub(r"^([`~]{3,}).*?^\1$", "", path.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
        text = re.sub(r"`[^`]*`", "", text)
        for link in re.findall(r"\]\(([^)#:\s]+)\)", text):
            assert link == "…" or (path.parent / link).exists(), f"{path.name}: {link}"


GUIDE = (ROOT / "docs/authors-guide.md").read_text("utf-8")
EXAMPLES = [found[1] for found in re.findall(r"^(```+)markdown\n(.*?)^\1$", GUIDE, re.DOTALL | re.MULTILINE)]
PICTURES = {
    **dict.fromkeys(("feed.svg", "logo.svg"), "<svg xmlns='http://www.w3.org/2000/svg' width='3' height='2'/>"),
    "said.txt": "The words.",
}
CAPTIONS = "WEBVTT\n\n00:01.000 --> 00:02.000\nHello.\n"


@pytest.mark.parametrize("example", EXAMPLES, ids=[text.strip().partition("\n")[0][:40] for text in EXAMPLES])
def test_every_example_of_the_authors_guide_is_right(example: str, project: WriteProject, tmp_path: Path) -> None:
    from support import TODAY

    from smac_courses.pipeline import check_courses

    program, course, *_ = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)
    module, policy = (
        next(text for text in EXAMPLES if f"\nid: {name}\n" in text) for name in ("ftc-disclosure", "policy")
    )
    exam = next(text for text in EXAMPLES if "\nexam:\n" in text)
    (tmp_path / "src/assets").mkdir(parents=True)
    for name, text in {**PICTURES, "talk.mp4": "x", "said.mp3": "x", "talk.en.vtt": CAPTIONS}.items():
        (tmp_path / "src/assets" / name).write_text(text)
    more = "".join(f"\n### Question {n}? {{#q{n}}}\n\n- (x) Yes.\n- ( ) No.\n\n> So.\n" for n in range(4))
    body = "" if example.startswith("---") else f"\n## A lesson {{#a-lesson}}\n\n{example}"
    folder = project(
        {
            "program.yml": program,
            "policy.md": policy,
            "c/course.yml": course,
            "modules/m.md": None,
            "modules/ftc-disclosure.md": module + body,
            "c/exam.md": exam + more,
        }
    )

    report = check_courses([folder], TODAY).report

    # Parts of a program: the rest of it is not there, and the module promises 40 minutes.
    assert {found.code for found in report} <= {"SMAC230", "SMAC309", "SMAC329", "SMAC803"}, list(report)


def test_the_example_of_a_finding_is_what_is_printed(project: WriteProject) -> None:
    from support import MODULE, TODAY

    from smac_courses.pipeline import check_courses
    from smac_courses.reporting import format_text

    shown = re.search(r"    course_src/modules/m\.md:41:\d+: (.*?)\n\n", GUIDE, re.DOTALL)
    assert shown
    lines = MODULE.count("\n")
    text = MODULE + "\n" * (38 - lines) + "### Which? {#which}\n\n- (x ) A plain statement.\n- ( ) None.\n\n> So.\n"
    folder = project({"modules/m.md": text})

    (found,) = [one for one in check_courses([folder], TODAY).report if one.code == "SMAC204"]

    printed = format_text([found], folder, shown_root="course_src/")
    assert [line.strip() for line in shown[0].strip().splitlines()] == [line.strip() for line in printed.splitlines()]


@pytest.mark.parametrize("page", sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("docs/**/*.md")))
def test_every_anchor_in_a_document_is_one_of_its_headings(page: str) -> None:
    text = re.sub(r"^([`~]{3,}).*?^\1$", "", (ROOT / page).read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    headings = {
        re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")
        for words in re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    }
    prose = re.sub(r"`[^`]*`", "", text)

    assert set(re.findall(r"\]\(#([^)]+)\)", prose)) <= headings


def test_the_documents_make_a_web_site(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "-f", ".ci/mkdocs.yml"]

    subprocess.run([*command, "--site-dir", str(tmp_path / "site")], check=True, cwd=ROOT)

    assert "Author's guide" in (tmp_path / "site/index.html").read_text("utf-8")
    assert (tmp_path / "site/findings/SMAC203.html").is_file()
