"""The command `smac certify`: from the passes that an LMS reports to certificates that anyone can verify."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from smac_courses.errors import EnvironmentProblem, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smac_courses.certificates.evidence import CourseFacts, Evidence, Reading
    from smac_courses.certificates.issuing import Outcome
    from smac_courses.certificates.store import Store
    from smac_courses.model.course import Program

CONTENT = 1
_MOST_SHOWN = 20
_TABLES = (".csv", ".tsv", ".txt")
_DAYS = re.compile(r"(\d{1,4})d?")

_store = click.option(
    "--store",
    "folder",
    type=click.Path(path_type=Path),
    default=Path("certs"),
    envvar="SMAC_STORE",
    show_default=True,
    help="Keys, ledger and awards. Private: never publish it, and keep a copy.",
)
_program = click.option(
    "--program", type=click.Path(path_type=Path), default=Path("course_src"), show_default=True, help="The program."
)
_fonts = click.option(
    "--fonts", "folders", multiple=True, type=click.Path(path_type=Path), help="A folder with more fonts."
)
_families = click.option(
    "--font", "families", multiple=True, metavar="NAME", help="A family to use, such as 'Noto Serif'."
)
_ids = click.argument("ids", nargs=-1, required=True, metavar="ID...")
_reason = click.option("--reason", required=True, help="Why, for the ledger; it is not published.")
_site = click.option(
    "--site",
    type=click.Path(path_type=Path),
    default=Path("public"),
    show_default=True,
    help="The folder that `publish` wrote.",
)


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


@click.group()
def certify() -> None:
    """Issue certificates for the passes that an LMS reports, and look after them.

    \b
      smac certify keys new                      once: a key and an empty ledger, in certs/
      smac certify issue report.csv              certify whoever earned it and does not hold it
      smac certify publish public                the site with certificates and a page that checks them
      smac certify due --within 60d              whose certificates end soon
    """
    try:
        import cryptography  # noqa: F401
    except ImportError:
        raise EnvironmentProblem("certificates need the extra `certify`: pip install 'smac-courses[certify]'") from None


@certify.group()
def keys() -> None:
    """Make keys."""


@keys.command()
@_store
@_program
@click.option(
    "--trial", is_flag=True, help="Without an address: certificates to try things out, which nobody can revoke."
)
def new(folder: Path, program: Path, trial: bool) -> None:
    """Make the first key, and an empty ledger."""
    from smac_courses.certificates.store import Store

    website = "" if trial else _read_program(program).issuer.website
    if not trial and not website:
        raise UsageError(
            "program.yml does not say where certificates will be published: add `issuer: {website: https://…}`, "
            "or make a key for trials with --trial"
        )
    store = Store.create(folder, website, _now())
    click.echo(f"made {folder}: {store.did}, {store.public_keys()[0].name}")
    click.echo("Keep a copy of this folder where nobody else can read it: without it no certificate can be renewed.")


@keys.command()
@_store
@click.option("--compromised", is_flag=True, help="The old key is in wrong hands: what it signed no longer holds.")
def rotate(folder: Path, compromised: bool) -> None:
    """Make the next key. Certificates of the old one hold, unless it is compromised."""
    store = _open(folder)
    name = store.rotate(_now(), is_compromised=compromised)
    click.echo(f"{name} signs from now on")
    if compromised:
        click.echo("Sign every certificate anew first: smac certify reissue --all")
    click.echo("Then publish again")


@certify.command()
@click.argument("name", required=False)
def mapping(name: str | None) -> None:
    """Print a mapping to copy: how the columns of a report are called. Without NAME, list them."""
    from importlib import resources

    from smac_courses.certificates.evidence import MAPPINGS

    if name is None:
        click.echo("\n".join(MAPPINGS))
        return
    if name not in MAPPINGS:
        raise UsageError(f"there is no mapping '{name}'; there are: {', '.join(MAPPINGS)}")
    click.echo(
        resources.files("smac_courses.certificates").joinpath(f"mappings/{name}.yml").read_text("utf-8"), nl=False
    )


@certify.command()
@click.argument("reports", nargs=-1, required=True, type=click.Path(path_type=Path))
@_store
@_program
@click.option(
    "--mapping", "columns", default="generic", show_default=True, help="How columns are called: name or file."
)
@click.option("--course", default="", help="The course of a report that names none.")
@click.option("--at", "date", default="", metavar="DATE", help="The date of a report that has none.")
@click.option("--people", type=click.Path(path_type=Path), help="A table with key, name, email, for records without.")
@click.option("--partial", is_flag=True, help="Issue what is clear, also when some lines are not.")
@click.option("--dry-run", is_flag=True, help="Say what would be issued, and issue nothing.")
def issue(
    reports: tuple[Path, ...],
    folder: Path,
    program: Path,
    columns: str,
    course: str,
    date: str,
    people: Path | None,
    partial: bool,
    dry_run: bool,
) -> None:
    """Certify whoever has earned it by REPORTS: tables (.csv) or xAPI statements (.json, .jsonl).

    The same reports again issue nothing twice. With a line that is not clear nothing is issued: see --partial.
    """
    from smac_courses.certificates import evidence, issuing

    store, now = _open(folder), _now()
    rules, courses = _rules(program)
    if course and course not in courses:
        raise UsageError(f"there is no course '{course}'; there are: {', '.join(courses)}")
    reading = evidence.Reading(
        courses=courses,
        now=now,
        course=course,
        at=_date(date) if date else None,
        people=evidence.read_people(people) if people else {},
    )
    found = _read(reports, columns, reading)
    outcome = issuing.issue(
        store, rules, courses, found.seen, now, problems=found.problems, is_partial=partial, is_trial_run=dry_run
    )
    outcome.ignored = found.ignored
    _tell(outcome, dry_run=dry_run, partial=partial)
    if outcome.problems:
        raise click.exceptions.Exit(CONTENT)


def _read(reports: Sequence[Path], columns: str, reading: Reading) -> Evidence:
    from smac_courses.certificates import evidence

    whole = evidence.Evidence()
    table = evidence.read_mapping(columns)
    for path in reports:
        is_table = path.suffix.lower() in _TABLES
        part = evidence.read_table(path, table, reading) if is_table else evidence.read_statements(path, reading)
        whole.seen += part.seen
        whole.problems += part.problems
        whole.ignored += part.ignored
    return whole


def _tell(outcome: Outcome, *, dry_run: bool, partial: bool) -> None:
    for problem in outcome.problems[:_MOST_SHOWN]:
        click.echo(f"error: {problem}", err=True)
    if len(outcome.problems) > _MOST_SHOWN:
        click.echo(f"error: and {len(outcome.problems) - _MOST_SHOWN:,} more lines", err=True)
    if outcome.problems and not partial:
        click.echo("Nothing was issued. Put these lines right, or issue the others with --partial.", err=True)
        return
    for name, award in outcome.made[:_MOST_SHOWN]:
        until = f", until {award.valid_until[:10]}" if award.valid_until else ""
        click.echo(f"{name}  {award.name}, {award.achievement['name']}{until}")
    if len(outcome.made) > _MOST_SHOWN:
        click.echo(f"and {len(outcome.made) - _MOST_SHOWN:,} more")
    done = "would be issued" if dry_run else "issued"
    click.echo(
        f"{len(outcome.made):,} {done}; {outcome.held:,} hold theirs already, {outcome.incomplete:,} lack something, "
        f"{outcome.lapsed:,} would have ended by now; {outcome.ignored:,} lines about other things"
    )


@certify.command()
@click.argument("ids", nargs=-1, metavar="[ID...]")
@_store
@_program
@click.option("--name", default="", help="The name to print from now on.")
@click.option("--email", default=None, help="The address to hold from now on; empty for none.")
@click.option("--all", "every", is_flag=True, help="Every certificate that holds: after a key was compromised.")
def reissue(ids: tuple[str, ...], folder: Path, program: Path, name: str, email: str | None, every: bool) -> None:
    """Issue certificates anew, with another name or signed with today's key. The old ones no longer hold."""
    from smac_courses.certificates import issuing
    from smac_courses.certificates.store import VALID

    if bool(ids) == every or (every and (name or email is not None)):
        raise UsageError("give the ids of certificates, or --all alone")
    store = _open(folder)
    wanted = [one.name for one in store.standing().held.values() if one.state == VALID] if every else list(ids)
    made = issuing.reissue(store, _read_program(program), wanted, _now(), name=name, email=email)
    click.echo(f"{len(made):,} issued anew; publish again")


