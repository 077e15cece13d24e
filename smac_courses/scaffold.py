"""`smac new`: the smallest program that shows what a course is made of, and that builds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from smac_courses.errors import EnvironmentProblem, UsageError

PROGRAM = """\
# What all courses share. Every key is a variable: {{ company.name }}.
company:
  name: Example Ltd
contacts:
  help: help@example.com
"""

COURSE = """\
id: first-course
title: My first course
description: What a learner gets from it, in one or two sentences.
version: 1.0.0
language: en
modules:
  - ../modules/first-module.md
  - exam.md
"""

MODULE = """\
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

### Where do you turn with a question? {#where-to-ask objective=ask}

- (x) To {{ contacts.help }}.
  > Yes. Somebody answers there.
- ( ) To nobody. It will sort itself out.
  > It rarely does.

> A quote at the margin is shown to everyone afterwards.
"""

EXAM = """\
---
id: first-exam
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

FILES = {
    "program.yml": PROGRAM,
    "modules/first-module.md": MODULE,
    "first-course/course.yml": COURSE,
    "first-course/exam.md": EXAM,
}


def write_scaffold(folder: Path, today: date) -> Iterator[Path]:
    """Write the files of a first program into a new or empty folder; yields each path.

    Raises UsageError when the folder holds anything, EnvironmentProblem when the disk refuses.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"'{folder}' is not empty; name a new folder")
    try:
        for name, text in FILES.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            text = text.replace("{review_by}", str(today + timedelta(days=180)))
            path.write_text(text, "utf-8", newline="\n")
            yield path
    except OSError as error:
        raise EnvironmentProblem(f"cannot write to '{folder}': {error.strerror}") from error
