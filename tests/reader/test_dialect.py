"""The dialect beyond plain Markdown: callouts, films, formulas, code, checklists, job aids, inserts, the policy."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from support import COURSE, MODULE, PROGRAM, TODAY

from smac_courses.model.blocks import Block, JobAid, Media, Prose
from smac_courses.model.course import Course
from smac_courses.pipeline import check_courses
from smac_courses.targets import TARGETS
from smac_courses.targets.base import EmitContext

WriteProject = Callable[..., Path]
Read = Callable[..., Course]
HEAD = MODULE.partition("Some text.")[0]


@pytest.fixture
def course(project: WriteProject, tmp_path: Path) -> Read:
    def read(body: str, *, assets: dict[str, str] | None = None, **files: str) -> Course:
        for name, text in (assets or {}).items():
            path = tmp_path / "src/assets" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        named = {name.replace("__", "/"): text for name, text in files.items()}
        checked = check_courses([project({"modules/m.md": HEAD + body, **named})], TODAY)
        assert not checked.report.has_errors, list(checked.report)
        return checked.project.courses[0]

    return read


def blocks(course: Course) -> tuple[Block, ...]:
    return next(course.lessons()).blocks


def html(course: Course) -> str:
    return "".join(re.sub(r"\s*\n\s*", "", block.html) for block in blocks(course) if isinstance(block, Prose))


def page(course: Course) -> str:
    package = TARGETS["scorm12"].emit(course.with_all_ordinals(), EmitContext(generator="test"))
    return package.read("index.html").decode()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            "> [!TIP]\n> Say it *first*.\n> - one\n> - two\n",
            '<div class="callout tip" role="note"><p class="callout-title"></p><p>Say it <em>first</em>.</p>'
            "<ul><li>one</li><li>two</li></ul></div>",
        ),
        (
            'Before.\n\n!!! danger "Look *out*"\n    Text.\n\n    - one\n    - two\n\nAfter.\n',
            '<p>Before.</p><div class="callout caution" role="note"><p class="callout-title">Look <em>out</em></p>'
            "<p>Text.</p><ul><li>one</li><li>two</li></ul></div><p>After.</p>",
        ),
        (
            "- item\n  > [!NOTE]\n  > inside\n- next\n",
            '<ul><li>item<div class="callout note" role="note"><p class="callout-title"></p><p>inside</p></div></li>'
            "<li>next</li></ul>",
        ),
        (
            "### List {#list .checklist}\n\n- [ ] one\n- [x] two\n- three\n",
            '<h3 id="m.list">List</h3><ul class="checklist"><li class="task">one</li><li class="task done">two</li><li>three</li></ul>',
        ),
        (
            "<details>\n<summary>More</summary>\n\n**Bold**\n\n</details>\n\nAfter.\n",
            "<details><summary>More</summary><p><strong>Bold</strong></p></details><p>After.</p>",
        ),
        ("<details>\n*raw*\n</details>\n", "<details>*raw*</details>"),
        ("> ## Title\n> text\n", "<blockquote><h3>Title</h3><p>text</p></blockquote>"),
        (
            "> [!NOTE]\n> #### Title\n>\n> #hashtag\n",
            '<div class="callout note" role="note"><p class="callout-title"></p><h4>Title</h4><p>#hashtag</p></div>',
        ),
        ("~~old~~ new\n", "<p><del>old</del> new</p>"),
        (
            "See https://example.com/a_b_c?x=1. Or (https://example.org).\n",
            '<p>See <a href="https://example.com/a_b_c?x=1" rel="noopener noreferrer">https://example.com/a_b_c?x=1</a>. '
            'Or (<a href="https://example.org" rel="noopener noreferrer">https://example.org</a>).</p>',
        ),
        (
            "[https://example.com](https://example.org)\n",
            '<p><a href="https://example.org" rel="noopener noreferrer">https://example.com</a></p>',
        ),
        ("`https://example.com`\n", "<p><code>https://example.com</code></p>"),
        ("It costs $5 and $10, or US$5 to US$6.\n", "<p>It costs $5 and $10, or US$5 to US$6.</p>"),
        (r"Not \$a\$ math." + "\n", "<p>Not $a$ math.</p>"),
        (
            "With $a^2$ and `$b$`.\n",
            '<p>With <math display="inline" alttext="a^2"><mrow><msup><mi>a</mi><mn>2</mn></msup></mrow></math> and <code>$b$</code>.</p>',
        ),
        (
            "$$\na * b * c\n$$\n",
            '<p><math display="block" alttext="a * b * c"><mrow><mi>a</mi><mo>*</mo><mi>b</mi><mo>*</mo><mi>c</mi></mrow></math></p>',
        ),
        ("$$\nnever closed\n", "<p>$$never closed</p>"),
        ("HTML and CSS.\n\n*[HTML]: Hyper *Text*\n", '<p><abbr title="Hyper *Text*">HTML</abbr> and CSS.</p>'),
        ("Term\n: Its meaning\n", "<dl><dt>Term</dt><dd>Its meaning</dd></dl>"),
        (
            "> > deep [x](#lesson)\n",
            '<blockquote><blockquote><p>deep <a href="#m.lesson" rel="noopener noreferrer">x</a></p></blockquote></blockquote>',
        ),
    ],
)
def test_text_becomes_what_github_shows(course: Read, body: str, expected: str) -> None:
    assert html(course(body)) == expected


def test_code_is_coloured_where_its_language_is_known(course: Read) -> None:
    text = html(course('```python\nif x: "a<b"\n```\n\n- item\n\n  ~~~\n  plain <b>\n  ~~~\n'))

    assert '<span class="k">if</span>' in text
    assert "a&lt;b" in text
    assert "<pre><code>plain &lt;b&gt;" in text


VTT = """\
WEBVTT - a talk

