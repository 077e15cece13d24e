"""Who passed what, and who says so: reports of learning systems as tables, and statements of record stores."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import Any, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from smac_courses.certificates.credential import Graded
from smac_courses.certificates.encoding import canonical_json
from smac_courses.certificates.learners import Learner, LearnerError, learner_key, printed_name
from smac_courses.errors import UsageError

MAPPINGS = ("generic", "moodle", "openedx")
_COLUMNS = frozenset({"email", "name", "key", "course", "percent", "passed", "at", "version", "attested"})
_SETTINGS = frozenset(
    {"columns", "courses", "passed_values", "scale", "dates", "zone", "graded", "delimiter", "encoding"}
)
_YES = frozenset({"passed", "pass", "completed", "complete", "yes", "true", "1"})
_NUMBER = re.compile(r"(\d{1,7})(?:[.,](\d{1,10}))?\s*%?(?:\s*/\s*(\d{1,7})(?:[.,]0+)?)?", re.ASCII)
_PASSED = frozenset({"http://adlnet.gov/expapi/verbs/passed"})
_ANSWERED = "http://adlnet.gov/expapi/verbs/answered"
_VOIDED = "http://adlnet.gov/expapi/verbs/voided"
_CONFIRMED = _YES | {"attested", "confirmed", "accepted", "x"}
_NO = frozenset({"", "no", "false", "0", "-", "not attested", "not confirmed"})
_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+_-]{0,63}")
_FIRST_YEAR = 2000  # before it there was nothing of this kind to pass
_AHEAD = timedelta(seconds=300)
_WHOLE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseFacts:
    """What is known of a course of the program. `names` are the ids that statements may call it by, `attestations`
    those of its questions that confirm a policy. Who passes a course that `translates` another one has passed that.
    """

    id: str
    title: str
    version: str
    needed: int
    language: str = "en"
    names: frozenset[str] = frozenset()
    attestations: frozenset[str] = frozenset()
    digest: str = ""  # SHA-256 (hex) of what this version of it says
    translates: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One line of evidence. `percent` is empty where it has none; `attested` says that it confirms the policy."""

    learner: Learner
    course: str
    percent: str
    is_passed: bool
    at: datetime
    graded: Graded
    version: str
    record: str
    source: str
    attested: bool = False


@dataclass(slots=True)
class Evidence:
    """What was read, and what could not be: `problems` have a place and a remedy."""

    seen: list[Seen] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    ignored: int = 0  # lines that are about other things


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """How a report's columns are called."""

    columns: Mapping[str, tuple[str, ...]]
    courses: Mapping[str, str]
    passed_values: frozenset[str]
    scale: Decimal
    dates: tuple[str, ...]
    zone: tzinfo
    graded: Graded
    delimiter: str
    encoding: str


def read_mapping(name: str) -> Columns:
    """A mapping that comes with the program, by name, or a file. Raises UsageError."""
    if name in MAPPINGS:
        text = resources.files("smac_courses.certificates").joinpath(f"mappings/{name}.yml").read_text("utf-8")
    else:
        try:
            text = Path(name).read_text("utf-8")
        except OSError as error:
            raise UsageError(f"{name} cannot be read: {error.strerror}; there are: {', '.join(MAPPINGS)}") from None
        except UnicodeDecodeError:
            raise UsageError(f"{name} is not UTF-8: save it as that") from None
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise UsageError(f"{name} is no YAML: {str(error).splitlines()[0]}") from None
    return _mapping(data, name)


def _mapping(data: Any, name: str) -> Columns:
    columns = data.get("columns") if isinstance(data, dict) else None
    if not isinstance(columns, dict) or not columns:
        raise UsageError(f"{name} has no columns: see `smac certify mapping`")
    if unknown := sorted(map(str, (data.keys() - _SETTINGS) | (columns.keys() - _COLUMNS))):
        known = ", ".join(sorted(_COLUMNS | _SETTINGS))
        raise UsageError(f"{name}: {unknown[0]} is not known; there are: {known}")
    graded = data.get("graded", "unknown")
    if graded not in get_args(Graded):
        raise UsageError(f"{name}: graded is one of: {', '.join(get_args(Graded))}")
    try:
        zone = ZoneInfo(str(data.get("zone", "UTC")))
        scale = Decimal(str(data.get("scale", _WHOLE)))
    except (ZoneInfoNotFoundError, ValueError, ArithmeticError):
        raise UsageError(f"{name}: zone is a name such as Europe/Berlin, scale a number") from None
    if not scale.is_finite() or scale <= 0:
        raise UsageError(f"{name}: scale is a number above 0")
    values = data.get("passed_values")
    return Columns(
        columns={one: tuple(map(str, given if isinstance(given, list) else [given])) for one, given in columns.items()},
        courses={str(one): str(given) for one, given in (data.get("courses") or {}).items()},
        passed_values=frozenset(word for one in values for word in _words_of(one)) if values is not None else _YES,
        scale=scale,
        dates=tuple(map(str, data.get("dates") or ())),
        zone=zone,
        graded=graded,
        delimiter=str(data.get("delimiter", "")),
        encoding=str(data.get("encoding", "utf-8-sig")),
    )


