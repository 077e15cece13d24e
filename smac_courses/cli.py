"""The command line. Exit codes: 0 fine (warnings too), 1 errors in content, 2 usage, 3 environment,
4 our own bug, 130 interrupted."""

from __future__ import annotations

import io
import shlex
import sys
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from smac_courses import __version__
from smac_courses.certify_cli import certify
from smac_courses.errors import EnvironmentProblem, SmacError, UsageError

if TYPE_CHECKING:
    from smac_courses.diff import Snapshot
    from smac_courses.model.questions import Question
    from smac_courses.pipeline import Built, Checked
    from smac_courses.targets.base import Target

# Here, so that --help need not load what makes them.
FORMATS = ("text", "concise", "json", "sarif", "github")
CONTENT, USAGE, ENVIRONMENT, BUG, INTERRUPTED = 1, 2, 3, 4, 130

MOST_PASSES = 3
# What a robot learner cannot play: no LMS, and a platform whose server is the LMS.
_NOT_PLAYED = {"", "openedx"}

_paths = click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
_jobs = click.option("-j", "--jobs", type=click.IntRange(1), default=1, help="Courses at once, each in a process.")
_cache = click.option("--cache/--no-cache", default=True, help="Keep modules that were read, for the next time.")
_strict = click.option("--strict", is_flag=True, help="Count warnings as errors.")
_release = click.option("--release", is_flag=True, help="Refuse what must not be released: missing ids, an old lock.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="smac", message="%(prog)s %(version)s")
def smac() -> None:
    """Compile Markdown courses into packages that any learning-management system imports."""


smac.add_command(certify)

_KINDS = ("program", "course", "module", "question")
# Here, too, so that --help need not load the examples.
QUESTION_KINDS = (
    *("single", "multiple", "true-false", "text", "number", "blanks", "match", "categorise", "order"),
    *("likert", "survey", "essay", "post-review", "post-draft", "scenario", "attest"),
)


@smac.command()
@click.argument("kind", metavar="[program|course|module|question]")
@click.argument("name", required=False)
@click.option("--title", default="", help="Its title; for a question, its words.")
@click.option(
    "--in", "root", type=click.Path(path_type=Path), help="The program's folder (default: course_src or here)."
)
@click.option(
    "--kind", "question_kind", metavar="KIND", default="single", help=f"Of a question: {', '.join(QUESTION_KINDS)}."
)
def new(kind: str, name: str | None, title: str, root: Path | None, question_kind: str) -> None:
    """Make a program, or a part of one.

    \b
      smac new program DIR        program, policy, module, course with exam (also: smac new DIR)
      smac new course NAME        a course with one module and an exam
      smac new module NAME        a module with a lesson and a question
      smac new question FILE.md   a question at the end of a module or an exam
    """
    import difflib
    from datetime import date

    from smac_courses import scaffold

    if kind not in _KINDS:
        if name:
            raise UsageError(f"'{kind}' cannot be made; there are: {', '.join(_KINDS)}")
        kind, name = "program", kind
    if not name:
        raise UsageError(f"name the {kind}: smac new {kind} NAME")
    if question_kind not in QUESTION_KINDS:
        close = difflib.get_close_matches(question_kind, QUESTION_KINDS, n=1)
        meant = f"; did you mean '{close[0]}'?" if close else f"; there are: {', '.join(QUESTION_KINDS)}"
        raise UsageError(f"there is no kind of question '{question_kind}'{meant}")
    today = date.today()
    match kind:
        case "program":
            made = scaffold.new_program(Path(name), today)
        case "course":
            made = scaffold.new_course(_program_folder(root), name, title, today)
        case "module":
            made = scaffold.new_module(_program_folder(root), name, title, today)
        case _:
            made = scaffold.new_question(Path(name), title, question_kind)
    steps = []
    for one in made:
        click.echo(f"made {one.path}" if kind != "question" else f"changed {one.path}")
        steps += [one.next_step] if one.next_step else []
    if kind in {"program", "course"}:
        folder = Path(name) if kind == "program" else _program_folder(root)
        for path in _locks_of(folder):
            click.echo(f"made {path}")
        quoted = shlex.quote(str(folder))
        steps += [f"smac check {quoted}", f"smac build {quoted}"]
    click.echo("\nNext:\n" + "\n".join(f"  {step}" for step in steps))


@smac.command()
@_paths
@_strict
@_release
@_jobs
@_cache
@click.option("--fix", is_flag=True, help="Put right what has one right answer: ids, brackets, hashtags, course.lock.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("-v", "--verbose", is_flag=True, help="Also list every question with the kind it was taken for.")
@click.option("--coverage", is_flag=True, help="Also say which objectives and clauses no question is about.")
def check(
    paths: tuple[Path, ...],
    strict: bool,
    release: bool,
    jobs: int,
    cache: bool,
    fix: bool,
    form: str,
    verbose: bool,
    coverage: bool,
) -> None:
    """Report everything that is wrong with the courses in PATHS (default: course_src)."""
    if coverage and form not in {"text", "json"}:
        raise UsageError("--coverage goes with --format text or json")
    checked = _check(paths, jobs=jobs, cache=cache)
    say = partial(click.echo, err=form != "text")
    if fix:
        checked = _fix(paths, checked, say)
    if verbose:
        _show_questions(checked, say)
    if form == "text":
        if coverage:
            _show_coverage(checked)
        _show_findings(checked, err=False)
    else:
        _print_as(checked, form, coverage=coverage)
    if _is_refused(checked, strict=strict, release=release):
        _say_why(checked, strict=strict, release=release)
        sys.exit(CONTENT)


@smac.command()
@click.argument("course", metavar="COURSE")
@click.argument("pieces", nargs=-1, metavar="[PIECE...]")
@click.option("--program", "program", type=click.Path(path_type=Path), help="The program (default: course_src).")
def translated(course: str, pieces: tuple[str, ...], program: Path | None) -> None:
    """Note that the course COURSE, or PIECES of it, say what the original says today: ids such as profiles.about."""
    from datetime import date

    from smac_courses.pipeline import accept_translation, check_courses

    checked = check_courses([program] if program else [], date.today())
    path, noted = accept_translation(checked, course, pieces)
    click.echo(f"{path}: {len(noted)} pieces are up to date")


@smac.command()
@click.argument("code", required=False)
def explain(code: str | None) -> None:
    """Say what a finding means, with a wrong and a right example."""
    from smac_courses.catalogue import FINDINGS
    from smac_courses.explanations import as_text

    if code is None:
        click.echo("\n".join(f"{name}  {finding.severity:8} {finding.title}" for name, finding in FINDINGS.items()))
        return
    name = code.upper() if code.upper().startswith("SMAC") else f"SMAC{code}"
    if name not in FINDINGS:
        import difflib

        close = difflib.get_close_matches(name, FINDINGS, n=1)
        meant = f"; did you mean {close[0]}?" if close else ""
        raise UsageError(f"there is no finding '{code}'{meant} 'smac explain' lists them all")
    click.echo(as_text(name))


@smac.command()
@click.argument("name", required=False, type=click.Choice(["program", "course", "module", "policy"]))
@click.option("-o", "--out", type=click.Path(path_type=Path), help="Write all of them into this folder.")
def schema(name: str | None, out: Path | None) -> None:
    """Print the JSON Schema of program.yml, course.yml or the front matter of a module or policy, for editors."""
    from importlib import resources

    folder = resources.files("smac_courses.reader").joinpath("schemas")
    if name:
        click.echo(folder.joinpath(f"{name}.schema.json").read_text("utf-8").rstrip())
        return
    if out is None:
        raise UsageError("name one of program, course, module, policy; or a folder for all of them: --out DIR")
    out.mkdir(parents=True, exist_ok=True)
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        (out / file.name).write_text(file.read_text("utf-8"), "utf-8", newline="\n")
        click.echo(f"made {out / file.name}")


@smac.command()
def targets() -> None:
    """List the output formats, and what each carries."""
    from smac_courses.targets import TARGETS

    for target in TARGETS.values():
        click.echo(f"{target.name}\n  {target.summary}")
        for line in target.carries:
            click.echo(f"    {line}")


@smac.command()
@click.argument("shell", type=click.Choice(["bash", "fish", "zsh"]))
def completion(shell: str) -> None:
    """Print what makes SHELL complete commands and options: eval "$(smac completion bash)"."""
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    assert found is not None  # noqa: S101 - click knows these three
    click.echo(found(smac, {}, "smac", "_SMAC_COMPLETE").source())


@smac.command()
@_paths
@click.option(
    "-t", "--target", "targets", multiple=True, metavar="NAME", help="Output format (default: all that the LMS takes)."
)
@click.option("-o", "--out", type=click.Path(path_type=Path), default=Path("build"), show_default=True)
@click.option(
    "--control-documents",
    "documents",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Put the schemas in this folder into the packages, instead of our own.",
)
@click.option("--rehearse", is_flag=True, help="Then let a robot learner play what was built: see 'smac rehearse'.")
@_strict
@_release
@_jobs
@_cache
def build(
    paths: tuple[Path, ...],
    targets: tuple[str, ...],
    out: Path,
    documents: Path | None,
    rehearse: bool,
    strict: bool,
    release: bool,
    jobs: int,
    cache: bool,
) -> None:
    """Check the courses in PATHS (default: course_src) and write a package of each into OUT."""
    from smac_courses.pipeline import build_courses, read_control_documents, refuse_what_cannot_be_kept, tasks_for

    chosen = [_target(name) for name in dict.fromkeys(targets)]
    checked = _check(paths, jobs=jobs, cache=cache)
    tasks = tasks_for(checked.project.courses, chosen)
    others = (
        read_control_documents(documents, list({target.name: target for _, target in tasks}.values()))
        if documents
        else {}
    )
    refuse_what_cannot_be_kept(checked, tasks)
    _show_findings(checked, err=True)
    if _is_refused(checked, strict=strict, release=release):
        _say_why(checked, strict=strict, release=release)
        click.echo("Nothing was built.", err=True)
        sys.exit(CONTENT)
    hidden = not sys.stderr.isatty()
    with click.progressbar(length=len(tasks), label="Building", file=sys.stderr, hidden=hidden) as bar:
        built = build_courses(tasks, out, lambda _: bar.update(1), control_documents=others, jobs=jobs)
    click.echo(_summary_table(built))
    if note := _honest_note(built):
        click.echo(note, err=True)
    played = tuple(one.path for one in built if _target(one.target).standard not in _NOT_PLAYED)
    if rehearse and not played:
        click.echo("Nothing to rehearse: a web site has no LMS, and Open edX plays no packages.", err=True)
    elif rehearse:
        _rehearse(played, None, "")


@smac.command()
@click.argument("packages", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@_strict
def validate(packages: tuple[Path, ...], form: str, strict: bool) -> None:
    """Look at PACKAGES (SCORM 1.2 or 2004, whoever made them) as a careful LMS would on import."""
    from smac_courses.diagnostics import Report
    from smac_courses.reporting import formatted, summary
    from smac_courses.validation.validate import validate_zip

    everything, told = Report(), []
    for package in packages:
        found = validate_zip(package)
        everything.extend(found.report)
        what = (
            f"{found.standard}, {_counted(found.scos, 'unit' if 'OLX' in found.standard else 'SCO')}"
            if found.standard
            else "no package that is understood"
        )
        told.append(f"{package}: {what}: {summary(found.report)}")
    if words := formatted(everything, Path(), form):
        click.echo(words)
    if form == "text":
        click.echo("\n".join(told))
        if len(everything):
            worst = min(everything, key=lambda found: ("error", "warning", "note").index(found.severity))
            click.echo(f"more on a finding: smac explain {worst.code}")
    if everything.has_errors or (strict and everything.count("warning")):
        sys.exit(CONTENT)


@smac.command()
@click.argument("packages", nargs=-1, type=click.Path(path_type=Path))
@click.option("--axe", type=click.Path(path_type=Path, dir_okay=False, exists=True), help="axe.min.js of axe-core.")
@click.option("--browser", default="", metavar="FILE", help="A Chromium (default: the one on this machine).")
def rehearse(packages: tuple[Path, ...], axe: Path | None, browser: str) -> None:
    """Let a robot learner play PACKAGES (default: all in build/) in a browser, against a strict LMS."""
    built = (path for path in sorted(Path("build").glob("*/*.zip")) if not path.stem.endswith("-web"))
    _rehearse(packages or tuple(built), axe, browser)


def _rehearse(packages: tuple[Path, ...], axe: Path | None, browser: str) -> None:
    from smac_courses.rehearsal.show import rehearse_all

    if not packages:
        raise UsageError("there is no package in build/: run 'smac build' first, or name one")
    if not rehearse_all(packages, axe, browser, click.echo):
        sys.exit(CONTENT)


@smac.command()
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", required=False, type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--strict", is_flag=True, help="Fail when progress is lost, or the version number is too low.")
def diff(old: Path, new: Path | None, form: str, strict: bool) -> None:
    """Say what an update does to learners in the middle of a course.

    OLD is the package that they have; NEW another one, or a course's folder (default: the course in course_src).
    """
    import json

    from smac_courses import diff as diffing

    before = diffing.read_package(old)
    is_zip = new is not None and new.is_file() and new.suffix == ".zip"
    after = diffing.read_package(new) if new and is_zip else _snapshot_of_source(new, before)
    found = diffing.compared(before, after)
    click.echo(json.dumps(diffing.as_json(found), indent=2) if form == "json" else diffing.as_text(found))
    if strict and (found.lost or not found.is_version_right):
        sys.exit(CONTENT)


@smac.command()
@click.argument("path", required=False, type=click.Path(path_type=Path))
@click.option("--port", default=8000, show_default=True, help="0 takes any free port.")
@click.option("-t", "--target", default="scorm12", show_default=True, metavar="NAME", help="Output format.")
def preview(path: Path | None, port: int, target: str) -> None:
    """Show the course in PATH as an LMS would: strict, on this machine only."""
    from smac_courses.preview import serve_preview

    if _target(target).standard == "openedx":
        raise UsageError(
            f"{target} is for Open edX: build it and import it there; 'smac preview' shows the same course"
        )
    if not _target(target).standard:
        raise UsageError(f"{target} needs no LMS: build it, and open its index.html, or serve its folder")
    serve_preview([path] if path else [], port, click.echo, _target(target))


def main() -> None:
    """The `smac` command: every expected failure ends in one sentence and its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that knows no emoji must not stop the work
    try:
        smac.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(USAGE)
    except UsageError as error:
        _stop(str(error), USAGE)
    except (EnvironmentProblem, OSError) as error:
        _stop(str(error), ENVIRONMENT)
    except SmacError as error:
        _stop(str(error), CONTENT)
    except (KeyboardInterrupt, click.Abort):
        _stop("stopped; what was there before is untouched", INTERRUPTED)
    except Exception as error:  # the one place where everything is caught: a bug must say that it is one
        traceback.print_exc()
        _stop(f"this is a bug in smac, not in your course: {type(error).__name__}: {error}", BUG)


def _target(name: str) -> Target:
    from smac_courses.targets import TARGETS

    if name not in TARGETS:
        raise UsageError(f"there is no target '{name}'; there are: {', '.join(TARGETS)}")
    return TARGETS[name]


def _stop(words: str, code: int) -> None:
    click.echo(f"smac: {words}", err=True)
    sys.exit(code)


def _check(paths: tuple[Path, ...], *, jobs: int = 1, cache: bool = True) -> Checked:
    from datetime import date

    from smac_courses.pipeline import check_courses
    from smac_courses.reader.cache import ModuleCache, cache_folder

    return check_courses(paths, date.today(), cache=ModuleCache(cache_folder() if cache else None), jobs=jobs)


def _snapshot_of_source(path: Path | None, before: Snapshot) -> Snapshot:
    """The course of an old package, as its source would be built now."""
    from smac_courses.diff import snapshot_of
    from smac_courses.pipeline import GENERATOR
    from smac_courses.targets import TARGETS
    from smac_courses.targets.base import EmitContext

    checked = _check((path,) if path else ())
    wanted = before.data["course"]["id"]
    course = next((one for one in checked.project.courses if one.id == wanted), None)
    if checked.report.has_errors and course is not None:
        _show_findings(checked, err=True)
        raise UsageError(f"course '{wanted}' has errors; mend them first, or name a package to compare with")
    if course is None:
        if len(checked.report):
            _show_findings(checked, err=True)
        others = ", ".join(sorted(one.id for one in checked.project.courses)) or "none"
        hint = f"there are: {others}; for an LMS another id is another course, and all progress is lost"
        raise UsageError(f"there is no course '{wanted}' here that can be built ({hint})")
    target = TARGETS[str(before.about.get("target", "scorm12"))]
    package = target.emit(course.with_all_ordinals(), EmitContext(generator=GENERATOR))
    return snapshot_of(package, "source")


def _fix(paths: tuple[Path, ...], checked: Checked, say: Callable[[str], None]) -> Checked:
    from smac_courses.fixing import apply_fixes
    from smac_courses.pipeline import write_locks

    for _ in range(MOST_PASSES):  # a change can lay open another one: brackets first, then what is in them
        changed = list(apply_fixes(checked))
        for path, count in changed:
            say(f"fixed {path}: {_counted(count, 'change')}")
        if not changed:
            break
        checked = _check(paths)
    if checked.report.has_errors:
        say("course.lock waits until there are no errors")
        return checked
    locks = list(write_locks(checked.project))
    for path in locks:
        say(f"fixed {path}: brought up to date")
    return _check(paths) if locks else checked


def _program_folder(root: Path | None) -> Path:
    """The folder of program.yml: the one that was named, or course_src here, or this folder."""
    from smac_courses.reader.project import DEFAULT_FOLDER, PROGRAM_FILE

    for folder in [root] if root else [Path(DEFAULT_FOLDER), Path()]:
        if (folder / PROGRAM_FILE).is_file():
            return folder
    raise UsageError(f"there is no {PROGRAM_FILE} {f'in {root}' if root else 'here'}: name its folder with --in DIR")


def _locks_of(folder: Path) -> list[Path]:
    from smac_courses.pipeline import write_locks

    checked = _check((folder,))
    return [] if checked.report.has_errors else list(write_locks(checked.project))


def _shown_root(checked: Checked) -> str:
    """What stands before the paths of findings, so that a terminal can open them."""
    here, root = Path.cwd(), checked.course_src.resolve()
    shown = root.relative_to(here) if root.is_relative_to(here) else root
    return "" if shown == Path() else f"{shown.as_posix()}/"


def _show_questions(checked: Checked, say: Callable[[str], None]) -> None:
    from smac_courses.model.questions import KIND_NAMES

    for course in checked.project.courses:
        for question in course.questions():
            parts = [KIND_NAMES[question.kind]]
            if question.kind in {"single", "multiple", "survey"}:
                parts.append(f"{len(question.part_ids())} to choose from")
            parts += _details(question)
            parts.append(_counted(question.points, "point") if question.points else "no score")
            say(f"{_shown_root(checked)}{question.at}: {question.key}: {', '.join(parts)}")


def _details(question: Question) -> list[str]:
    """What an author may want to compare with what was meant."""
    from smac_courses.model import questions as kinds

    match question:
        case kinds.NumberAnswer():
            return [question.low if question.low == question.high else f"from {question.low} to {question.high}"]
        case kinds.TextAnswer():
            capitals = ["capitals count"] if question.exact else []
            return [f"{len(question.accepted)} accepted", *capitals]
        case kinds.Blanks():
            return [_counted(len(question.blanks), "gap"), question.credit]
        case kinds.Matching() | kinds.Categorise():
            return [f"{len(question.items)} into {len(question.targets)}", question.credit]
        case kinds.Ordering() | kinds.MultipleChoice() | kinds.PostReview():
            return [question.credit]
        case kinds.PostDraft():
            return [f"{len(question.criteria)} criteria", question.credit]
        case kinds.Scenario():
            return [_counted(len(question.steps), "step"), question.credit]
        case _:
            return []


def _show_findings(checked: Checked, *, err: bool) -> None:
    """Findings and their sum: on stdout where they are what was asked for, on stderr beside a build."""
    from smac_courses.reporting import format_text, summary

    report = checked.report
    if err and not len(report):
        return
    if len(report):
        click.echo(format_text(report, checked.course_src, shown_root=_shown_root(checked)), err=err)
    click.echo(f"{_counted(len(checked.project.courses), 'course')} checked: {summary(report)}", err=err)
    if unread := checked.project.unread:
        click.echo(f"{_counted(unread, 'course')} not read to the end: mend these first, then check again", err=err)
    if len(report):
        click.echo(f"more on a finding: smac explain {next(iter(report)).code}", err=err)


def _show_coverage(checked: Checked) -> None:
    from smac_courses.coverage import as_text, coverage_of

    for course in checked.project.courses:
        found = coverage_of(course, checked.project.program.policy)
        click.echo(as_text(found, shown_root=_shown_root(checked)) + "\n")


def _print_as(checked: Checked, form: str, *, coverage: bool) -> None:
    import json

    from smac_courses.coverage import as_json as coverage_as_json
    from smac_courses.coverage import coverage_of
    from smac_courses.reporting import as_json, formatted

    if coverage:
        data = as_json(checked.report, shown_root=_shown_root(checked))
        policy = checked.project.program.policy
        data["coverage"] = [coverage_as_json(coverage_of(one, policy)) for one in checked.project.courses]
        click.echo(json.dumps(data, indent=2, ensure_ascii=False))
        return
    words = formatted(checked.report, checked.course_src, form, shown_root=_shown_root(checked))
    if words:
        click.echo(words)


def _is_refused(checked: Checked, *, strict: bool, release: bool) -> bool:
    from smac_courses.catalogue import FINDINGS

    warned = checked.report.count("warning") > 0
    blocked = any(FINDINGS[found.code].blocks_release for found in checked.report)
    return checked.report.has_errors or (strict and warned) or (release and blocked)


def _say_why(checked: Checked, *, strict: bool, release: bool) -> None:
    """What stands in the way when it is no error: the codes that the chosen option counts as one."""
    from smac_courses.catalogue import FINDINGS

    if checked.report.has_errors:
        return
    codes = sorted({found.code for found in checked.report if strict or FINDINGS[found.code].blocks_release})
    option = "--strict" if strict else "--release"
    click.echo(f"{option} does not allow: {', '.join(codes)}", err=True)


def _counted(count: int, thing: str) -> str:
    return f"{count} {thing}{'' if count == 1 else 's'}"


def _honest_note(built: list[Built]) -> str:
    """What a browser that grades cannot protect: said once, where somebody might believe otherwise."""
    graded = {
        built_one.course.id: sum(1 for _ in built_one.course.exam.questions())
        for built_one in built
        if built_one.course.exam and not _target(built_one.target).grades_on_server
    }
    if not graded:
        return ""
    hidden = all(one.course.grading == "deter" for one in built if one.course.exam)
    what = "their key is out of sight, not out of reach" if hidden else "anyone who looks can read the key"
    count = _counted(sum(graded.values()), "graded question")
    return f"note: {count} will be graded in the learner's browser; {what}: see 'Who grades' in the author's guide"


def _summary_table(built: list[Built]) -> str:
    from smac_courses.pipeline import losses_file

    lines = []
    last = None
    for result in built:
        course = result.course
        if course.id != last:
            lines += _course_lines(result)
            last = course.id
        lines += [f"  {result.path}  {result.bytes:,} bytes", f"    content {result.digest}"]
        if result.losses:
            lines.append(
                f"    not carried: {_counted(len(result.losses), 'thing')}, see {losses_file(result.path).name}"
            )
    return "\n".join(lines)


def _course_lines(result: Built) -> list[str]:
    """What is the same in every package of a course."""
    from smac_courses.model.profiles import PROFILES

    course = result.course
    lessons = sum(1 for _ in course.lessons())
    practice = sum(1 for _ in course.practice())
    parts = [_counted(lessons, "lesson"), _counted(practice, "practice question")]
    if exam := course.exam:
        bank = sum(1 for _ in exam.questions())
        parts.append(f"exam of {exam.asked} from {bank}, pass at {exam.rules.pass_percent} %")
    made_for = f", made for {PROFILES[course.lms_profile].title}" if course.lms_profile != "generic" else ""
    scos = f", {_counted(len(course.parts()), 'SCO')}" if course.structure == "modules" else ""
    return [
        f"{course.id} {course.version}{made_for}{scos}",
        f"  {', '.join(parts)}; longest saved state {result.longest_state:,} characters",
    ]
