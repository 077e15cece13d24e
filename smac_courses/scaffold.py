"""`smac new`: a first program that shows what a course is made of and builds, and parts to add to it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from smac_courses.errors import EnvironmentProblem, UsageError
from smac_courses.model.ids import is_id, slug

REVIEW_AFTER = timedelta(days=180)

PROGRAM = """\
# What all courses share. Every key of company, contacts and terms is a variable: {{ company.name }}.
owner: Who answers for this program
company:
  name: Example Ltd
contacts:
  help: help@example.com
policy: policy.md
# The address under which your program is known: record stores name courses by it. Set it before the first upload.
# website: https://training.example.com
"""

POLICY = """\
---
id: policy
title: Our principles
version: 1.0.0
review_by: {review_by}
---

The rules behind the courses, on one page. Lessons and questions cite them: policy=be-open.

## Be open {#be-open}

Say who you are, and that you work for {{ company.name }}.

## Protect what is ours {#protect}

Keep what customers and colleagues trusted you with to yourself.
"""

COURSE = """\
id: {id}
title: {title}
description: What a learner gets from it, in one or two sentences.
version: 1.0.0
language: en
modules:
  - {module}
  - exam.md
"""

FIRST_MODULE = """\
---
id: first-module
title: My first module
minutes: 5
objectives:
  ask: Know whom to ask
review_by: {review_by}
---

This is the module's opening page. Say what is in it for the learner of {{ company.name }}.

## A first lesson {#first-lesson}

Write as you would write to a colleague. Two number signs begin a lesson, three a part of it or a question.

> [!TIP]
> A quote with a mark like this one is a callout.

### Where do you turn with a question? {#where-to-ask objective=ask}

- (x) To {{ contacts.help }}.
  > Yes. Somebody answers there.
- ( ) To nobody. It will sort itself out.
  > It rarely does.

> A quote at the margin is shown to everyone afterwards.

### Before you post {#before-you-post .job-aid}

Learners can print this part alone.

- [ ] I have said where I work.
- [ ] I would say it to a customer's face.
"""

MODULE = """\
---
id: {id}
title: {title}
minutes: 5
objectives:
  first: What a learner can do afterwards
review_by: {review_by}
---

What is in it for the learner.

## A lesson {#{id}-lesson}

Its text.

### A question about it? {#{id}-question objective=first}

- (x) The right answer.
  > Why it is right.
- ( ) A wrong answer that sounds good.
  > Why it is not.
"""

EXAM = """\
---
id: {id}-exam
title: Exam
exam:
  pass_percent: 80
  attempts: 3
---

The opening page of the exam. Every section below is a pool; a pool can draw some of its questions.

## Basics {#basics draw=1}

### Which of these are ways to mark up an answer? {#marks}

- [x] Round brackets, where one answer is right.
  > Yes: ( ) and (x).
- [x] Square brackets, where several may be.
  > Yes: [ ] and [x].
- [ ] Curly brackets.
  > They hold ids and numbers, at the end of a heading.

### What does a learner see after an answer? {#after-answer}

- ( ) Nothing.
  > That would teach nothing.
- (x) What you wrote in the quote under that answer.
  > Yes. It is called feedback.
"""

QUESTIONS = {
    "single": """\
### {title} {#{id}}

- ( ) A wrong answer that sounds good.
  > Why it is not right.
- (x) The right answer.
  > Why it is right.
- ( ) Another wrong one.
  > Why it is not right.
""",
    "multiple": """\
### {title} {#{id}}

- [x] One that is right.
  > Why it is right.
- [ ] One that is wrong.
  > Why it is not.
- [x] Another right one.
  > Why it is right.
""",
    "true-false": """\
### {title} {#{id} .true-false}

= false

> Why it is false.
""",
    "text": """\
### {title} {#{id}}

= the answer
= another answer that is right, too
~ an answer that is nearly right
  > What is missing.

> Why it is right, for everyone.
""",
    "number": """\
### {title} {#{id}}

= 80 ± 2

> Where the number comes from.
""",
    "blanks": """\
### {title} {#{id}}

