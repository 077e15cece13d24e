"""The command line as a user meets it: words, exit codes, files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from support import MODULE, ROOT

from smac_courses.cli import QUESTION_KINDS
from smac_courses.model.questions import KIND_NAMES
from smac_courses.scaffold import QUESTIONS
from smac_courses.targets import TARGETS

Run = Callable[..., subprocess.CompletedProcess[str]]
WriteProject = Callable[..., Path]
QUESTION = "### Which? {#which}\n\n- ( ) This.\n  > No.\n- ( ) That.\n  > No.\n"


@pytest.fixture
def smac(tmp_path: Path) -> Run:
    def run(*arguments: object, **options: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "smac_courses", *map(str, arguments)]
        environment = {**os.environ, **options.pop("env", {})}  # type: ignore[dict-item]
        return subprocess.run(
            command, capture_output=True, text=True, check=False, cwd=tmp_path, env=environment, **options
        )

    return run


def test_version(smac: Run) -> None:
    run = smac("--version")

    assert (run.returncode, run.stdout) == (0, "smac 0.1.0\n")


def test_version_does_not_load_what_it_does_not_need() -> None:
    program = "import sys, smac_courses.cli; print(sorted({'lxml', 'markdown', 'jsonschema', 'yaml', 'starlette'} & set(sys.modules)))"

    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert run.stdout == "[]\n"


def test_a_new_course_is_complete_and_builds(smac: Run, tmp_path: Path) -> None:
    assert smac("new", "first").returncode == 0
    assert smac("check", "first", "--strict", "--release").stdout == "1 course checked: no findings\n"

    run = smac("build", "first")

    assert run.returncode == 0
    assert "build/first-course/first-course-1.0.0-scorm12.zip" in run.stdout
    with zipfile.ZipFile(tmp_path / "build/first-course/first-course-1.0.0-scorm12.zip") as archive:
        assert archive.testzip() is None


def test_new_does_not_write_into_a_folder_that_holds_something(smac: Run, tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "here/notes.txt").write_text("mine")

    run = smac("new", "here")

    assert run.returncode == 2
    assert "not empty" in run.stderr
    assert [path.name for path in (tmp_path / "here").iterdir()] == ["notes.txt"]


def test_errors_stop_a_build_and_leave_the_old_package(smac: Run, project: WriteProject, tmp_path: Path) -> None:
    folder = project()
    smac("build", folder, "-o", "out")
    before = (tmp_path / "out/c/c-1.0.0-scorm12.zip").read_bytes()
    project({"modules/m.md": MODULE + QUESTION})

    run = smac("build", folder, "-o", "out")

    assert run.returncode == 1
    assert "SMAC203" in run.stderr
    assert run.stdout == ""
    assert "Nothing was built." in run.stderr
    assert (tmp_path / "out/c/c-1.0.0-scorm12.zip").read_bytes() == before


def test_findings_name_files_so_that_a_terminal_can_open_them(smac: Run, project: WriteProject, tmp_path: Path) -> None:
    project({"modules/m.md": MODULE + QUESTION})

    run = smac("check", "src")

    path = run.stdout.partition(":")[0]
    assert run.returncode == 1
    assert (tmp_path / path).is_file()


def test_warnings_are_errors_with_strict(smac: Run, project: WriteProject) -> None:
    folder = project()

    assert smac("check", folder).returncode == 0
    assert smac("check", folder, "--strict").returncode == 1


def test_a_release_needs_ids_and_a_current_lock_and_fix_writes_both(smac: Run, project: WriteProject) -> None:
    text = "---\r\nid: m\r\ntitle: A module\r\nreview_by: 2099-01-01\r\n---\r\n\r\n## A lesson\r\n\r\nText.\r\n\r\n"
    question = "### Why? {objective=o points=2}\r\n\r\n- (x) So.\r\n  > Yes.\r\n- ( ) Not.\r\n  > No."
    folder = project({"modules/m.md": (text + question).replace("review_by", "objectives: {o: Know}\r\nreview_by")})

    assert smac("check", folder, "--release").returncode == 1
    assert smac("build", folder, "--release").returncode == 1
    fixed = smac("check", folder, "--fix")
    assert fixed.returncode == 0
    assert "modules/m.md: 2 changes" in fixed.stdout

    assert smac("check", folder, "--release").returncode == 0
    written = (folder / "modules/m.md").read_bytes()
    assert b"## A lesson {#a-lesson}\r\n" in written
    assert b"### Why? {#why objective=o points=2}\r\n" in written
    assert written.count(b"\r\n") == written.count(b"\n")
    smac("check", folder, "--fix")
    assert (folder / "modules/m.md").read_bytes() == written
    assert "question 0 m.why" in (folder / "c/course.lock").read_text()


def test_a_verbose_check_lists_every_question_with_its_kind(smac: Run, project: WriteProject) -> None:
    text = "\n### Which ones? {#ones points=2}\n\n- [x] This.\n- [ ] That.\n\n> So.\n"
    project({"modules/m.md": MODULE + QUESTION.replace("- ( ) This", "- (x) This") + text})

    lines = smac("check", "src", "-v").stdout.splitlines()

    assert lines[0] == "src/modules/m.md:10:1: m.which: one right answer, 2 to choose from, 1 point"
    assert lines[1].endswith("m.ones: several answers, 2 to choose from, all, 2 points")


def test_fix_writes_no_lock_while_there_are_errors(smac: Run, project: WriteProject) -> None:
    folder = project({"modules/m.md": MODULE + QUESTION})

    assert smac("check", folder, "--fix").returncode == 1
    assert not (folder / "c/course.lock").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("check", "nowhere"), "there is no 'nowhere'"),
        (("check",), "smac new"),
        (("build", "src", "--target", "scorm13"), "there are: scorm12"),
        (("build", "--nonsense"), "No such option"),
        (("chekc",), "No such command"),
    ],
)
def test_usage_errors_say_what_there_is(
    smac: Run, project: WriteProject, arguments: tuple[str, ...], words: str
) -> None:
    project()

    run = smac(*arguments)

    assert run.returncode == 2
    assert words in run.stderr
    assert "Traceback" not in run.stderr


def test_a_disk_that_refuses_is_an_environment_problem(smac: Run, project: WriteProject, tmp_path: Path) -> None:
    folder = project()
    (tmp_path / "out").write_text("a file where the folder should be")

    run = smac("build", folder, "-o", "out")

    assert run.returncode == 3
    assert "cannot write" in run.stderr
    assert "Traceback" not in run.stderr


def test_a_bug_says_that_it_is_one(smac: Run, project: WriteProject, tmp_path: Path) -> None:
    program = "import smac_courses.pipeline as p, sys; p.check_courses = lambda *a: 1 / 0; sys.argv = ['smac', 'check']; from smac_courses.cli import main; main()"

    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=project().parent
    )

    assert run.returncode == 4
    assert "a bug in smac, not in your course" in run.stderr


@pytest.mark.parametrize("start", [".", "c", "c/course.yml"])
def test_a_course_is_found_from_wherever_one_points(smac: Run, project: WriteProject, start: str) -> None:
    run = smac("check", project() / start)

    assert "1 course checked" in run.stdout


def test_the_courses_may_be_released() -> None:
    command = [sys.executable, "-m", "smac_courses", "check", "course_src", "--strict", "--release"]

    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)

    assert run.stdout == "9 courses checked: no findings (1 ignored)\n"


# -- explain, schema, targets, completion, new --------------------------------------------------------


@pytest.mark.parametrize("word", ["SMAC203", "smac203", "203"])
def test_a_finding_is_explained(smac: Run, word: str) -> None:
    run = smac("explain", word)

    assert run.returncode == 0
    assert run.stdout.startswith("SMAC203: Question without a correct answer\n\nError. Mark the right answer")
    assert "\n    - (x) The press office.\n" in run.stdout


def test_an_unknown_finding_is_not(smac: Run) -> None:
    run = smac("explain", "SMAC2099")

    assert run.returncode == 2
    assert "did you mean SMAC209?" in run.stderr


def test_all_findings_are_listed(smac: Run) -> None:
    assert len(smac("explain").stdout.splitlines()) > 100


def test_schemas_are_printed_and_written(smac: Run, tmp_path: Path) -> None:
    import json

    assert json.loads(smac("schema", "course").stdout)["title"].startswith("smac course.yml")
    assert smac("schema").returncode == 2

    run = smac("schema", "--out", "schemas")

    assert run.stdout.count("made schemas/") == 4
    assert (tmp_path / "schemas/module.schema.json").is_file()


def test_targets_say_what_they_cannot_carry(smac: Run) -> None:
    run = smac("targets")

    assert run.stdout.startswith("scorm12\n")
    assert "cannot: protect the answer key" in run.stdout


@pytest.mark.parametrize("shell", ["bash", "fish", "zsh"])
def test_shells_complete_the_command(smac: Run, shell: str) -> None:
    assert "_SMAC_COMPLETE" in smac("completion", shell).stdout


def test_parts_are_added_to_a_program(smac: Run, tmp_path: Path) -> None:
    smac("new", "program", "p")
    made = smac("new", "course", "Data protection", "--in", "p")
    module = smac("new", "module", "passwords", "--title", "Good passwords", "--in", "p")
    question = smac("new", "question", "p/modules/passwords.md", "--kind", "multiple", "--title", "Which are good?")

    assert "made p/data-protection/course.yml" in made.stdout
    assert "add ../modules/passwords.md to the modules of a course.yml" in module.stdout
    assert "changed p/modules/passwords.md" in question.stdout
    course = tmp_path / "p/data-protection/course.yml"
    course.write_text(course.read_text().replace("  - exam.md", "  - ../modules/passwords.md\n  - exam.md"))
    smac("check", "p", "--fix")
    run = smac("check", "p", "-v", "--strict", "--release")
    assert run.returncode == 0
    assert "passwords.which-are-good: several answers" in run.stdout
    assert smac("build", "p").returncode == 0


def test_there_is_an_example_of_every_kind_of_question(smac: Run) -> None:
    smac("new", "program", "p")
    assert set(QUESTION_KINDS) == set(QUESTIONS) == set(KIND_NAMES)
    for kind in QUESTION_KINDS:
        made = smac(
            "new", "question", "p/modules/first-module.md", "--kind", kind, "--title", f"What about {kind.title()}?"
        )
        assert made.returncode == 0, made.stderr
    smac("check", "p", "--fix")

    run = smac("check", "p", "-v", "--format", "concise")

    assert run.returncode == 0
    found = {line.partition(" SMAC")[2][:3] for line in run.stdout.splitlines()}
    assert found <= {"803", "701"}, run.stdout  # so many questions take more than the five minutes of the module
    for kind, name in KIND_NAMES.items():
        assert f"what-about-{kind}: {name}" in run.stderr


def test_a_kind_that_is_not_there_is_named(smac: Run) -> None:
    smac("new", "program", "p")
    run = smac("new", "question", "p/modules/first-module.md", "--kind", "mutliple")

    assert run.returncode == 2
    assert "did you mean 'multiple'?" in run.stderr


def test_coverage_says_what_no_question_is_about(smac: Run) -> None:
    smac("new", "program", "p")

    assert "objective  ask" in smac("check", "p", "--coverage").stdout
    assert json.loads(smac("check", "p", "--coverage", "--format", "json").stdout)["coverage"][0]["course"]
    assert smac("check", "p", "--coverage", "--format", "sarif").returncode == 2


def test_an_update_is_compared_with_the_source(smac: Run, tmp_path: Path) -> None:
    smac("new", "program", "p")
    smac("build", "p")
    package = "build/first-course/first-course-1.0.0-scorm12.zip"
    assert "nothing that a learner would notice" in smac("diff", package, "p").stdout
    module = tmp_path / "p/modules/first-module.md"
    module.write_text(module.read_text().replace("(x)", "( )").replace("- ( ) To nobody", "- (x) To nobody"))

    run = smac("diff", package, "p", "--strict")

    assert run.returncode == 1
    assert "question first-module.where-to-ask: the key has changed" in run.stdout
    assert "write version: 2.0.0" in run.stdout
    assert json.loads(smac("diff", package, package, "--format", "json").stdout)["changes"] == []
    assert smac("diff", "p/program.yml").returncode == 2


def test_a_key_that_belongs_on_a_server_does_not_go_into_a_package(smac: Run, tmp_path: Path) -> None:
    smac("new", "program", "p")
    course = tmp_path / "p/first-course/course.yml"
    course.write_text(course.read_text() + "grading: server\n")

    run = smac("build", "p")

    assert run.returncode == 1
    assert "p/first-course/course.yml:9:10: error SMAC704: scorm12 is graded in the learner's browser" in run.stderr
    assert not (tmp_path / "build").exists()
    course.write_text(course.read_text().replace("server", "deter"))
    run = smac("build", "p")
    assert run.stderr.count("note: 2 graded questions will be graded in the learner's browser") == 1
    assert "out of sight, not out of reach" in run.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["new", "course"], "name the course: smac new course NAME"),
        (["new", "quiz", "x"], "'quiz' cannot be made; there are: program, course, module, question"),
        (["new", "module", "x"], "there is no program.yml here"),
        (["new", "module", "x", "--in", "nope"], "there is no program.yml in nope"),
        (["new", "question", "nope.md"], "there is no module 'nope.md'"),
    ],
)
def test_new_says_what_it_needs(smac: Run, arguments: list[str], words: str) -> None:
    run = smac(*arguments)

    assert run.returncode == 2
    assert words in run.stderr


def test_new_overwrites_nothing(smac: Run, tmp_path: Path) -> None:
    smac("new", "program", "p")
    smac("new", "module", "a", "--in", "p")
    before = (tmp_path / "p/modules/a.md").read_bytes()

    run = smac("new", "module", "a", "--title", "Other", "--in", "p")

    assert run.returncode == 2
    assert "exists already" in run.stderr
    assert (tmp_path / "p/modules/a.md").read_bytes() == before


@pytest.mark.parametrize("form", ["concise", "json", "sarif", "github"])
def test_other_forms_have_findings_alone_on_stdout(smac: Run, project: WriteProject, form: str) -> None:
    folder = project({"modules/m.md": MODULE + "\n## No id\n\nText.\n"})

    run = smac("check", folder, "--format", form, "--fix", "-v")

    assert run.returncode == 0
    assert "fixed" in run.stderr
    assert "fixed" not in run.stdout


def test_progress_too_large_for_one_format_stops_that_format_only(
    smac: Run, project: WriteProject, tmp_path: Path
) -> None:
    essay = "\n### Say it. {#essay .essay max=2000}\n\n> So.\n"
    modules = {f"modules/m{n}.md": MODULE.replace("id: m", f"id: m{n}") + essay for n in range(4)}
    course = f"id: c\ntitle: C\nversion: 1.0.0\nmodules: [{', '.join(f'../{name}' for name in modules)}]\n"
    folder = project({**modules, "modules/m.md": None, "c/course.yml": course})

    refused = smac("build", folder, "--target", "scorm12")
    assert refused.returncode == 1
    assert "error SMAC701: a learner's progress can need" in refused.stderr
    assert "scorm12 keeps 4,000" in refused.stderr
    built = smac("build", folder)
    assert built.returncode == 0, built.stderr
    assert "warning SMAC705" in built.stderr
    assert sorted(path.name for path in (tmp_path / "build/c").iterdir() if path.suffix in {".zip", ".gz"}) == sorted(
        f"c-1.0.0-{name}{target.suffix}" for name, target in TARGETS.items() if name != "scorm12"
    )
    (folder / "c/course.yml").write_text(course + "lms: talentlms\n")
    assert smac("check", folder).returncode == 1, "the only format that this LMS takes has no room"
    (folder / "c/course.yml").write_text(course + "structure: modules\n")
    assert smac("build", folder, "--target", "scorm12").returncode == 0, "each module has room of its own"


def test_only_the_formats_are_built_that_the_lms_takes(smac: Run, project: WriteProject, tmp_path: Path) -> None:
    course = "id: c\ntitle: A course\nversion: 1.0.0\nmodules: [../modules/m.md]\nlms: docebo\n"
    folder = project({"c/course.yml": course})

    assert smac("build", folder).returncode == 0
    made = sorted(path.stem for path in (tmp_path / "build").rglob("*.zip"))
    assert made == ["c-1.0.0-scorm12", "c-1.0.0-scorm2004-3rd", "c-1.0.0-web"], "a web site needs no LMS"
    named = smac("build", folder, "--target", "scorm2004-4th")
    assert named.returncode == 0, "who names one gets it"
    assert "warning SMAC709: Docebo does not take scorm2004-4th" in named.stderr


def test_schemas_of_somebody_else_are_put_in(smac: Run, project: WriteProject, tmp_path: Path) -> None:
    folder = project({})
    documents = tmp_path / "official/scorm12"
    documents.mkdir(parents=True)
    names = ("imscp_rootv1p1p2.xsd", "imsmd_rootv1p2p1.xsd", "adlcp_rootv1p2.xsd", "ims_xml.xsd")
    for name in names[:3]:
        (documents / name).write_text(f"<{name}/>")

    refused = smac("build", folder, "--target", "scorm12", "--control-documents", "official")
    assert refused.returncode == 2
    assert "lacks control documents of scorm12: ims_xml.xsd" in refused.stderr
    (documents / names[3]).write_text("<last/>")
    assert smac("build", folder, "--target", "scorm12", "--control-documents", "official").returncode == 0
    with zipfile.ZipFile(next((tmp_path / "build").rglob("*.zip"))) as archive:
        assert archive.read("ims_xml.xsd") == b"<last/>"


def test_validate_says_what_is_wrong_and_where(smac: Run, project: WriteProject, tmp_path: Path) -> None:
    assert smac("build", project({}), "--target", "scorm12").returncode == 0
    good = next((tmp_path / "build").rglob("*.zip"))
    with zipfile.ZipFile(good) as archive, zipfile.ZipFile(tmp_path / "bad.zip", "w") as other:
        for name in archive.namelist():
            data = archive.read(name)
            other.writestr(name, data.replace(b'scormtype="sco"', b'scormtype="page"'))
    line = next(
        n for n, one in enumerate(zipfile.ZipFile(good).read("imsmanifest.xml").splitlines(), 1) if b"scormtype" in one
    )

    run = smac("validate", good, "bad.zip")

    assert run.returncode == 1
    assert f"bad.zip/imsmanifest.xml:{line}:1: error SMAC935:" in run.stdout
    assert "bad.zip: SCORM 1.2, 0 SCOs: 1 error\n" in run.stdout
    assert f"{good}: SCORM 1.2, 1 SCO: no findings\n" in run.stdout
    as_json = json.loads(smac("validate", "bad.zip", "--format", "json").stdout)
    assert [(one["code"], one["path"]) for one in as_json["diagnostics"]] == [("SMAC935", "bad.zip/imsmanifest.xml")]
    assert smac("validate", good).returncode == 0
    assert smac("validate", "absent.zip").returncode == 2
    assert smac("validate").returncode == 2


def test_a_warning_of_a_package_counts_where_it_is_asked_to(smac: Run, project: WriteProject, tmp_path: Path) -> None:
    folder = project(
        {"c/course.yml": "id: c\ntitle: C\nversion: 1.0.0\nmodules: [../modules/m.md]\nstructure: modules\n"}
    )
    second = MODULE.replace("id: m", "id: other")
    (folder / "modules/other.md").write_text(second)
    (folder / "c/course.yml").write_text(
        (folder / "c/course.yml").read_text().replace("m.md]", "m.md, ../modules/other.md]")
    )
    assert smac("build", folder, "--target", "scorm2004-3rd").returncode == 0
    made = next((tmp_path / "build").rglob("*.zip"))

    assert smac("validate", made).returncode == 0
    strict = smac("validate", made, "--strict")
    assert strict.returncode == 1
    assert "SMAC952" in strict.stdout


def test_a_package_for_one_lms_says_so(smac: Run, project: WriteProject, tmp_path: Path) -> None:
    course = "id: c\ntitle: A course\nversion: 1.0.0\nmodules: [../modules/m.md]\nlms: cornerstone\n"

    run = smac("build", project({"c/course.yml": course}))

    assert "c 1.0.0, made for Cornerstone\n" in run.stdout
    with zipfile.ZipFile(next((tmp_path / "build").rglob("*.zip"))) as archive:
        assert json.loads(archive.read("smac.json"))["lms"] == "cornerstone"
        assert b'"fail":"incomplete"' in archive.read("index.html")
