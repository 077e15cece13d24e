"""The kinds of question. A new kind joins the union; the type checker then lists every place to visit.

An answer is a list of words, whatever the kind: ids of what was ticked; one text for each field or gap; for each thing
to match the id of its partner, empty where there is none; ids in the order that the learner chose; ids of what was
said in a conversation. `grading.judge` says what each is worth.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from smac_courses.diagnostics import Location

# How points are given for an answer that is right in part; `grading.judge` has the arithmetic.
Credit = Literal["all", "each", "right-minus-wrong"]
CREDITS: tuple[Credit, ...] = ("all", "each", "right-minus-wrong")
Difficulty = Literal["", "easy", "medium", "hard"]

# SCORM knows 36 choices (a to z, 0 to 9); more than that is not a question but a form.
MAX_OPTIONS = 36
# The first of the characters that stand for the gaps of a text in its HTML: a private-use plane that nothing else has.
FIRST_BLANK = 0x100000
MAX_BLANKS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One answer to choose. `html` and `feedback` are sanitised fragments; `feedback` may be empty.

    `weight` is what it counts among the others where right and wrong ones are added up.
    """

    id: str
    html: str
    correct: bool
    feedback: str
    at: Location
    weight: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    id: str
    key: str  # `module.question`: unique in a course, the same in every course that uses the module
    title: str  # sanitised inline HTML
    plain_title: str  # the same without markup, for lists and reports
    prompt: str  # sanitised HTML between the title and the answers, may be empty
    points: int  # 0 where nothing can be right or wrong
    feedback: str  # shown to everyone afterwards, may be empty
    hints: tuple[str, ...]
    objectives: tuple[str, ...]  # ids of objectives of the module
    clauses: tuple[str, ...]  # ids of clauses of the policy
    at: Location
    credit: Credit = "all"
    topic: str = ""
    difficulty: Difficulty = ""
    markdown: str = field(default="", compare=False, repr=False)  # as the author wrote it, heading and all

    def part_ids(self) -> tuple[str, ...]:
        """Ids of everything that an answer may name; each has a number for life in course.lock."""
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _ChoiceQuestion(_Question):
    options: tuple[Option, ...]

    def option_ids(self) -> tuple[str, ...]:
        """Ids of the options, in the order of the source."""
        return tuple(option.id for option in self.options)

    def part_ids(self) -> tuple[str, ...]:
        """The options."""
        return self.option_ids()


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleChoice(_ChoiceQuestion):
    """Exactly one option is right."""

    kind: Literal["single"] = "single"


@dataclass(frozen=True, slots=True, kw_only=True)
class MultipleChoice(_ChoiceQuestion):
    """One or more options are right."""

    kind: Literal["multiple"] = "multiple"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueFalse(_ChoiceQuestion):
    """A statement. Its two options have the ids `true` and `false`, and no words: the page has them."""

    kind: Literal["true-false"] = "true-false"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostReview(_ChoiceQuestion):
    """A post in pieces: mark those that break the rules. `author` and `network` are plain words for its head."""

    author: str = ""
    network: str = ""
    kind: Literal["post-review"] = "post-review"


@dataclass(frozen=True, slots=True, kw_only=True)
class Likert(_ChoiceQuestion):
    """A scale without a right end. Without options it is the usual one of five, whose words the page has."""

    kind: Literal["likert"] = "likert"


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey(_ChoiceQuestion):
    """An opinion to choose: one, or with `several` any number."""

    several: bool
    kind: Literal["survey"] = "survey"


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMiss:
    """A typed answer that is not right but nearly: what is said about it, and the points it earns (0 to all)."""

    id: str
    text: str
    points: int
    feedback: str
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class TextAnswer(_Question):
    """A few typed words. `room` is the longest answer, in letters.

    With `exact` capitals count; with `joined` white space does not.
    """

    accepted: tuple[str, ...]
    near: tuple[NearMiss, ...]
    exact: bool
    joined: bool
    room: int
    kind: Literal["text"] = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberAnswer(_Question):
    """A typed number, right from `low` to `high`: plain decimals as text, such as `-0.5`.

    `value` is the one to show, empty for a range. With `comma` a learner of this language writes 0,5.
    """

    low: str
    high: str
    value: str
    comma: bool
    kind: Literal["number"] = "number"


@dataclass(frozen=True, slots=True, kw_only=True)
class Essay(_Question):
    """A longer text that nobody grades. `feedback` is the model answer. `room` is its length, in letters."""

    room: int
    kind: Literal["essay"] = "essay"


@dataclass(frozen=True, slots=True, kw_only=True)
class Blank:
    """A gap in a text: typed, or with `options` chosen."""

    id: str
    accepted: tuple[str, ...]
    options: tuple[Option, ...]
    room: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Blanks(_Question):
    """A text with gaps. In `prompt` the gap number n is the character FIRST_BLANK + n."""

    blanks: tuple[Blank, ...]
    exact: bool
    joined: bool
    kind: Literal["blanks"] = "blanks"

    def part_ids(self) -> tuple[str, ...]:
        """The answers that can be chosen, gap by gap."""
        return tuple(option.id for blank in self.blanks for option in blank.options)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing to match or to sort in, and the id of the target that it belongs to."""

    id: str
    html: str
    target: str
    feedback: str
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What things are matched with, or sorted into: plain words, because a list to choose from holds nothing else."""

    id: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _PairsQuestion(_Question):
    items: tuple[Item, ...]
    targets: tuple[Target, ...]

    def part_ids(self) -> tuple[str, ...]:
        """The items, then the targets in an order that says nothing of which belong together."""
        return (*(item.id for item in self.items), *sorted(target.id for target in self.targets))