def _words_of(value: object) -> tuple[str, ...]:
    """A word of a mapping; YAML reads yes and true without quotes as one and the same."""
    return ("yes", "true", "on") if value is True else (str(value).lower(),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What evidence is read with. `course` and `at` stand for what a report does not say; `people` are names and
    addresses by key.
    """

    courses: Mapping[str, CourseFacts]
    now: datetime
    course: str = ""
    at: datetime | None = None
    people: Mapping[str, Learner] = field(default_factory=dict)


def read_table(path: Path, mapping: Columns, reading: Reading) -> Evidence:
    """A report as CSV."""
    rows, header = _rows_of(path, mapping)
    missing = [name for names in mapping.columns.values() for name in names if name not in header]
    needed = {"email", "name", "percent", "passed", "at", "course"}
    optional = {name for one in ("key", "version", "attested") for name in mapping.columns.get(one, ())}
    if lost := [name for name in missing if name not in optional]:
        raise UsageError(f"{path} has no column '{lost[0]}'; it has: {', '.join(header)}")
    present = {one for one in needed if one in mapping.columns}
    if "course" not in present and not reading.course:
        raise UsageError(f"{path} names no course: give it with --course")
    if "at" not in present and reading.at is None:
        raise UsageError(f"{path} has no date: give that of the report with --at 2027-03-31")
    if not present & {"percent", "passed"}:
        raise UsageError(f"{path}: the mapping names neither `percent` nor `passed`")
    found = Evidence()
    for line, row in rows:
        try:
            seen = _seen_in(row, f"{path.name}:{line}", mapping, reading)
        except (LearnerError, ValueError) as error:
            found.problems.append(f"{path.name}:{line}: {error}")
            continue
        if seen:
            found.seen.append(seen)
        else:
            found.ignored += 1
    return found


def _rows_of(path: Path, mapping: Columns) -> tuple[Iterator[tuple[int, dict[str, str]]], list[str]]:
    text = _text_of(path, mapping.encoding)
    first = text.split("\n", 1)[0]
    delimiter = mapping.delimiter or max(",;\t", key=first.count)
    csv.field_size_limit(1 << 20)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
    except csv.Error as error:
        raise UsageError(f"{path} is no table: {error}") from None
    if not any(header):
        raise UsageError(f"{path} is empty")
    named = [name for name in header if name]
    wanted = {name for names in mapping.columns.values() for name in names}
    if twice := [name for name in wanted if named.count(name) > 1]:
        raise UsageError(f"{path} has the column '{twice[0]}' twice: give one of them another name")

    def rows() -> Iterator[tuple[int, dict[str, str]]]:
        try:
            for cells in reader:
                if any(cell.strip() for cell in cells[len(header) :]):
                    raise UsageError(f"{path}:{reader.line_num}: there are more cells than columns")
                if any(cell.strip() for cell in cells):
                    yield reader.line_num, dict(zip(header, cells, strict=False))
        except csv.Error as error:
            raise UsageError(f"{path}:{reader.line_num}: {error}") from None

    return rows(), header


def _text_of(path: Path, encoding: str) -> str:
    try:
        return path.read_bytes().decode(encoding)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    except (UnicodeDecodeError, LookupError):
        hint = "save it as CSV UTF-8, or name its encoding in the mapping: encoding: cp1252"
        raise UsageError(f"{path} is not {encoding}: {hint}") from None


def _seen_in(row: Mapping[str, str], source: str, mapping: Columns, reading: Reading) -> Seen | None:
    def cell(name: str) -> str:
        return " ".join(row.get(column, "").strip() for column in mapping.columns.get(name, ())).strip()

    course = _course_of(cell("course"), mapping, reading)
    if course is None:
        return None
    learner = _learner(cell("key"), cell("email"), cell("name"), reading)
    percent = _percent(cell("percent"), mapping.scale) if cell("percent") else ""
    says = cell("passed").lower()
    has_rule = "passed" in mapping.columns and mapping.passed_values
    if has_rule:
        is_passed = says in mapping.passed_values
    else:
        if not course.needed:
            raise ValueError(f"the course {course.id} has no exam: map a column to `passed`")
        is_passed = percent != "" and int(percent) >= course.needed
    if has_rule and is_passed and percent and int(percent) < course.needed:
        raise ValueError(
            f"it says passed with {percent} %, and {course.id} needs {course.needed} %: which of the two holds?"
        )
    is_attested = _is_confirmed(cell("attested"), mapping)
    if not is_passed and not is_attested:
        return None
    at = _moment(cell("at"), mapping) if cell("at") else reading.at
    if at is None:
        raise ValueError("there is no date")
    if at > reading.now + _AHEAD:
        raise ValueError(f"the date {at:%Y-%m-%d %H:%M} lies ahead")
    return Seen(
        learner=learner,
        course=course.id,
        percent=percent,
        is_passed=is_passed,
        at=at,
        graded=mapping.graded,
        version=_version(cell("version"), course),
        record=sha256(canonical_json([[name, row[name]] for name in sorted(row)])).hexdigest(),
        source=source,
        attested=is_attested,
    )


def _is_confirmed(text: str, mapping: Columns) -> bool:
    """Whether a cell says that the policy was confirmed: a word for yes, or a date."""
    if text.lower() in _NO:
        return False
    if text.lower() in _CONFIRMED:
        return True
    try:
        _moment(text, mapping)
    except ValueError:
        raise ValueError(
            f"'{text[:40]}' does not say whether the policy was confirmed: write yes, no or a date"
        ) from None
    return True


def _version(text: str, course: CourseFacts) -> str:
    """The version of a course as it stands in a certificate."""
    if text and not _VERSION.fullmatch(text):
        raise ValueError(f"{text[:40]!a} is no version of a course")
    return text or course.version


def _course_of(text: str, mapping: Columns, reading: Reading) -> CourseFacts | None:
    name = mapping.courses.get(text, text) or reading.course
    found = reading.courses.get(name)
    if found is None and name:
        by_title = [one for one in reading.courses.values() if one.title == name]
        found = by_title[0] if by_title else None
    return found


def _learner(key: str, email: str, name: str, reading: Reading) -> Learner:
    own = learner_key(key or email)
    known = reading.people.get(own)
    address = learner_key(email) if email else (known.email if known else "")
    if address and "@" not in address:
        raise LearnerError(f"'{address[:60]}' is no e-mail address")
    if not name and known is None:
        raise LearnerError(f"{own} has no name: give names with --people")
    return Learner(key=own, name=printed_name(name) if name else (known.name if known else ""), email=address)


def _percent(text: str, scale: Decimal) -> str:
    found = _NUMBER.fullmatch(text.strip())
    if not found:
        raise ValueError(f"'{text[:40]}' is no score")
    value = Decimal(f"{found[1]}.{found[2] or 0}")
    most = Decimal(found[3]) if found[3] else scale
    if not most or value > most:
        raise ValueError(f"'{text[:40]}' is no score out of {most}")
    return str(int(value * _WHOLE / most))


def _moment(text: str, mapping: Columns) -> datetime:
    for form in mapping.dates:
        try:
            found = datetime.strptime(text, form)
        except ValueError:
            continue
        return _in_utc(found, mapping.zone)
    try:
        return _in_utc(datetime.fromisoformat(text), mapping.zone)
    except ValueError:
        hint = 'say how dates are written in the mapping: dates: ["%d/%m/%Y %H:%M"]'
        raise ValueError(f"'{text[:40]}' is no date that is known here; {hint}") from None


def _in_utc(moment: datetime, zone: tzinfo) -> datetime:
    try:
        found = (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC).replace(microsecond=0)
    except OverflowError:
        raise ValueError("a date beyond the calendar") from None
    if found.year < _FIRST_YEAR:
        raise ValueError(f"the year {found.year} is before there were such courses")
    return found


def read_people(path: Path) -> dict[str, Learner]:
    """Names and addresses by key, for records that have none: a table with `key`, `name` and `email`.

    Raises UsageError.
    """
    mapping = _mapping({"columns": {"email": "email", "name": "name"}}, str(path))
    rows, header = _rows_of(path, mapping)
    if "name" not in header or not {"key", "email"} & set(header):
        raise UsageError(f"{path} needs the columns name, and email or key; it has: {', '.join(header)}")
    people: dict[str, Learner] = {}
    for line, row in rows:
        email, key = row.get("email", "").strip(), row.get("key", "").strip()
        try:
            learner = Learner(
                key=learner_key(key or email), name=printed_name(row["name"]), email=learner_key(email) if email else ""
            )
        except LearnerError as error:
            raise UsageError(f"{path}:{line}: {error}") from None
        people[learner.key] = learner
        if email:
            people.setdefault(learner.email, learner)
    return people


# -- statements ---------------------------------------------------------------------------------------------


def read_statements(path: Path, reading: Reading) -> Evidence:
    """XAPI statements: a JSON list, an answer of a record store, or one statement a line."""
    text = _text_of(path, "utf-8-sig")
    try:
        statements = list(_statements(text))
    except ValueError as error:
        raise UsageError(f"{path} is no list of statements: {error}") from None
    voided = set(filter(None, (_voids(one) for _, one in statements)))
    found = Evidence()
    for number, one in statements:
        if str(one.get("id")) in voided:
            found.ignored += 1
            continue
        try:
            seen = _seen_in_statement(one, f"{path.name}:{number}", reading)
        except (LearnerError, ValueError, TypeError, AttributeError, KeyError) as error:
            found.problems.append(f"{path.name}:{number}: {error}")
            continue
        if seen:
            found.seen.append(seen)
        else:
            found.ignored += 1
    return found


def _voids(one: Mapping[str, Any]) -> str:
    """The id of the statement that this one takes back, or an empty text."""
    verb, target = one.get("verb"), one.get("object")
    if isinstance(verb, dict) and verb.get("id") == _VOIDED and isinstance(target, dict):
        return str(target.get("id", ""))
    return ""


def _statements(text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Statements with their line, or their number in a list."""
    stripped = text.lstrip()
    try:
        whole = json.loads(text)
    except ValueError:
        whole = None
    if isinstance(whole, dict) and "statements" in whole:
        whole = whole["statements"]
    elif isinstance(whole, dict):
        whole = [whole]
    if whole is None and stripped.startswith("["):
        json.loads(text)
    lines: Iterable[tuple[int, Any]]
    if isinstance(whole, list):
        lines = enumerate(whole, 1)
    else:
        lines = ((number, json.loads(line)) for number, line in enumerate(text.split("\n"), 1) if line.strip())
    for number, one in lines:
        if not isinstance(one, dict):
            raise ValueError(f"entry {number} is no statement")
        yield number, one


def _seen_in_statement(one: Mapping[str, Any], source: str, reading: Reading) -> Seen | None:
    verb, target = one.get("verb", {}).get("id"), one.get("object", {}).get("id")
    context = one.get("context", {})
    around = [
        activity.get("id")
        for kind in ("grouping", "parent")
        for activity in _as_list(context.get("contextActivities", {}).get(kind, []))
    ]
    for course in reading.courses.values():
        is_pass = verb in _PASSED and (target in course.names or any(name in course.names for name in around))
        attests = verb == _ANSWERED and target in course.attestations
        if is_pass or attests:
            result = one.get("result", {})
            if result.get("success") not in (None, True, False):
                raise ValueError("success is neither true nor false")
            if is_pass and result.get("success") is False:
                return None
            percent = _scaled(result.get("score", {})) if is_pass else ""
            if percent and int(percent) < course.needed:
                raise ValueError(f"it says passed with {percent} %, and {course.id} needs {course.needed} %")
            return Seen(
                learner=_actor(one.get("actor", {}), reading),
                course=course.id,
                percent=percent,
                is_passed=is_pass,
                at=_timestamp(one, reading),
                graded="browser",
                version=_version(str(context.get("revision") or ""), course),
                record=sha256(json.dumps(one, sort_keys=True).encode()).hexdigest(),
                source=source,
                attested=attests,
            )
    return None


def _as_list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else [value]


def _actor(actor: Mapping[str, Any], reading: Reading) -> Learner:
    mail = str(actor.get("mbox", "")).removeprefix("mailto:")
    account = str(actor.get("account", {}).get("name", ""))
    if not mail and not account:
        raise LearnerError("the actor has neither an address nor an account")
    key = mail or account
    found = reading.people.get(learner_key(key))
    if found:
        return found
    return _learner("" if mail else key, mail or (key if "@" in key else ""), str(actor.get("name", "")), reading)


def _scaled(score: Mapping[str, Any]) -> str:
    value = score.get("scaled")
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ValueError(f"{value} is no scaled score")
    return str(int(Decimal(str(value)) * _WHOLE))


def _timestamp(one: Mapping[str, Any], reading: Reading) -> datetime:
    text = str(one.get("timestamp", ""))
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(f"the timestamp '{text[:40]}' has no zone")
    moment = _in_utc(found, UTC)
    if moment > reading.now + _AHEAD:
        raise ValueError(f"the timestamp {text[:40]} lies ahead")
    return moment
