"""A course with everything in it, for the targets of Open edX: every kind of question, links, films, odd letters."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from lxml import etree
from support import TODAY

from smac_courses.model.course import Course
from smac_courses.pipeline import Built, build_course, check_courses
from smac_courses.targets import TARGETS

WriteProject = Callable[..., Path]
HEAD = "---\nid: {id}\ntitle: {title}\nreview_by: 2099-01-01\n---\n\n"
PROGRAM = """\
owner: The social team
contacts: {help: help@example.com}
company: {name: "Söhne & Co <Ltd>", product: 'The "Best" 🎉'}
inserts: {uk: true, us: false}
policy: policy.md
credit: each
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
KINDS = """
### Where does a disclosure go & why &lt;so&gt;? 🎉 {#single objective=place policy=be-open difficulty=easy}

![Two posts side by side](../assets/pic.png)

See [the film](second.md#film), [a heading](second.md#deep), [the exam](../c/exam.md), [the question](#single) and
[a paper](../assets/paper.pdf "A & B").

- ( ) At the end of {{ company.name }}. ![A red cross](../assets/pic.png)
  > Few read [that far](second.md).
- (x) At the start: `a < b & c`.
  > Yes[^why].

> Because of [the law](https://example.com/a.md?b=1&c=2#d).

### What needs a disclosure? {#multiple points=4 credit=each}

- [x] A gift. {#gift}
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

### How many hours may an answer take? {#number when=uk}

= 24 ± 2

> A day.

### Never asked {#off when=us}

= 1

> Nobody.

### Complete the rule. {#blanks points=2 credit=each when=us,uk}

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

### Put the steps in order. {#order .order points=4}

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
   - (x) Please send it in a private message. => 3
     > Right.
   - ( ) I have called it. => 3
     > It was public.
3. Kim thanks you.

### Hints and code {#hints}

```html
<p class="x">&amp; no link</p>
```

?> Think of `<p>`.

- (x) One
- ( ) Two

> Both.
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
NOTES = "\n[^why]: Since [the other module](second.md#film) says so, {{ company.product }}.\n"
KINDS = KINDS.replace("?> Think of `<p>`.\n\n", "")
FIRST = """\
---
id: first
title: 'First & "best" <em>x</em> 🎉'
review_by: 2099-01-01
minutes: 5
objectives: {place: Say it & say it <first>}
---

