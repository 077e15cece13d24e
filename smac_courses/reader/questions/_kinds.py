"""The kinds of question as headings name them, and what a heading may say of each."""

from __future__ import annotations

from typing import get_args

from smac_courses.diagnostics import Report
from smac_courses.model.ids import is_id
from smac_courses.model.questions import CREDITS, Credit, Difficulty
from smac_courses.reader.document import Section
from smac_courses.reader.questions._desk import MAX_POINTS
from smac_courses.reader.schema import did_you_mean

_COMMON_KEYS = ("difficulty", "objective", "points", "policy", "topic")
# Kinds that a heading names, and the keys that they have besides.
NAMED_KINDS: dict[str, tuple[str, ...]] = {
    "attest": (),
    "categorise": ("credit",),
    "essay": ("max",),
    "likert": (),
    "match": ("credit",),
    "order": ("credit",),
    "post-draft": ("credit", "max"),
    "post-review": ("by", "credit", "on"),
    "scenario": ("credit",),
    "survey": (),
    "true-false": (),
}
# Kinds that their lines show.
_SHOWN_KINDS: dict[str, tuple[str, ...]] = {
    "single": (),
    "multiple": ("credit",),
    "text": ("case", "spaces"),
    "number": (),
    "blanks": ("case", "credit", "spaces"),
}
UNSCORED_KINDS = frozenset({"attest", "essay", "likert", "survey"})
# Kinds whose parts differ in what they are worth have a rule of their own, unless the heading names one.
_USUAL_CREDIT: dict[str, Credit] = {"post-review": "right-minus-wrong", "post-draft": "each", "scenario": "each"}
_WORTH_THEIR_PARTS = frozenset({"post-review", "post-draft", "scenario"})
DIFFICULTIES = tuple(name for name in get_args(Difficulty) if name)


def read_heading(section: Section, kind: str, report: Report) -> int:
    """Report what means nothing on this kind of question, and return its points; 0 where its parts have them."""
    attributes = section.attributes
    of_kind = NAMED_KINDS.get(kind) or _SHOWN_KINDS.get(kind, ())
    if kind in {"single", "text"}:  # what the answers are is known later
        of_kind = ("credit",) if kind == "single" else ("case", "spaces")
    scored = tuple(key for key in _COMMON_KEYS if not (kind in UNSCORED_KINDS and key in {"points", "difficulty"}))
    allowed = tuple(sorted((*scored, *of_kind)))
    for key in attributes.values.keys() - set(allowed):
        message = f"'{key}' means nothing on this question"
        report.add("SMAC131", attributes.places[key], message, hint=did_you_mean(key, allowed))
    for name in attributes.classes:
        if name not in NAMED_KINDS:
            message = f"'.{name}' is not a kind of question"
            hint = did_you_mean(name, tuple(NAMED_KINDS))
            report.add("SMAC131", attributes.places["." + name], message, hint=hint)
    level = attributes.values.get("difficulty")
    if level is not None and level not in DIFFICULTIES:
        hint = did_you_mean(level, DIFFICULTIES)
        report.add("SMAC122", attributes.places["difficulty"], f"difficulty cannot be '{level}'", hint=hint)
    topic = attributes.values.get("topic")
    if topic is not None and not is_id(topic):
        report.add("SMAC303", attributes.places["topic"], f"'{topic}' cannot be a topic")
    if kind in UNSCORED_KINDS:
        return 0
    return number_in(section, "points", 0 if kind in _WORTH_THEIR_PARTS else 1, MAX_POINTS, report)


def number_in(section: Section, key: str, usual: int, most: int, report: Report) -> int:
    """A whole number from 1 in the braces of a heading."""
    attributes = section.attributes
    text = attributes.values.get(key)
    if text is None:
        return usual
    if text.isascii() and text.isdigit() and len(text) < 5 and 1 <= int(text) <= most:
        return int(text)
    hint = f"write a whole number from 1 to {most}"
    report.add("SMAC210", attributes.places[key], f"{key} cannot be '{text}'", hint=hint)
    return usual


def credit_of(kind: str, section: Section, program: Credit, report: Report) -> Credit:
    """The rule for answers that are right in part: of the heading, else of the kind, else of the program."""
    is_in_parts = kind == "single" or "credit" in {**NAMED_KINDS, **_SHOWN_KINDS}[kind]
    usual = _USUAL_CREDIT.get(kind, program if is_in_parts else "all")
    given = section.attributes.values.get("credit")
    for credit in CREDITS:
        if given == credit:
            return credit
    if given is not None:
        at = section.attributes.places["credit"]
        hint = did_you_mean(given, CREDITS)
        report.add("SMAC122", at, f"credit cannot be '{given}'", hint=hint)
    return usual