NOTE by Dana

1
00:01.000 --> 00:03.000 align:start
<v Dana>Hello <i>there</i>.

00:03.200 --> 00:05.000
<v Dana>Nice &amp; good.

01:00:09.000 --> 01:00:10.000
<v Kim>Bye.
"""


def test_a_film_takes_its_captions_its_transcript_and_its_poster_along(course: Read) -> None:
    read = course(
        '![A talk](../assets/talk.mp4 "With *Dana*")\n',
        assets={"talk.mp4": "x", "talk.en.vtt": VTT, "talk.de.vtt": VTT, "talk.jpg": "x"},
    )
    (film,) = blocks(read)

    assert isinstance(film, Media)
    assert [(track.language, track.asset) for track in film.tracks] == [
        ("en", "assets/talk.en.vtt"),
        ("de", "assets/talk.de.vtt"),
    ]
    assert film.transcript == (
        "<p><strong>Dana:</strong> Hello there. Nice &amp; good.</p><p><strong>Kim:</strong> Bye.</p>"
    )
    assert (film.kind, film.title, film.caption, film.poster) == (
        "video",
        "A talk",
        "With <em>Dana</em>",
        "assets/talk.jpg",
    )
    assert {asset.name for asset in read.assets} == {
        f"assets/talk.{suffix}" for suffix in ("mp4", "en.vtt", "de.vtt", "jpg")
    }
    text = page(read)
    assert 'srclang="en" label="English" default>' in text
    assert '<source src="assets/talk.mp4" type="video/mp4">' in text


def test_a_recording_has_the_transcript_that_lies_beside_it(course: Read) -> None:
    (said,) = blocks(
        course("![Said](../assets/said.mp3)\n", assets={"said.mp3": "x", "said.txt": "One\ntwo <b>.\n\nThree.\n"})
    )

    assert isinstance(said, Media)
    assert said.transcript == "<p>One two &lt;b&gt;.</p><p>Three.</p>"


def test_a_job_aid_holds_everything_below_its_heading(course: Read) -> None:
    read = course("### Picker {#picker .job-aid}\n\n- [ ] one\n\n#### Part\n\nText.\n\n### After {#after}\n\nMore.\n")
    aid, heading, *_ = blocks(read)

    assert isinstance(aid, JobAid)
    assert [block.html for block in aid.blocks if isinstance(block, Prose)] == [
        '<ul class="checklist"><li class="task">one</li></ul>',
        "<h4>Part</h4>",
        "<p>Text.</p>",
    ]
    assert isinstance(heading, Prose)
    assert heading.html == '<h3 id="m.after">After</h3>'
    assert '<section class="job-aid" id="m.picker" aria-labelledby="m.picker._title">' in page(read)


INSERTS = PROGRAM + "inserts: {uk: true, us: false, ca: false}\n"
BODY = """\
### UK {#uk-part when=uk}

British.

#### Deeper

British, too.

### US {#us-part when=us}

American.

#### Deeper still

American, too.

### Either {#either when=us,uk}

Both.

### Which? {#which when=us points=2}

- (x) This.
- ( ) That.