An opening with [a link](second.md) and [another](#single) and [the lesson](#lesson).

## A & B < C 🎉 "quoted" {#lesson}

Words of {{ company.name }}. ![An inline picture of two posts](../assets/pic.png) A note[^why].

![Two posts, one with a label](../assets/pic.png "A caption with [a link](second.md#deep)")

### Keep this {#aid .job-aid .checklist}

- [ ] One of [those](second.md)

---

![What Ann says](../assets/talk.mp3)

## A second lesson {#two}

[Back](#lesson), [to the aid](#aid), [to a question](#single).
"""
SECOND = """\
---
id: second
title: Second
review_by: 2099-01-01
---

## Film {#film}

![A short film of Ann](../assets/film.mp4 "A caption")

### Deep {#deep}

Text to [the first](first.md#lesson) and [a question](first.md#single).
"""
EXAM = (
    "---\nid: exam\ntitle: The exam & more 🎉\n"
    "exam: {pass_percent: 70, opens: any-time, attempts: 2, time_limit_minutes: 30, feedback: after}\n---\n\n"
    "Read [the lesson](../modules/first.md#lesson) first.\n\n"
    "## Pool & one {#pool draw=3 must_pass=50}\n"
)
IN_EXAM = (
    KINDS.replace("](second.md", "](../modules/second.md")
    .replace("](../c/exam.md)", "](../modules/first.md)")
    .replace("](#single) and", "](../modules/first.md#single) and")
)
CUT = "### Sort these."
COURSE = """\
id: c
title: 'A course & "more" <b> 🎉'
description: What it is about & why <this>.
version: 1.0.0
modules: [../modules/first.md, ../modules/second.md, exam.md]
openedx: {org: Acme, number: MD101, run: 2027_T1, start: 2027-01-01, end: 2027-12-31, due: 2027-06-30, self_paced: false}
"""
VTT = "WEBVTT\n\nNOTE a remark\n\n1\n00:01.000 --> 00:02.500 align:start\n<v Ann>Hello & welcome\n\n01:00:03.000 --> 01:00:04.000\nSecond\nline\n"


def picture() -> bytes:
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"\0\0\0\0")),
        (b"IEND", b""),
    )
    chunks = (struct.pack(">I", len(d)) + n + d + struct.pack(">I", zlib.crc32(n + d)) for n, d in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def files_of(folder: Path) -> None:
    """What a text editor does not write."""
    assets = folder / "assets"
    assets.mkdir(exist_ok=True, parents=True)
    (assets / "pic.png").write_bytes(picture())
    (assets / "paper.pdf").write_bytes(b"%PDF-1.4\n")
    (assets / "film.mp4").write_bytes(b"\0\0\0\x18ftypmp42" + bytes(100))
    (assets / "talk.mp3").write_bytes(b"ID3" + bytes(100))
    (assets / "film.en.vtt").write_text(VTT)
    (assets / "film.de.vtt").write_text(VTT.replace("Hello & welcome", "Hallo"))
    (assets / "film.en.txt").write_text("What is said in the film.\n")
    (assets / "talk.txt").write_text("What is said.\n")


class Made:
    """A course that was built, and what was written."""

    def __init__(self, course: Course, built: Built) -> None:
        self.course, self.built = course, built
        self.folder = built.path.with_name(built.path.name.removesuffix(".tar.gz"))

    def names(self) -> list[str]:
        return sorted(str(one.relative_to(self.folder)) for one in self.folder.rglob("*") if one.is_file())

    def trees(self) -> Iterator[tuple[str, etree._Element]]:
        for path in sorted(self.folder.rglob("*.xml")):
            yield str(path.relative_to(self.folder)), etree.parse(str(path)).getroot()

    def xml(self, name: str) -> etree._Element:
        return etree.parse(str(self.folder / name)).getroot()

    def json(self, name: str) -> Any:
        return json.loads((self.folder / name).read_text("utf-8"))

    def quizzes(self) -> Iterator[etree._Element]:
        for _, root in self.trees():
            yield from root.iter("smac_quiz")

    def blocks(self) -> list[tuple[str, str]]:
        """Kind and url_name of every block, the course left out: pointers and blocks that stand inline."""
        return [
            (str(one.tag), str(one.get("url_name")))
            for name, root in self.trees()
            for one in root.iter()
            if name != "course.xml" and isinstance(one.tag, str) and one.get("url_name")
        ]

    def texts(self) -> Iterator[tuple[str, str]]:
        """Everything in which an address can stand."""
        for name in self.names():
            if name.endswith((".html", ".xml")):
                yield name, (self.folder / name).read_text("utf-8")


def maker(target: str, project: WriteProject, folder: Path) -> Callable[..., Made]:
    """Builds the course, with some files of it replaced."""

    def build(files: dict[str, str | None] | None = None, out: str = "out") -> Made:
        exam = EXAM + IN_EXAM.partition(CUT)[0] + "\n## Two {#two draw=2}\n\n" + CUT + IN_EXAM.partition(CUT)[2]
        deep = "](../modules/second.md"
        defaults = {
            "program.yml": PROGRAM,
            "policy.md": POLICY,
            "c/course.yml": COURSE,
            "c/exam.md": exam + NOTES.replace("](second.md", deep),
            "modules/first.md": FIRST + KINDS + UNSCORED + NOTES,
            "modules/second.md": SECOND,
            "modules/m.md": None,
        }
        place = project({**defaults, **(files or {})})
        files_of(place)
        checked = check_courses([place / "c"], TODAY)
        assert not checked.report.has_errors, [f"{one.at} {one.code} {one.message}" for one in checked.report]
        course = checked.project.courses[0]
        return Made(course, build_course(course, TARGETS[target], folder / out))

    return build


def small(body: str, **more: str) -> dict[str, str | None]:
    """A course of one module without an exam."""
    course = "id: c\ntitle: A course\nversion: 1.0.0\nmodules: [../modules/m.md]\n" + more.pop("course", "")
    return {"c/course.yml": course, "c/exam.md": None, "modules/first.md": None, "modules/second.md": None,
            "modules/m.md": HEAD.format(id="m", title="A module") + body, **more}  # fmt: skip
