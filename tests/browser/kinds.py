"""A course with every kind of question, and a learner who answers them: by clicks, or by keys alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from learner import Seat
from playwright.sync_api import Locator

COURSE = "id: c\ntitle: Every kind\nversion: 1.0.0\nmodules: [../modules/m.md, exam.md]\n"
PROGRAM = """\
owner: The social team
contacts: {help: help@example.com}
company: {name: Example Ltd}
policy: policy.md
"""
POLICY = """\
---
id: policy
title: Our principles
version: 2.1.0
review_by: 2099-01-01
---

Rules.

## Be open {#be-open}

Say who you are.
"""
QUESTIONS = """
### Where does a disclosure go? {#single objective=place policy=be-open difficulty=easy}

- ( ) At the end.
  > Few read that far.
- (x) At the start.
  > Yes.

### What needs a disclosure? {#multiple points=4 credit=each}

- [x] A gift.
  > Yes.
- [x] A paid story.
  > Yes.
- [ ] A bird that you saw.
  > Nobody paid for it.

### A disclosure in the bio is enough. {#true-false .true-false}

= false

> A reader of one post does not see the bio.

### Which parts of the post break the rules? {#post-review .post-review by="Dana Reyes" on=LinkedIn}

- [ ] Big day for us!
- [x] We are 40 % faster than anyone. {points=2}
  > A claim about others needs proof.
- [x] Contoso signs next week.
  > Not public yet.

### What is it called when you say that you were paid? {#text points=2}

= disclosure
= a disclosure
~ disclaimer {points=1}
  > Nearly: that is the small print.

> A disclosure.

### How many hours may an answer take? {#number}

= 24 ± 2

> A day.

### Complete the rule. {#blanks points=2 credit=each}