> So.
"""


def test_inserts_are_there_when_the_program_switches_them_on(course: Read) -> None:
    read = course(BODY, **{"program.yml": INSERTS})
    text = html(read)

    assert "British, too." in text
    assert "Both." in text
    assert "American" not in text
    assert not list(read.questions())


def test_a_program_that_cannot_be_read_is_one_mistake_and_not_hundreds(project: WriteProject) -> None:
    body = HEAD.replace("{#lesson}", "{#lesson policy=be-kind}") + "Text.\n"
    report = check_courses([project({"modules/m.md": body, "program.yml": "owner: [\n"})], TODAY).report

    assert "SMAC227" not in {one.code for one in report}
    assert "program.yml" in {one.at.path for one in report}


def test_a_source_of_a_part_that_is_switched_off_is_no_mistake(project: WriteProject) -> None:
    body = "### US {#us-part when=us}\n\nA fine.[^fine]\n\n[^fine]: A law, 2026.\n[^other]: Another law, 2026.\n"
    report = check_courses([project({"modules/m.md": HEAD + body, "program.yml": INSERTS})], TODAY).report

    assert [one.message for one in report if one.code == "SMAC311"] == ["footnote 'other' is defined but never used"]


def test_a_course_can_switch_otherwise_than_its_program(course: Read) -> None:
    read = course(BODY, **{"program.yml": INSERTS, "c/course.yml": COURSE + "inserts: {us: true, uk: false}\n"})

    assert "American, too." in html(read)
    assert "British" not in html(read)
    assert [question.key for question in read.questions()] == ["m.which"]


def test_a_whole_module_can_be_an_insert(course: Read) -> None:
    other = MODULE.replace("id: m\n", "id: n\nwhen: us\n")
    course_yml = COURSE.replace("[../modules/m.md]", "[../modules/m.md, ../modules/n.md]")
    read = course("Text.\n", **{"program.yml": INSERTS, "modules/n.md": other, "c/course.yml": course_yml})

    assert [module.id for module in read.modules] == ["m"]


POLICY = """\
---
id: policy
title: Principles
version: 2.1.0
effective: 2026-09-01
---

On one page.

## Be open {#be-open}

Say that you work for {{ company.name }}.

## Protect {#protect}

Keep secrets.
"""


def test_the_policy_has_clauses_a_version_and_a_digest_of_its_words(course: Read, project: WriteProject) -> None:
    files = {
        "program.yml": PROGRAM + "policy: policy.md\n",
        "policy.md": POLICY,
        "c/course.yml": COURSE.replace("[../modules", "[../policy.md, ../modules"),
    }
    body = (
        "See [the rule](../policy.md#be-open).\n\n### Q? {#q policy=be-open,protect}\n\n- (x) A.\n- ( ) B.\n\n> So.\n"
    )
    read = course(body, **files)

    def policy(text: str) -> str:
        program = check_courses([project({**files, "policy.md": text})], TODAY).project.program
        assert program.policy
        assert [clause.id for clause in program.policy.clauses] == ["be-open", "protect"]
        assert (program.policy.version, program.policy.effective) == ("2.1.0", "2026-09-01")
        return program.policy.digest

    assert [question.clauses for question in read.questions()] == [("be-open", "protect")]
    text = page(read)
    assert '<h3 id="policy.be-open">Be open</h3>' in text
    assert 'href="#policy.be-open"' in text
    assert policy(POLICY) == policy(POLICY.replace("\n", "\r\n")) == policy(POLICY.replace("secrets.", "secrets.  "))
    assert policy(POLICY) != policy(POLICY.replace("Keep", "Guard"))


def test_modules_link_to_each_other_and_to_the_exam(course: Read) -> None:
    other = MODULE.replace("id: m\n", "id: n\n")
    exam = "---\nid: e\ntitle: E\nexam: {pass_percent: 50}\n---\n\n## P {#p}\n\n### Q? {#q}\n\n- (x) A.\n- ( ) B.\n\n> So.\n"
    course_yml = COURSE.replace("[../modules/m.md]", "[../modules/m.md, ../modules/n.md, exam.md]")
    body = "[a](n.md#lesson) [b](n.md) [c](../c/exam.md) [d](m.md#lesson) [e](#)\n"
    text = html(course(body, **{"modules/n.md": other, "c/exam.md": exam, "c/course.yml": course_yml}))

    assert re.findall(r'href="([^"]*)"', text) == ["#n.lesson", "#n", "#_exam", "#m.lesson", "#m"]


def test_what_a_page_says_around_callouts_and_code_is_in_the_courses_words(course: Read) -> None:
    text = page(
        course(
            '> [!NOTE]\n> Text.\n\n!!! tip "Mine"\n    Text.\n\n```\ncode\n```\n\n### List {#list .checklist}\n\n- [x] done\n'
        )
    )

    assert '<p class="callout-title">Note</p>' in text
    assert '<p class="callout-title"><span class="callout-kind">Tip:</span> Mine</p>' in text
    assert '<li class="task done"><span class="visually-hidden">Done: </span>done' in text
    assert '<pre role="group" tabindex="0" aria-label="Code" translate="no">' in text


def test_a_picture_with_a_caption_is_a_figure_wherever_it_stands(course: Read) -> None:
    read = course(
        '- item\n\n  ![A post](../assets/a.svg "The post")\n',
        assets={"a.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>"},
    )

    assert '<figure><img alt="A post" src="assets/a.svg"><figcaption>The post</figcaption></figure>' in html(read)
