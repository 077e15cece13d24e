"""Program, course, module, lesson, exam."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from smac_courses.diagnostics import Location
from smac_courses.model.blocks import Block, CrossLink, LinkText, Picture, Practice
from smac_courses.model.colours import Brand
from smac_courses.model.lock import Ordinals
from smac_courses.model.profiles import LmsChoices
from smac_courses.model.questions import Credit, Question
from smac_courses.model.rules import Rules

MOST_LESSONS_BEHIND = 3
_COURSES = uuid.uuid5(uuid.NAMESPACE_URL, "urn:smac-courses")

# How well the key is kept: not at all; out of sight, though in the learner's browser; on a server.
Grading = Literal["practice", "deter", "server"]
# What an LMS launches: the whole course, or each module by itself.
Structure = Literal["one", "modules"]
# Whether the LMS keeps the exam closed until the modules are done.
Sequencing = Literal["none", "full"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CutScore:
    """How the pass mark of an exam was found: per cent, by which method, when (ISO date)."""

    percent: int
    method: str
    date: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Certification:
    """A tier: who has passed all its courses holds it, for `valid_months` (0: without end).

    `version` names its rules: with another one, everybody is certified anew. With `attestation` an award needs that
    the learner confirmed the policy. In the last `renewal_days` of a certificate a new pass renews it, of
    `renewal_course` where there is one, else of its courses. `signatories` are names and titles, `alignment` names and
    addresses of frameworks; `image` is a path beside program.yml, or empty.
    """

    id: str
    title: str
    courses: tuple[str, ...]
    valid_months: int
    at: Location
    version: str = "1"
    description: str = ""
    criteria: str = ""
    attestation: bool = False
    renewal_course: str = ""
    renewal_days: int = 60
    cut_score: CutScore | None = None
    signatories: tuple[tuple[str, str], ...] = ()
    alignment: tuple[tuple[str, str], ...] = ()
    image: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """Who certifies. `website` is the address at which `smac certify publish` is put, or empty: then only trials."""

    name: str
    website: str = ""
    email: str = ""
    at: Location = field(default_factory=lambda: Location("program.yml"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One rule of the policy; lessons and questions cite it by its id."""

    id: str
    title: str
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The rules that the courses teach.

    `digest` is `sha256:` and 64 hex digits over the text that learners see, variables put in: whoever attests to
    a version attests to these words.
    """

    id: str
    title: str
    version: str
    effective: str  # ISO date, or empty
    clauses: tuple[Clause, ...]
    digest: str
    words: int
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What all courses of one company share. `variables` are dotted names (`company.name`) and their values."""

    variables: dict[str, str]
    certifications: tuple[Certification, ...]
    at: Location
    issuer: Issuer = field(default_factory=lambda: Issuer(name=""))
    is_complete: bool = True  # false when program.yml has errors, so that nothing can be said of what is missing
    owner: str = ""
    website: str = ""  # with http:// or https://, without a slash at its end
    has_contacts: bool = False
    inserts: dict[str, bool] = field(default_factory=dict)
    policy: Policy | None = None
    credit: Credit = "all"
    brand: Brand = field(default_factory=Brand)  # its logo is a path beside program.yml
    brand_at: Location = field(default_factory=lambda: Location("program.yml"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A file that travels with the course. `name` is its path in a package, `source` where it is read from."""

    name: str
    source: Path
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """What a learner can do afterwards; questions name it by its id."""

    id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """One screen of a module. `sources` is the list of its footnotes as HTML, or empty.

    `objectives` and `clauses` (of the policy) are ids of what it teaches.
    """

    id: str
    key: str
    title: str
    plain_title: str
    blocks: tuple[Block, ...]
    sources: str
    objectives: tuple[str, ...]
    clauses: tuple[str, ...]
    at: Location

    def questions(self) -> Iterator[Question]:
        """Its practice questions, in order."""
        for block in self.blocks:
            if isinstance(block, Practice):
                yield block.question


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """A topic of an exam: `draw` of its questions are asked; `must_pass` is a per cent, 0 for none.

    `objectives` and `clauses` hold for those of its questions that name none.
    """

    id: str
    title: str
    questions: tuple[Question, ...]
    draw: int
    must_pass: int
    at: Location
    objectives: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    markdown: str = field(default="", compare=False, repr=False)  # its heading as the author wrote it


@dataclass(frozen=True, slots=True, kw_only=True)
class Exam:
    """The graded quiz of a course."""

    pools: tuple[Pool, ...]
    rules: Rules
    sources: str

    def questions(self) -> Iterator[Question]:
        """The whole bank, in order."""
        for pool in self.pools:
            yield from pool.questions

    @property
    def asked(self) -> int:
        """How many questions one attempt has."""
        return sum(pool.draw for pool in self.pools)


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """One Markdown file: lessons, an exam or the policy. `minutes` is 0 when the author gave none.

    `anchors` are the ids in it that a link can lead to; `links`, `pictures` and `cross_links` are for the rules
    that look at them. `definitions` are the footnotes and link references as Markdown, by their labels. `is_on` is
    false for a module whose insert is switched off.
    """

    id: str
    title: str
    minutes: int
    objectives: tuple[Objective, ...]
    opening: tuple[Block, ...]
    sources: str  # footnotes of the opening page as HTML, or empty
    lessons: tuple[Lesson, ...]
    exam: Exam | None
    review_by: str  # ISO date, or empty
    review_at: Location
    minutes_at: Location
    at: Location
    anchors: frozenset[str] = frozenset()
    links: tuple[LinkText, ...] = ()
    pictures: tuple[Picture, ...] = ()
    cross_links: tuple[CrossLink, ...] = ()
    definitions: tuple[str, ...] = field(default=(), compare=False, repr=False)
    is_on: bool = True
    is_policy: bool = False

    def groups(self) -> Iterator[tuple[Block, ...]]:
        """The blocks of each screen: the opening page, then every lesson."""
        yield self.opening
        for lesson in self.lessons:
            yield lesson.blocks


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenEdx:
    """What Open edX wants to know of a run of a course. Dates are ISO dates in UTC, or empty.

    `org`, `number` and `run` are empty where the author named none: see `targets/olx.py`.
    """

    org: str = ""
    number: str = ""
    run: str = ""
    start: str = ""
    end: str = ""
    due: str = ""  # the last day of the exam
    self_paced: bool = True
    certificate: bool = True
    at: Location = field(default_factory=lambda: Location("course.yml"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Everything that one package is made from."""

    id: str
    title: str
    version: str
    language: str
    description: str
    modules: tuple[Module, ...]
    assets: tuple[Asset, ...]
    ordinals: Ordinals
    at: Location
    part_of: str = ""  # the title of the whole, for one of its `parts()`
    website: str = ""  # of the program
    company: str = ""  # its name
    translates: str = ""  # the id of the course that this one is in another language
    translated: Mapping[str, str] = field(default_factory=dict)  # digests of its pieces: see model/translation.py
    counts_toward: tuple[str, ...] = ()  # titles of the certifications that a pass counts for
    issuer: str = ""  # who certifies
    variables: Mapping[str, str] = field(default_factory=dict)  # of the program, by name
    credit: Credit = "all"  # the program's rule for partial credit
    open_edx: OpenEdx = field(default_factory=OpenEdx)
    structure: Structure = "one"
    sequencing: Sequencing = "none"
    lms: LmsChoices = field(default_factory=LmsChoices)
    lms_profile: str = "generic"
    grading: Grading = "practice"
    policy: Policy | None = None
    brand: Brand = field(default_factory=Brand)
    structure_at: Location = field(default_factory=lambda: Location("course.yml"))
    grading_at: Location = field(default_factory=lambda: Location("course.yml"))
    title_at: Location = field(default_factory=lambda: Location("course.yml"))
    translates_at: Location = field(default_factory=lambda: Location("course.yml"))
    lock_at: Location = field(default_factory=lambda: Location("course.lock"))

    def lessons(self) -> Iterator[Lesson]:
        """Every lesson, in the order of the course."""
        for module in self.modules:
            yield from module.lessons

    def practice(self) -> Iterator[Question]:
        """Every practice question, in the order of the course."""
        for lesson in self.lessons():
            yield from lesson.questions()

    def questions(self) -> Iterator[Question]:
        """Every question: practice first, then the exam's bank."""
        yield from self.practice()
        if exam := self.exam:
            yield from exam.questions()

    def lessons_behind(self, question: Question) -> tuple[Lesson, ...]:
        """The lessons to read again after a wrong answer in the exam: those with the same objective, at most three.

        A lesson is about what its heading names and about what its practice questions name. Where the question
        names no objective that a lesson has, its clauses of the policy decide.
        """
        for names in (_objectives, _clauses):
            wanted = set(names(question))
            found = [one for one in self.lessons() if wanted & set(names(one)).union(*map(names, one.questions()))]
            if found:
                return tuple(found[:MOST_LESSONS_BEHIND])
        return ()

    def with_all_ordinals(self) -> Course:
        """The course with a number for everything: those of its lock, then the next free ones in order."""
        ordinals = self.ordinals.extended(
            [lesson.key for lesson in self.lessons()],
            {question.key: question.part_ids() for question in self.questions()},
            {question.key: question.kind for question in self.questions()},
        )
        return replace(self, ordinals=ordinals)

    def parts(self) -> tuple[Course, ...]:
        """What an LMS launches, each as a course: this one, or every module by itself.

        A module keeps what was recorded of it, and knows nothing of its neighbours.
        """
        if self.structure == "one":
            return (self,)
        return tuple(
            replace(
                self,
                id=f"{self.id}.{module.id}",
                title=module.title,
                part_of=self.title,
                description="",
                modules=(module,),
                ordinals=self.ordinals.of_module(module.id),
            )
            for module in self.modules
        )

    def iri(self, *names: str) -> str:
        """What record stores call the course, or what `names` lead to in it: below the program's website, or a UUID.

        It depends on ids alone, so that a new version is still the same course, and a part names what the whole does.
        """
        path = "/".join((self.id.partition(".")[0], *names))
        return f"{self.website}/courses/{path}" if self.website else uuid.uuid5(_COURSES, path).urn

    @property
    def has_full_sequencing(self) -> bool:
        """Whether the LMS is to decide what may be launched when."""
        return self.structure == "modules" and self.sequencing == "full"

    @property
    def short_digest(self) -> str:
        """Six hex digits that tell this course's id from others."""
        return hashlib.sha256(self.id.encode()).hexdigest()[:6]

    @property
    def exam(self) -> Exam | None:
        """The graded quiz, or None for a course that completes with its last lesson."""
        return next((module.exam for module in self.modules if module.exam), None)

    @property
    def minutes(self) -> int:
        """The sum of what the modules say."""
        return sum(module.minutes for module in self.modules)


def _objectives(thing: Lesson | Question) -> tuple[str, ...]:
    return thing.objectives


def _clauses(thing: Lesson | Question) -> tuple[str, ...]:
    return thing.clauses
