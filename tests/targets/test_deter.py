"""`grading: deter`: the key cannot be found by looking, and only the sealed parts depend on it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

from support import MODULE, TODAY

from smac_courses.model.sealing import unsealed
from smac_courses.pipeline import check_courses
from smac_courses.targets import TARGETS
from smac_courses.targets.base import EmitContext

COURSE = "id: c\ntitle: A course\nversion: 1.0.0\ngrading: deter\nmodules: [../modules/m.md]\n"
KEYS = """\
### One {#one}

- (x) First
  > CANARY1
- ( ) Second
  > CANARY2

> CANARY3

### Several {#several}

- [x] First
- [ ] Second
- [x] Third

> CANARY4

### True {#true .true-false}

= true

> CANARY5

### Word {#word}

= CANARY6
= CANARY7
~ CANARY8
  > CANARY9

> So.

### Number {#number}

= 4711 ± 13

> So.

### Gaps {#gaps}

The [[=CANARY10]] is [[(red) / blue]].

> So.

### Post {#post .post-review}

- [x] First {points=3}
  > CANARY11
- [ ] Second

### Draft {#draft .post-draft}

- Words {contains="CANARY12"}
  > CANARY13
- Never {never="CANARY14"}

### Talk {#talk .scenario}

1. Hello?
   - (x) Hello. {points=7} => 2
     > CANARY15
   - ( ) Go away. => 2
     > CANARY16
2. Bye.
"""
OTHER_KEYS = (
    ("- (x) First\n  > CANARY1\n- ( ) Second", "- ( ) First\n  > CANARY1\n- (x) Second"),
    ("- [x] First\n- [ ] Second\n", "- [ ] First\n- [x] Second\n"),
    ("= true", "= false"),
    ("= CANARY6", "= CANARY0"),
    ("4711", "4712"),
    ("(red) / blue", "red / (blue)"),
    ("- [x] First {points=3}\n  > CANARY11\n- [ ] Second", "- [ ] First\n  > CANARY11\n- [x] Second {points=3}"),
    ('contains="CANARY12"', 'contains="CANARY0"'),
    ("(x) Hello. {points=7}", "( ) Hello."),
    ("( ) Go away.", "(x) Go away. {points=7}"),
)


def built(project: Callable[..., Path], text: str) -> dict[str, str]:
    module = MODULE.partition("Some text.")[0] + text
    checked = check_courses([project({"modules/m.md": module, "c/course.yml": COURSE})], TODAY)
    assert not checked.report.has_errors, list(checked.report)
    course = checked.project.courses[0].with_all_ordinals()
    package = TARGETS["scorm12"].emit(course, EmitContext(generator="test"))
    return {path: package.read(path).decode("utf-8", "replace") for path in package.paths()}


def test_no_word_of_the_key_is_in_any_file(project: Callable[..., Path]) -> None:
    files = built(project, KEYS)

    assert {path: re.findall(r"CANARY\d+|4711|4698|4724", text) for path, text in files.items()} == {
        key: [] for key in files
    }


def test_it_is_all_there_for_the_script(project: Callable[..., Path]) -> None:
    page = built(project, KEYS)["index.html"]
    data = json.loads(page.partition('id="_course-data">')[2].partition("</script>")[0])
    opened = {
        one["key"]: unsealed(one["sealed"], one["key"]) for lesson in data["lessons"] for one in lesson["practice"]
    }

    assert set(re.findall(r"CANARY\d+", json.dumps(opened))) == {f"CANARY{n}" for n in range(1, 17)}
    assert opened["m.number"]["solution"] == {"low": "4698", "high": "4724", "value": "4711"}
    assert opened["m.one"]["remarks"] == {"a": "<p>CANARY1</p>", "b": "<p>CANARY2</p>", "": "<p>CANARY3</p>"}


def test_two_courses_that_differ_in_the_key_differ_in_what_is_sealed_only(project: Callable[..., Path]) -> None:
    text = KEYS
    for old, new in OTHER_KEYS:
        assert old in text
        text = text.replace(old, new)
    one, other = built(project, KEYS), built(project, text)

    for files in (one, other):
        files["index.html"] = re.sub(r'"sealed":"[^"]+"', '"sealed":""', files["index.html"])
        files["smac.json"] = re.sub(r"sha256:\w+", "", files["smac.json"])
    assert one == other