@dataclass(frozen=True, slots=True, kw_only=True)
class Matching(_PairsQuestion):
    """Find the partner of each item."""

    kind: Literal["match"] = "match"


@dataclass(frozen=True, slots=True, kw_only=True)
class Categorise(_PairsQuestion):
    """Put each item into its group."""

    kind: Literal["categorise"] = "categorise"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordering(_Question):
    """Put things in order. The options stand in the right one; all of them count as `correct`."""

    options: tuple[Option, ...]
    kind: Literal["order"] = "order"

    def option_ids(self) -> tuple[str, ...]:
        """Ids of the options, in the right order."""
        return tuple(option.id for option in self.options)

    def part_ids(self) -> tuple[str, ...]:
        """The options, in an order that says nothing of the right one."""
        return tuple(sorted(self.option_ids()))


Test = Literal["first-line", "contains", "never", "alt-text", "length", "camel-case"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """What a drafted post has to meet. `words` for the tests that look for some, `least` and `most` for lengths."""

    id: str
    html: str
    test: Test
    words: tuple[str, ...]
    least: int
    most: int
    points: int
    feedback: str
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class PostDraft(_Question):
    """Write a post. An answer has two texts: the post, and the alternative text of its picture.

    `room` and `alt_room` are how long they may be, in letters of eight bits.
    """

    criteria: tuple[Criterion, ...]
    room: int
    alt_room: int
    kind: Literal["post-draft"] = "post-draft"

    @property
    def has_picture(self) -> bool:
        """Whether there is a field for alternative text."""
        return any(criterion.test == "alt-text" for criterion in self.criteria)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Something to say in a conversation. `to` is the number of the step that follows, from 0."""

    id: str
    html: str
    to: int
    points: int
    feedback: str
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What the other side says. Without choices it is an end."""

    html: str
    choices: tuple[Choice, ...]
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario(_Question):
    """A short conversation that branches. It begins at the first step; no way leads back."""

    steps: tuple[Step, ...]
    kind: Literal["scenario"] = "scenario"

    def choices(self) -> Iterable[Choice]:
        """Everything that can be said, in the order of the source."""
        for step in self.steps:
            yield from step.choices

    def part_ids(self) -> tuple[str, ...]:
        """The choices."""
        return tuple(choice.id for choice in self.choices())


@dataclass(frozen=True, slots=True, kw_only=True)
class Attestation(_Question):
    """A statement to confirm: `prompt` has its exact words, `statement` the same without markup.

    An answer is the date (ISO) and the mark of what was confirmed: see `model.codec.attested`.
    """

    statement: str
    kind: Literal["attest"] = "attest"


ChoiceQuestion = SingleChoice | MultipleChoice | TrueFalse | PostReview | Likert | Survey
PairsQuestion = Matching | Categorise
Question = (
    ChoiceQuestion
    | TextAnswer
    | NumberAnswer
    | Essay
    | Blanks
    | PairsQuestion
    | Ordering
    | PostDraft
    | Scenario
    | Attestation
)
# What an author calls them.
KIND_NAMES = {
    "single": "one right answer",
    "multiple": "several answers",
    "true-false": "true or false",
    "post-review": "a post to review",
    "likert": "a scale",
    "survey": "an opinion",
    "text": "typed words",
    "number": "a number",
    "essay": "a longer text",
    "blanks": "a text with gaps",
    "match": "things to match",
    "categorise": "things to sort",
    "order": "things to put in order",
    "post-draft": "a post to write",
    "scenario": "a conversation",
    "attest": "a statement to confirm",
}
# Kinds whose answers are kept alike in saved progress, so that one may become the other.
_SAME_ANSWERS = (
    ("single", "multiple", "true-false", "post-review", "likert", "survey"),
    ("text", "number", "essay"),
    ("match", "categorise"),
)
# Nothing in these can be right or wrong.
UNSCORED = (Likert, Survey, Essay, Attestation)


def are_kept_alike(kind: str, other: str) -> bool:
    """Whether an answer to a question of one kind can be read after the question has become of the other."""
    return kind == other or any(kind in family and other in family for family in _SAME_ANSWERS)


@dataclass(frozen=True, slots=True)
class Remarks:
    """What an author says about the parts of a question: the id of each part, its feedback, its place."""

    id: str
    html: str
    feedback: str
    is_right: bool
    at: Location


def parts_of(question: Question) -> tuple[Remarks, ...]:
    """Everything in a question that has words of its own, whatever its kind."""
    match question:
        case SingleChoice() | MultipleChoice() | TrueFalse() | PostReview() | Likert() | Survey():
            return tuple(Remarks(one.id, one.html, one.feedback, one.correct, one.at) for one in question.options)
        case Ordering():
            return tuple(Remarks(one.id, one.html, one.feedback, True, one.at) for one in question.options)
        case Matching() | Categorise():
            return tuple(Remarks(one.id, one.html, one.feedback, True, one.at) for one in question.items)
        case TextAnswer():
            return tuple(Remarks(one.id, "", one.feedback, False, one.at) for one in question.near)
        case PostDraft():
            return tuple(Remarks(one.id, one.html, one.feedback, True, one.at) for one in question.criteria)
        case Scenario():
            return tuple(Remarks(one.id, one.html, one.feedback, one.points > 0, one.at) for one in question.choices())
        case Blanks() | NumberAnswer() | Essay() | Attestation():
            return ()