@certify.command()
@_ids
@_store
@_reason
def revoke(ids: tuple[str, ...], folder: Path, reason: str) -> None:
    """Take certificates back, for ever."""
    _change(ids, folder, "revoke", reason)


@certify.command()
@_ids
@_store
@_reason
def suspend(ids: tuple[str, ...], folder: Path, reason: str) -> None:
    """Take certificates out of force until they are restored."""
    _change(ids, folder, "suspend", reason)


@certify.command()
@_ids
@_store
@_reason
def restore(ids: tuple[str, ...], folder: Path, reason: str) -> None:
    """Put suspended certificates in force again."""
    _change(ids, folder, "restore", reason)


def _change(ids: tuple[str, ...], folder: Path, action: str, reason: str) -> None:
    from smac_courses.certificates import issuing

    issuing.change(_open(folder), ids, action, reason, _now())
    click.echo(f"{len(ids):,} done; publish again, so that others see it")


@certify.command()
@_ids
@_store
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase(ids: tuple[str, ...], folder: Path, yes: bool) -> None:
    """Revoke certificates and delete what is kept of their learners. The ledger keeps a mark that names nobody."""
    from smac_courses.certificates import issuing

    if not yes:
        click.confirm(f"Delete {len(ids)} for ever?", abort=True)
    issuing.erase(_open(folder), ids, _now())
    click.echo(f"{len(ids):,} erased; publish again, so that they go there, too")


