"""A conversation that branches: numbered steps, and below each what the learner can say.

1. **Kim** writes: Your app lost my data!
   - (x) I am sorry. May I look into it? => 2
     > It names the problem and offers help.
   - ( ) That cannot be. => 3
2. Kim thanks you.
3. Kim posts a screenshot.

`(x)` is worth a point, `{points=2}` more; `=> 2` leads to a step, without it the next one follows. A step with
nothing to say is an end.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from smac_courses.grading.judge import most_points
from smac_courses.model.ids import OPTION_LETTERS, is_option_id
from smac_courses.model.questions import MAX_OPTIONS, Choice, Question, Scenario, Step
from smac_courses.reader.attributes import TRAILING, split_attributes
from smac_courses.reader.document import Line
from smac_courses.reader.prose import Slot
from smac_courses.reader.questions._desk import MAX_POINTS, Body, Desk, Item, read_items

_ARROW = re.compile(r"(?:=>|⇒|->|→|⟶|⇐|<=)\s*(?:\S+\s*){0,2}$")
_TO = re.compile(r"\s*(?:=>|⇒)\s*\S+\s*$")
_SAYING = re.compile(r"\((?P<tick>[ xX])\)\s+(?P<text>.*?)(?:\s*(?:=>|⇒)\s*(?P<to>\S+))?\s*$", re.S)


@dataclass(slots=True)
class _Saying:
    item: Item
    html: Slot
    remark: Slot | None
    to: int
    points: int


@dataclass(slots=True)
class _StepDraft:
    item: Item
    html: Slot
    sayings: list[_Saying]


@dataclass(slots=True)
class ScenarioBody:
    """The steps of a conversation."""

    steps: list[_StepDraft]

    def finish(self, common: dict[str, Any]) -> Question:
        """The question. Its heading may say what the best way is worth; else that is the sum of its points."""
        steps = tuple(
            Step(
                html=step.html.html,
                choices=tuple(
                    Choice(
                        id=saying.item.id,
                        html=saying.html.html,
                        to=saying.to,
                        points=saying.points,
                        feedback=saying.remark.html if saying.remark else "",
                        at=saying.item.at,
                    )
                    for saying in step.sayings
                ),
                at=step.item.at,
            )
            for step in self.steps
        )
        points = common["points"] or min(most_points(steps), MAX_POINTS)
        return Scenario(**{**common, "points": points}, steps=steps)


def read_scenario(lines: Sequence[Line], desk: Desk) -> Body | None:
    """The steps of a numbered list."""
    items = read_items(lines, desk)
    if not items or any(item.number is None for item in items) or not items[0].children:
        hint = "write numbered steps, and below each, indented, what can be said: - (x) … => 2"
        desk.lacks("has no numbered steps with something to say", hint)
        return None
    places = {item.number: place for place, item in enumerate(items)}
    if len(places) < len(items):
        desk.lacks("has two steps with the same number", "number the steps 1, 2, 3 …")
        return None
    problems = len(desk.report)
    steps = []
    for place, item in enumerate(items):
        desk.refuse(item.attributes, "a step")
        sayings = [one for child in item.children if (one := _saying(child, place, places, len(items), desk))]
        # What the other side writes is often quoted.
        steps.append(_StepDraft(item, desk.text(item.whole, item.text_at), sayings))
    _name(steps, desk)
    if len(desk.report) == problems:
        _check_ways(steps, desk)
    if not any(saying.points for step in steps for saying in step.sayings):
        desk.report.add("SMAC203", desk.section.at, f"{desk.title} has nothing good to say", hint="mark it with (x)")
    return ScenarioBody(steps)


def _saying(item: Item, place: int, places: dict[int | None, int], count: int, desk: Desk) -> _Saying | None:
    found = _SAYING.fullmatch(_with_braces_last(item, desk))
    if found is None:
        hint = "begin it with ( ), or with (x) where it is good: - (x) I am sorry. => 2"
        desk.report.add("SMAC204", item.at, "something to say without round brackets", hint=hint)
        return None
    desk.refuse(item.attributes, "something to say", ("points",))
    desk.stray(item)
    is_good = found["tick"] in "xX"
    if not is_good and "points" in item.attributes.values:
        at = item.attributes.places["points"]
        hint = "mark it with (x), or take the points away"
        desk.report.add("SMAC210", at, "points for something to say that is not marked as good", hint=hint)
    points = desk.points_of(item.attributes, int(is_good))
    if _ARROW.search(found["text"]):
        desk.report.add("SMAC238", item.at, "an arrow that is not understood", hint="write => and the number of a step")
        return None
    to = place + 1
    if found["to"] is not None:
        number = int(found["to"]) if found["to"].isdecimal() and len(found["to"]) < 6 else -1
        to = places.get(number, -1)
    if not 0 <= to < count:
        later = [str(number) for number, one in places.items() if one > place]
        what = f"there is no step '{found['to']}'" if found["to"] else "there is no step behind this one"
        hint = f"write => and the number of a later step: {', '.join(later)}" if later else "add a step behind this one"
        desk.report.add("SMAC238", item.at, what, hint=hint)
        return None
    return _Saying(item, desk.text([found["text"]], item.text_at), desk.remark(item.remark), to, points)


def _with_braces_last(item: Item, desk: Desk) -> str:
    """What is said and where it leads; braces may stand before the arrow, too."""
    text = "\n".join(item.text).strip()
    found = _TO.search(text)
    if found is None or not TRAILING.search(text[: found.start()]):
        return text
    offset = max(desk.source.lines[item.line - 1].find(text[: found.start()].splitlines()[0]), 0)
    words, attributes = split_attributes(text[: found.start()], desk.source, item.line, offset, desk.report)
    item.attributes = attributes
    item.id = attributes.id if is_option_id(attributes.id) else item.id
    return f"{words} {found[0].strip()}"


def _name(steps: list[_StepDraft], desk: Desk) -> None:
    """Ids by step and place, `1a`, for whatever has none."""
    named: dict[str, Item] = {}
    for step in steps:
        for place, saying in enumerate(step.sayings):
            item = saying.item
            item.id = item.id or f"{step.item.number}{OPTION_LETTERS[place % MAX_OPTIONS]}"
            if item.id in named:
                related = ((named[item.id].at, "the other one"),)
                desk.report.add("SMAC302", item.at, f"two answers have the id '{item.id}'", related=related)
            named[item.id] = item


def _check_ways(steps: list[_StepDraft], desk: Desk) -> None:
    """Every step is reached from the first one, and no way leads back: it could be walked for ever."""
    reached = {0}
    for place, step in enumerate(steps):
        for saying in step.sayings:
            if saying.to <= place:
                number = steps[saying.to].item.number
                desk.report.add("SMAC240", saying.item.at, f"this leads back to step {number}")
            elif place in reached:
                reached.add(saying.to)
    for place, step in enumerate(steps):
        if place not in reached:
            desk.report.add("SMAC239", step.item.at, f"nothing leads to step {step.item.number}")
