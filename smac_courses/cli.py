"""The command line. Exit codes: 0 fine (warnings too), 1 errors in content, 2 usage, 3 environment,
4 our own bug, 130 interrupted."""

from __future__ import annotations

import io
import shlex
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

import click

from smac_courses import __version__
from smac_courses.errors import EnvironmentProblem, SmacError, UsageError

if TYPE_CHECKING:
    from smac_courses.pipeline import Built, Checked

CONTENT, USAGE, ENVIRONMENT, BUG, INTERRUPTED = 1, 2, 3, 4, 130

_paths = click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
_strict = click.option("--strict", is_flag=True, help="Count warnings as errors.")
_release = click.option("--release", is_flag=True, help="Refuse what must not be released: missing ids, an old lock.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="smac", message="%(prog)s %(version)s")
def smac() -> None:
    """Compile Markdown courses into packages that any learning-management system imports."""


@smac.command()
@click.argument("folder", type=click.Path(path_type=Path))
def new(folder: Path) -> None:
    """Make a first course in FOLDER: a program, a module with practice, an exam."""
    from datetime import date

    from smac_courses.pipeline import write_locks
    from smac_courses.scaffold import write_scaffold

    for path in write_scaffold(folder, date.today()):
        click.echo(f"made {path}")
    for path in write_locks(_check((folder,)).project):
        click.echo(f"made {path}")
    quoted = shlex.quote(str(folder))
    click.echo(f"\nNext:\n  smac check {quoted}\n  smac build {quoted}")


@smac.command()
@_paths
@_strict
@_release
@click.option("--fix", is_flag=True, help="Write missing ids into the Markdown and bring course.lock up to date.")
@click.option("-v", "--verbose", is_flag=True, help="Also list every question with the kind it was taken for.")
def check(paths: tuple[Path, ...], strict: bool, release: bool, fix: bool, verbose: bool) -> None:
    """Report everything that is wrong with the courses in PATHS (default: course_src)."""
    checked = _check(paths)
    if fix:
        checked = _fix(paths, checked)
    if verbose:
        _show_questions(checked)
    _show_findings(checked, always=True)
    if _is_refused(checked, strict=strict, release=release):
        sys.exit(CONTENT)


@smac.command()
@_paths
@click.option("-t", "--target", "targets", multiple=True, metavar="NAME", help="Output format (default: all).")
@click.option("-o", "--out", type=click.Path(path_type=Path), default=Path("build"), show_default=True)
@_strict
@_release
def build(paths: tuple[Path, ...], targets: tuple[str, ...], out: Path, strict: bool, release: bool) -> None:
    """Check the courses in PATHS (default: course_src) and write a package of each into OUT."""
    from smac_courses.pipeline import build_courses
    from smac_courses.targets import TARGETS

    for name in targets:
        if name not in TARGETS:
            raise UsageError(f"there is no target '{name}'; there are: {', '.join(TARGETS)}")
    checked = _check(paths)
    _show_findings(checked, always=False)
    if _is_refused(checked, strict=strict, release=release):
        click.echo("Nothing was built.", err=True)
        sys.exit(CONTENT)
    chosen = [TARGETS[name] for name in dict.fromkeys(targets)] or list(TARGETS.values())
    total = len(chosen) * len(checked.project.courses)
    with click.progressbar(length=total, label="Building", file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        built = build_courses(checked.project.courses, chosen, out, lambda _: bar.update(1))
    click.echo(_summary_table(built))


@smac.command()
@click.argument("path", required=False, type=click.Path(path_type=Path))
@click.option("--port", default=8000, show_default=True, help="0 takes any free port.")
def preview(path: Path | None, port: int) -> None:
    """Show the course in PATH as an LMS would: strict, on this machine only."""
    from smac_courses.preview import serve_preview

    serve_preview([path] if path else [], port, click.echo)


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


def _stop(words: str, code: int) -> None:
    click.echo(f"smac: {words}", err=True)
    sys.exit(code)


def _check(paths: tuple[Path, ...]) -> Checked:
    from datetime import date

    from smac_courses.pipeline import check_courses

    return check_courses(paths, date.today())


def _fix(paths: tuple[Path, ...], checked: Checked) -> Checked:
    from smac_courses.fixing import write_missing_ids
    from smac_courses.pipeline import write_locks

    for path, count in write_missing_ids(checked):
        click.echo(f"fixed {path}: {_counted(count, 'id')} written")
    checked = _check(paths)
    if checked.report.has_errors:
        return checked
    changed = list(write_locks(checked.project))
    for path in changed:
        click.echo(f"fixed {path}: brought up to date")
    return _check(paths) if changed else checked


def _shown_root(checked: Checked) -> str:
    """What stands before the paths of findings, so that a terminal can open them."""
    here, root = Path.cwd(), checked.course_src.resolve()
    shown = root.relative_to(here) if root.is_relative_to(here) else root
    return "" if shown == Path() else f"{shown.as_posix()}/"


def _show_questions(checked: Checked) -> None:
    kinds = {"single": "one right answer", "multiple": "several answers"}
    for course in checked.project.courses:
        for question in course.questions():
            parts = [
                kinds[question.kind],
                f"{len(question.options)} to choose from",
                _counted(question.points, "point"),
            ]
            click.echo(f"{_shown_root(checked)}{question.at}: {question.key}: {', '.join(parts)}")


def _show_findings(checked: Checked, *, always: bool) -> None:
    from smac_courses.reporting import format_text, summary

    shown_root = _shown_root(checked)
    if len(checked.report):
        click.echo(format_text(checked.report, checked.course_src, shown_root=shown_root), err=not always)
    if always or len(checked.report):
        courses = _counted(len(checked.project.courses), "course")
        click.echo(f"{courses} checked: {summary(checked.report)}", err=not always)
    if unread := checked.project.unread:
        click.echo(
            f"{_counted(unread, 'course')} not read to the end: mend these first, then check again", err=not always
        )


def _is_refused(checked: Checked, *, strict: bool, release: bool) -> bool:
    from smac_courses.catalogue import FINDINGS

    warned = checked.report.count("warning") > 0
    blocked = any(FINDINGS[found.code].blocks_release for found in checked.report)
    return checked.report.has_errors or (strict and warned) or (release and blocked)


def _counted(count: int, thing: str) -> str:
    return f"{count} {thing}{'' if count == 1 else 's'}"


def _summary_table(built: list[Built]) -> str:
    lines = []
    for result in built:
        course = result.course
        lessons = sum(1 for _ in course.lessons())
        practice = sum(1 for _ in course.practice())
        exam = course.exam
        parts = [_counted(lessons, "lesson"), _counted(practice, "practice question")]
        if exam:
            bank = sum(1 for _ in exam.questions())
            parts.append(f"exam of {exam.asked} from {bank}, pass at {exam.rules.pass_percent} %")
        lines += [
            f"{result.path}  {result.bytes:,} bytes",
            f"  {', '.join(parts)}; longest saved state {result.longest_state:,} characters",
            f"  content {result.digest}",
        ]
    return "\n".join(lines)