@certify.command()
@click.argument("words")
@_store
def find(words: str, folder: Path) -> None:
    """List certificates by a name, an address or a part of either."""
    from smac_courses.certificates import issuing

    for held, award in issuing.find(_open(folder), words):
        until = held.valid_until[:10] or "without end"
        click.echo(f"{held.name}  {award.name}  {award.learner}  {award.achievement['name']}  {until}  {held.state}")


@certify.group()
def status() -> None:
    """Lists of what no longer holds."""


@status.command()
@_store
def refresh(folder: Path) -> None:
    """Sign the status lists for another ninety days. Once a month is enough; `publish` does it, too."""
    store = _open(folder)
    with store.locked():
        made = store.refresh_lists(_now())
    click.echo(f"{len(made)} lists signed; publish again")


@certify.command()
@_store
@_program
@click.option("--within", default="60d", show_default=True, help="Days from today.")
@click.option("--format", "form", type=click.Choice(["csv", "ics"]), default="csv", show_default=True)
def due(folder: Path, program: Path, within: str, form: str) -> None:
    """Whose certificates end soon: a table for a mail merge, or a calendar."""
    from smac_courses.certificates import issuing, reminders

    days = _DAYS.fullmatch(within)
    if not days:
        raise UsageError(f"'{within}' is no number of days, such as 60d")
    store, now = _open(folder), _now()
    titles = {tier.id: tier.title for tier in _read_program(program).certifications}
    found = list(issuing.due(store, timedelta(days=int(days[1])), now))
    if form == "csv":
        pages = {one.held.name: store.addresses.page(one.held.name) for one in found}
        click.echo(reminders.as_table(found, titles, pages), nl=False)
    else:
        click.echo(
            reminders.as_calendar(found, titles, store.addresses.base.partition("//")[2] or "trial", now), nl=False
        )