Put it [[at the end / (at the start) / in the bio]], with [[=#ad / #advert]].

> First things first.

### Match each rule to its reason. {#match .match points=2 credit=each}

- Disclose => Readers know who speaks
- Ask first => Secrets stay secret
- => Nobody has to read it

> As said.

### Sort these. {#categorise .categorise points=4 credit=each}

- Needs a disclosure
  - A gift
  - A paid story
- Needs none
  - A bird
  - A joke

> As said.

### Put the steps in order. {#order .order points=4 credit=each}

1. Stop
2. Think
3. Ask
4. Post

> In this order.

### Write a post about the phone that you were given. {#post-draft .post-draft}

- Says in its first line that it was a gift {first-line="#ad, #gifted" points=2}
  > Put it first.
- Names no secret {never="Project Falcon"}
  > Secrets stay in.
- Describes its picture {alt-text=10}
  > Somebody cannot see it.
- Fits {length=40..200}
  > Too long, or too short.
- Writes hashtags so that they can be read out {.camel-case}
  > A capital for each word.

### A customer complains. {#scenario .scenario}

1. **Kim**: Your app lost my data!
   - (x) I am sorry. May I look into it? {points=2} => 2
     > It names the problem.
   - ( ) That cannot be. => 3
     > It calls Kim a liar.
2. Kim sends a phone number.
   - (x) Please send it in a private message. => 4
     > Right.
   - ( ) I have called it. => 4
     > It was public.
3. Kim posts a screenshot.
   - (x) You are right. => 4
     > Better late.
   - ( ) Fake! => 5
     > Never.
4. Kim thanks you.
5. Kim writes to the press.
"""
UNSCORED = """
### I feel ready to post. {#likert .likert}

### How did you hear of the policy? {#survey .survey}

- [ ] From a colleague
- [ ] From this course

### Say it in your own words. {#essay .essay max=300}

> A model answer: say it first, say it plainly.

### I will follow the policy. {#attest .attest}

I have read the policy of {{ company.name }} and will follow it.
"""
MODULE = (
    "---\nid: m\ntitle: A module\nreview_by: 2099-01-01\nobjectives: {place: Say it first}\n---\n\nOpening.\n\n## A lesson {#lesson}\n"
    + QUESTIONS
    + UNSCORED
)
EXAM = (
    "---\nid: e\ntitle: The exam\nexam: {pass_percent: 70, opens: any-time, attempts: 2}\n---\n\n## Pool {#pool}\n"
    + QUESTIONS
)
FILES = {
    "modules/m.md": MODULE,
    "c/exam.md": EXAM,
    "c/course.yml": COURSE,
    "program.yml": PROGRAM,
    "policy.md": POLICY,
}


@dataclass(frozen=True)
class Ways:
    """Answers to one question, in the words that the player uses for them, and what each of them earns."""

    right: list[str]
    wrong: list[str]
    part: list[str] | None = None
    points: int = 1
    part_points: int = 0
    kept: str = ""  # the right answer as SCORM 1.2 writes it


def ways(question: dict[str, Any]) -> Ways:
    """Ways to answer a question of QUESTIONS; what the compiler made up is read from the course data."""
    solution = question["solution"]
    name = question["key"].partition(".")[2]
    match name:
        case "single":
            return Ways(["b"], ["a"], kept="b")
        case "multiple":
            return Ways(["a", "b"], ["c"], ["a"], 4, 2, kept="a,b")
        case "true-false":
            return Ways(["false"], ["true"], kept="f")
        case "post-review":
            return Ways(["b", "c"], ["a"], ["b"], 3, 2, kept="b,c")
        case "text":
            return Ways(["  A  Disclosure"], ["secret"], ["Disclaimer"], 2, 1, kept="A Disclosure")
        case "number":
            return Ways(["25.5"], ["21.99"], kept="25.5")
        case "blanks":
            return Ways(["b1b", "#AD"], ["b1c", "ad"], ["b1b", "ad"], 2, 1, kept="at the start, #AD")
        case "match":
            right = [solution["pairs"][item] for item in question["items"]]
            return Ways(right, right[::-1], [right[0], right[0]], 2, 1)
        case "categorise":
            right = [solution["pairs"][item] for item in question["items"]]
            other = {"g1": "g2", "g2": "g1"}
            return Ways(right, [other[one] for one in right], [*right[:2], *(other[one] for one in right[2:])], 4, 2)
        case "order":
            right = solution["order"]
            return Ways(right, [*right[1:], right[0]], [right[1], right[0], *right[2:]], 4, 2)
        case "post-draft":
            text = "#gifted: a new phone\nIt takes #NightPictures well."
            alt = "A phone on a table, its screen dark"
            return Ways(
                [text, alt],
                ["Project Falcon: #lovemyphone", ""],
                [text, ""],
                6,
                5,
                kept=f"{text} {alt}".replace("\n", " "),
            )
        case "scenario":
            return Ways(["1a", "2a"], ["1b", "3b"], ["1b", "3a"], 3, 1, kept="a,c")
    raise AssertionError(name)


def form_of(seat: Seat, question: dict[str, Any]) -> Locator:
    return seat.sco.locator(f'form[data-question="{question["key"]}"]:visible')


def answer_by_clicks(seat: Seat, question: dict[str, Any], answer: list[str]) -> None:
    """Give an answer, whatever stood there before."""
    form = form_of(seat, question)
    match question["kind"]:
        case "single" | "true-false" | "likert":
            form.locator(f'input[value="{answer[0]}"]').check()
        case "multiple" | "post-review" | "survey":
            for box in form.locator(".option input").all():
                box.set_checked(box.get_attribute("value") in answer)
        case "order":
            put_in_order(form, answer)
        case "scenario":
            if form.locator("[data-again]").is_visible():
                form.locator("[data-again]").click()
            for said in answer:
                form.locator(f'[data-say="{said}"]').click()
        case "attest":
            form.locator("input").check()
        case _:
            for field, value in zip(form.locator("[data-field]").all(), answer, strict=True):
                if field.evaluate("one => one.tagName") == "SELECT":
                    field.select_option(value)
                else:
                    field.fill(value)


def put_in_order(form: Locator, order: list[str]) -> None:
    """Move what stands too low up, one after the other."""
    for place, wanted in enumerate(order):
        item = form.locator(f'li[data-option="{wanted}"]')
        while item.evaluate("one => [...one.parentNode.children].indexOf(one)") > place:
            item.locator('[data-move="up"]').click()
    if form.locator("ol.order").get_attribute("data-moved") is None:
        last = form.locator("li").last
        last.locator('[data-move="up"]').click()
        form.locator("li").nth(len(order) - 2).locator('[data-move="down"]').click()


def answer_by_keys(seat: Seat, question: dict[str, Any], answer: list[str]) -> None:
    """Give an answer with Tab, arrows, Space, Enter and letters; the focus is set into the form once, at its beginning."""
    keys = seat.page.keyboard
    form = form_of(seat, question)
    fields = form.locator("fieldset :is(input, select, textarea, button):visible:enabled")

    def reach(target: Locator) -> None:
        for _ in range(60):
            if target.evaluate("one => one === document.activeElement"):
                return
            keys.press("Tab")
        raise AssertionError(f"Tab never reached {target}")

    start = fields.first
    start.evaluate("one => { one.focus(); }")
    match question["kind"]:
        case "single" | "true-false" | "likert":
            keys.press("Space")
            values = [one.get_attribute("value") for one in form.locator(".option input").all()]
            for _ in range(values.index(answer[0])):
                keys.press("ArrowDown")
        case "multiple" | "post-review" | "survey":
            for box in form.locator(".option input").all():
                reach(box)
                if box.is_checked() != (box.get_attribute("value") in answer):
                    keys.press("Space")
        case "order":
            for place, wanted in enumerate(answer):
                item = form.locator(f'li[data-option="{wanted}"]')
                while item.evaluate("one => [...one.parentNode.children].indexOf(one)") > place:
                    start.evaluate("one => { one.focus(); }")
                    reach(item.locator('[data-move="up"]'))
                    keys.press("Enter")
        case "scenario":
            for said in answer:
                reach(form.locator(f'[data-say="{said}"]'))
                keys.press("Enter")
        case "attest":
            keys.press("Space")
        case _:
            for field, value in zip(form.locator("[data-field]").all(), answer, strict=True):
                reach(field)
                if field.evaluate("one => one.tagName") == "SELECT":
                    values = field.evaluate("one => [...one.options].map((option) => option.value)")
                    for _ in range(values.index(value)):
                        keys.press("ArrowDown")
                else:
                    keys.type(value.replace("\n", ""))
                    if "\n" in value:
                        keys.press("Control+a")
                        keys.insert_text(value)