Put it [[at the end / (at the start) / in the middle]] of the post, with the tag [[=#ad / #advert]].

> Why there, and why so.
""",
    "match": """\
### {title} {#{id} .match}

- One thing => what belongs to it
- Another thing => what belongs to that
- => what belongs to neither

> Why they belong together.
""",
    "categorise": """\
### {title} {#{id} .categorise}

- The first group
  - A thing in it
  - Another thing in it
- The second group
  - A thing in that one

> Why they belong there.
""",
    "order": """\
### {title} {#{id} .order}

1. What comes first
2. What comes next
3. What comes last

> Why in this order.
""",
    "likert": """\
### {title} {#{id} .likert}

- Not at all
- A little
- Very much
""",
    "survey": """\
### {title} {#{id} .survey}

- ( ) One opinion
- ( ) Another opinion
""",
    "essay": """\
### {title} {#{id} .essay max=500}

What to write about. Nobody grades it.

> A model answer, shown afterwards.
""",
    "post-review": """\
### {title} {#{id} .post-review by="Dana Reyes" on=LinkedIn}

- [ ] A part of the post that is fine.
- [x] A part that breaks a rule. {points=2}
  > Which rule, and why.
- [x] Another one.
  > Which rule, and why.
""",
    "post-draft": """\
### {title} {#{id} .post-draft}

What the post is about.

- Says in its first line that you were paid {first-line="#ad, #sponsored, paid partnership" points=2}
  > A reader must not have to look for it.
- Names nothing that is secret {never="Project Falcon, Contoso"}
  > It is not public yet.
- Describes its picture {alt-text=20}
  > Somebody cannot see it.
- Fits {length=40..280}
  > The network cuts it off.
- Writes hashtags so that they can be read out {.camel-case}
  > A capital for each word.
""",
    "scenario": """\
### {title} {#{id} .scenario}

1. **Kim** writes: Your app lost my data!
   - (x) I am sorry. May I look into it? => 2
     > It names the problem and offers help.
   - ( ) That cannot be. => 3
     > It calls Kim a liar.
2. Kim thanks you.
3. Kim posts a screenshot.
""",
    "attest": """\
### {title} {#{id} .attest}

I have read the social media policy of {{ company.name }} and will follow it.
""",
}


@dataclass(frozen=True, slots=True)
class Made:
    """What was written. `next_step` is a remark on what to do with it, or empty."""

    path: Path
    next_step: str = ""


def new_program(folder: Path, today: date) -> Iterator[Made]:
    """Write the files of a first program into a new or empty folder.

    Raises UsageError when the folder holds anything, EnvironmentProblem when the disk refuses.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"'{folder}' is not empty; name a new folder")
    course = {"id": "first-course", "title": "My first course", "module": "../modules/first-module.md"}
    for name, text in {
        "program.yml": PROGRAM,
        "policy.md": POLICY,
        "modules/first-module.md": FIRST_MODULE,
        "first-course/course.yml": _filled(COURSE, course),
        "first-course/exam.md": _filled(EXAM, {"id": "first"}),
    }.items():
        yield _write(folder / name, _filled(text, {"review_by": str(today + REVIEW_AFTER)}))


def new_course(root: Path, name: str, title: str, today: date) -> Iterator[Made]:
    """A course with one new module and an exam, in a program that exists already."""
    own_id = _id_from(name)
    values = {"id": own_id, "title": _in_yaml(title or _title_from(name)), "module": f"../modules/{own_id}.md"}
    yield _write(root / own_id / "course.yml", _filled(COURSE, values))
    yield _write(root / own_id / "exam.md", _filled(EXAM, {"id": own_id}))
    if not (root / "modules" / f"{own_id}.md").exists():
        yield from new_module(root, name, title, today, mention=False)


def new_module(root: Path, name: str, title: str, today: date, *, mention: bool = True) -> Iterator[Made]:
    """A module with a lesson and a question."""
    own_id = _id_from(name)
    values = {"id": own_id, "title": _in_yaml(title or _title_from(name)), "review_by": str(today + REVIEW_AFTER)}
    step = f"add ../modules/{own_id}.md to the modules of a course.yml" if mention else ""
    yield _write(root / "modules" / f"{own_id}.md", _filled(MODULE, values), step)


def new_question(file: Path, title: str, kind: str) -> Iterator[Made]:
    """A question at the end of a module or an exam."""
    if not file.is_file():
        raise UsageError(f"there is no module '{file}'")
    if file.suffix != ".md":
        raise UsageError(f"'{file}' is not a module; name a Markdown file")
    try:
        before = file.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(f"'{file}' is not UTF-8 text") from error
    front, closed, _ = before.removeprefix("\ufeff").removeprefix("---").partition("\n---")
    if not before.removeprefix("\ufeff").startswith("---") or not closed or "\nversion:" in front:
        raise UsageError(f"'{file}' is not a module or an exam")
    words = title.replace("{", "(").replace("}", ")") or "What is asked here?"
    taken = {part.split("}")[0].split()[0] for part in before.split("{#")[1:] if part.split("}")[0].split()}
    question = _filled(QUESTIONS[kind], {"title": words, "id": slug(words, taken)})
    end = "\r\n" if "\r\n" in before else "\n"
    text = before.rstrip() + end * 2 + question.replace("\n", end)
    try:
        file.write_bytes(text.encode("utf-8"))
    except OSError as error:
        raise EnvironmentProblem(f"cannot write to '{file}': {error.strerror}") from error
    yield Made(file, f"write the question at the end of {file}")


def _write(path: Path, text: str, next_step: str = "") -> Made:
    if path.exists():
        raise UsageError(f"'{path}' exists already; nothing was changed")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8", newline="\n")
    except OSError as error:
        raise EnvironmentProblem(f"cannot write '{path}': {error.strerror}") from error
    return Made(path, next_step)


def _id_from(name: str) -> str:
    own_id = slug(Path(name).name.removesuffix(".md"))
    if not is_id(own_id) or not any(letter.isascii() and letter.isalnum() for letter in name):
        raise UsageError(f"'{name}' gives no id; use letters from a to z, and --title for the rest")
    return own_id


def _title_from(name: str) -> str:
    words = Path(name).name.removesuffix(".md").replace("-", " ").strip()
    return words[:1].upper() + words[1:]


def _in_yaml(words: str) -> str:
    """Words as a value: in quotes when YAML would read them otherwise."""
    is_plain = words[:1].isalpha() and not any(sign in words for sign in (": ", " #", "{", "}", '"', "'"))
    is_word = words.rstrip() == words and not words.endswith(":") and words not in {"true", "false", "null"}
    return words if is_plain and is_word else json.dumps(words, ensure_ascii=False)


def _filled(text: str, values: dict[str, str]) -> str:
    for key, value in values.items():
        text = text.replace("{" + key + "}", value)
    return text