@certify.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@_site
@click.option("--issuer", default="", metavar="DID", help="Who must have issued it (default: that of the site).")
@click.option("--email", default="", help="Whose it must be.")
def verify(files: tuple[Path, ...], site: Path, issuer: str, email: str) -> None:
    """Check certificates: .json, or pictures that hold one. Nothing is fetched: keys and lists come from --site."""
    from smac_courses.certificates.publish import site_in
    from smac_courses.certificates.verify import NotVerified
    from smac_courses.certificates.verify import verify as check

    known = site_in(site)
    if not issuer and not known.did:
        raise UsageError(f"{site} is no published site: name its folder with --site, or the issuer with --issuer did:…")
    failed = 0
    for path in files:
        try:
            data = _certificate_in(path)
            found = check(data, known.fetch, _now(), issuer=issuer or known.did, email=email)
        except NotVerified as error:
            failed += 1
            click.echo(f"{path}: NOT VERIFIED ({error.kind}): {error}")
            continue
        scores = "".join(f", {title}: {value} %" for title, value in found.results)
        until = f", until {found.valid_until[:10]}" if found.valid_until else ""
        click.echo(f"{path}: verified: {found.name}, {found.title}{scores}, from {found.valid_from[:10]}{until}")
        click.echo(f"  issued by {found.issuer_name or found.issuer} ({found.issuer})")
        for note in found.notes:
            click.echo(f"  note: {note}")
    if failed:
        raise click.exceptions.Exit(CONTENT)


def _certificate_in(path: Path) -> bytes:
    from smac_courses.certificates.bake import BakeError, unbake
    from smac_courses.certificates.verify import NotVerified

    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    if data.lstrip()[:1] == b"{":
        return data
    try:
        return unbake(data)
    except BakeError as error:
        raise NotVerified("malformed", str(error)) from None


@certify.command()
@click.argument("out", type=click.Path(path_type=Path))
@_store
@_program
def publish(out: Path, folder: Path, program: Path) -> None:
    """Write the site into OUT: certificates, public keys, status lists, and a page that checks them.

    Put the folder on any web host. Only what changed is written, so that it can be copied fast.
    """
    from smac_courses.certificates import publish as publishing

    store = _open(folder)
    known = _read_program(program)
    pictures = publishing.pictures_of(store, known, program if program.is_dir() else program.parent)
    count = publishing.publish(store, out, known.issuer, _now(), pictures)
    click.echo(f"{count.files:,} files in {out}, {count.written:,} written, {count.removed:,} removed")
    click.echo(f"Put the folder at {store.addresses.base}")


@certify.command("print")
@click.argument("out", type=click.Path(path_type=Path))
@click.argument("ids", nargs=-1, metavar="[ID...]")
@_store
@_program
@_fonts
@_families
def print_(
    out: Path, ids: tuple[str, ...], folder: Path, program: Path, folders: tuple[Path, ...], families: tuple[str, ...]
) -> None:
    """Write certificates that hold as PDF into OUT, such as public/c: all, or those of IDS. What is there is kept."""
    from smac_courses.certificates import issuing, printing
    from smac_courses.certificates.ledger import write_safely

    store, known = _open(folder), _read_program(program)
    logo = printing.drawn_logo(_folder_of(program), known.brand.logo)
    jobs = list(issuing.to_print(store, known, ids, out, families, logo))
    wrong = 0
    out.mkdir(parents=True, exist_ok=True)
    for job, made in printing.print_all(jobs, folders):
        if isinstance(made, str):
            wrong += 1
            click.echo(f"error: {made}", err=True)
        else:
            write_safely(job.path, made, mode=0o644, sync=False)
    click.echo(f"{len(jobs) - wrong:,} printed into {out}")
    if wrong:
        raise click.exceptions.Exit(CONTENT)


@certify.command()
@click.argument("out", type=click.Path(path_type=Path))
@_program
@click.option("--language", default="en", show_default=True, help="What the policy is written in, such as de.")
@_fonts
@_families
def card(out: Path, program: Path, language: str, folders: tuple[Path, ...], families: tuple[str, ...]) -> None:
    """Write the principles of the policy on a card for the wallet, 85.6 × 54 mm, as PDF, to the file OUT."""
    from smac_courses.certificates import printing
    from smac_courses.certificates.ledger import write_safely

    known = _read_program(program)
    if known.policy is None:
        raise UsageError("program.yml names no policy: without clauses there is nothing to put on a card")
    at = datetime.fromisoformat(known.policy.effective or "2000-01-01").replace(tzinfo=UTC)
    logo = printing.drawn_logo(_folder_of(program), known.brand.logo)
    look = printing.Look(issuer=known.issuer.name, colour=known.brand.primary, fonts=families, logo=logo)
    try:
        made = printing.Printer(folders).card(known.policy, language, look, at)
    except printing.PrintError as error:
        click.echo(f"error: {error}", err=True)
        raise click.exceptions.Exit(CONTENT) from None
    write_safely(out, made, mode=0o644, sync=False)
    click.echo(f"{out}: {len(known.policy.clauses)} principles")


@certify.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.argument("ids", nargs=-1, metavar="[ID...]")
@_store
@_program
def badge(out: Path, ids: tuple[str, ...], folder: Path, program: Path) -> None:
    """Write badges with the certificate in them into OUT, such as public/c: all that hold, or those of IDS."""
    from smac_courses.certificates import issuing, publish
    from smac_courses.certificates.ledger import write_safely

    store, known = _open(folder), _read_program(program)
    pictures = publish.pictures_of(store, known, _folder_of(program))
    out.mkdir(parents=True, exist_ok=True)
    made = list(issuing.badges(store, known, pictures, ids))
    for name, data in made:
        write_safely(out / name, data, mode=0o644, sync=False)
    click.echo(f"{len(made):,} badges in {out}")


@certify.command()
@_store
@_site
def audit(folder: Path, site: Path) -> None:
    """Check the ledger's chain, every certificate against it, and both against what was published."""
    from smac_courses.certificates import issuing, publish

    store = _open(folder)
    wrong, notes = issuing.audit(store)
    wrong += publish.audit_site(store, site) if site.is_dir() else []
    for note in notes:
        click.echo(f"note: {note}")
    for one in wrong:
        click.echo(f"error: {one}", err=True)
    click.echo(f"{len(store.ledger.entries):,} lines, {len(store.standing().held):,} certificates, {len(wrong)} errors")
    if wrong:
        raise click.exceptions.Exit(CONTENT)


# -- what commands share ------------------------------------------------------------------------------------


def _open(folder: Path) -> Store:
    from smac_courses.certificates.store import Store

    return Store.open(folder)


def _folder_of(program: Path) -> Path:
    """Where program.yml lies: `--program` names it or its folder."""
    return program if program.is_dir() else program.parent


def _read_program(path: Path) -> Program:
    return _rules(path)[0]


def _rules(path: Path) -> tuple[Program, dict[str, CourseFacts]]:
    """The program and what is known of its courses. Raises UsageError where they have errors."""
    from smac_courses.certificates.issuing import facts_of
    from smac_courses.pipeline import check_courses

    checked = check_courses([path], _now().date())
    program = checked.project.program
    if checked.report.has_errors or not program.is_complete:
        raise UsageError(f"{path} has errors: `smac check {path}` lists them")
    return program, facts_of(checked.project.courses)


def _date(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"'{text}' is no date such as 2027-03-31") from None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
