"""What reviewers found: each once, so that it does not come back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from support import COURSE, MODULE, PROGRAM, TODAY

from smac_courses.fixing import apply_fixes
from smac_courses.model.blocks import Prose
from smac_courses.pipeline import check_courses

WriteProject = Callable[..., Path]
HEAD = MODULE.partition("Some text.")[0]
QUESTION = "### Which? {#which}\n\n"


@pytest.fixture
def read(project: WriteProject) -> Callable[..., tuple[str, list[str]]]:
    """HTML of the lesson, and `line:code` of every finding but that on the lock."""

    def of(body: str, **files: str) -> tuple[str, list[str]]:
        checked = check_courses([project({"modules/m.md": HEAD + body, **files})], TODAY)
        found = [f"{one.at.line}:{one.code}" for one in checked.report if one.code != "SMAC309"]
        lessons = [lesson for course in checked.project.courses for lesson in course.lessons()]
        blocks = lessons[0].blocks if lessons else ()
        return "".join(block.html for block in blocks if isinstance(block, Prose)), found

    return of


Read = Callable[..., tuple[str, list[str]]]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Pay $5 and `x` costs 5$ there.\n", "<p>Pay $5 and <code>x</code> costs 5$ there.</p>"),
        ("$x `c` y$\n", "<p>$x <code>c</code> y$</p>"),
        ("$HOME/$USER and ($AAPL/$MSFT,$TSLA)\n", "<p>$HOME/$USER and ($AAPL/$MSFT,$TSLA)</p>"),
        ("Pay $$5 now or $$6 later.\n", "<p>Pay $$5 now or $$6 later.</p>"),
        ('<span title="$x$">words</span>\n', '<p><span title="$x$">words</span></p>'),
        ("[Dana]: Hello there, Kim.\n", "<p>[Dana]: Hello there, Kim.</p>"),
        (
            "1. [ ] open\n2. [x] done\n",
            '<ol class="checklist"><li class="task">open</li><li class="task done">done</li></ol>',
        ),
        (
            "See https://en.wikipedia.org/wiki/A_(b), or (https://x.example/y).\n",
            '<p>See <a href="https://en.wikipedia.org/wiki/A_(b)" rel="noopener noreferrer">https://en.wikipedia.org/wiki/A_(b)</a>, '
            'or (<a href="https://x.example/y" rel="noopener noreferrer">https://x.example/y</a>).</p>',
        ),
        (r"Write \{{ company.name }}." + "\n", "<p>Write {{ company.name }}.</p>"),
        (
            "> [!NOTE]\n> begins\nand goes on\n",
            '<div class="callout note" role="note"><p class="callout-title"></p><p>begins and goes on</p></div>',
        ),
        ("    code first\n", "<pre><code>code first </code></pre>"),
        (
            "- a\n\n  ```math\n  x\n  ```\n- b\n",
            '<ul><li><p>a</p><p><math display="block" alttext="x"><mrow><mi>x</mi></mrow></math></p></li><li><p>b</p></li></ul>',
        ),
    ],
)
def test_nothing_is_mangled(read: Read, body: str, expected: str) -> None:
    html, found = read(body)

    assert " ".join(html.split()).replace("> <", "><") == expected
    assert [one for one in found if "SMAC503" not in one] == []


def test_a_formula_in_backticks_is_one(read: Read) -> None:
    html, found = read("GitHub's form: $`a + b`$.\n")

    assert 'alttext="a + b"' in html
    assert found == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("1. ( ) A\n2. (x) B\n\n> So.\n", ["11:SMAC204", "12:SMAC204"]),
        ("(x) A\n( ) B\n\n> So.\n", ["11:SMAC204", "12:SMAC204"]),
        ("- {x} A\n- { } B\n\n> So.\n", ["11:SMAC204", "12:SMAC204"]),
        ("– (x) A\n– ( ) B\n\n> So.\n", ["11:SMAC204", "12:SMAC204"]),
        ("- (x) A\n  > [!TIP]\n  > So.\n- ( ) B\n  > No.\n", ["12:SMAC211"]),
        ("- (x) A\n> So.\n- ( ) B\n", ["13:SMAC212"]),
    ],
)
def test_one_slip_in_a_question_makes_one_finding_each(read: Read, body: str, expected: list[str]) -> None:
    _, found = read(QUESTION + body)

    assert found == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Only in the UK {when=uk}\n", ["9:SMAC132"]),
        ('<div when="uk">\n\nUK\n\n</div>\n', ["9:SMAC132"]),
        ("- item {#item}\n", ["9:SMAC132"]),
        ("`{#id}` and $x_{i=1}$\n", []),
        ("Press <Enter>.\n", ["9:SMAC336"]),
        ("| a | b | c |\n| --- | --- |\n| 1 | 2 |\n", ["10:SMAC315"]),
        ("| a | `b|c` |\n| --- | --- |\n| 1 | 2 \\| 3 |\n| 1 | 2 | 3 |\n", ["12:SMAC315"]),
        ("> [!NOTE]\n\nText.\n", ["9:SMAC319"]),
        ("### Aid {#aid .job-aid}\n\n- (x) a\n- ( ) b\n", ["11:SMAC217"]),
        ("### Aid {#aid .jobaid}\n\nText.\n", ["9:SMAC131"]),
        (f"See [x]({'a' * 300}.pdf).\n", ["9:SMAC320"]),
        (f"![x]({'a' * 300}.png)\n", ["9:SMAC320"]),
        ("### Id (#idp)\n\nText.\n", ["9:SMAC130"]),
        ("[x](#nope) and [y](#nope), [z](sms:1) [w](sms:2)\n", ["9:SMAC306", "9:SMAC306", "9:SMAC318", "9:SMAC318"]),
        ("[x](#foo._note-1)\n", ["9:SMAC306"]),
        ("$\\frac{a}$\n", ["9:SMAC142"]),
        ("The exam asks for 80 % of the points.\n", []),
        ("It is 40 % of all readers.\n", ["9:SMAC503"]),
    ],
)
def test_nothing_is_lost_without_a_word(read: Read, body: str, expected: list[str]) -> None:
    assert read(body)[1] == expected


def test_a_mistake_in_the_program_is_not_repeated_in_every_module(read: Read) -> None:
    _, found = read("{{ company.name }} and {{ terms.tag }}\n", **{"program.yml": PROGRAM + "colour: red\n"})

    assert found == ["6:SMAC120"]


def test_hashtags_are_mended_where_they_are_hashtags(project: WriteProject) -> None:
    text = (
        HEAD + "Social media: see https://x.example/#socialmedia, `#socialmedia`, [x y](#lesson) and #socialmedia.\n\n"
        "Your username is yours: #username. The user has a name.\n"
    )
    folder = project({"modules/m.md": text})

    list(apply_fixes(check_courses([folder], TODAY)))

    assert (folder / "modules/m.md").read_text() == text.replace("and #socialmedia.", "and #SocialMedia.")


def test_findings_come_in_one_order(project: WriteProject) -> None:
    folder = project(
        {
            "d/course.yml": COURSE.replace("id: c", "id: d") + "language: de\n",
            "modules/m.md": HEAD + "![A talk](talk.mp4)\n",
            "modules/talk.mp4": "x",
        }
    )

    hints = [found.hint for found in check_courses([folder], TODAY).report if found.code == "SMAC405"]

    assert hints == ["put talk.de.vtt beside it", "put talk.en.vtt beside it"]


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("<!--smac:ignore=SMAC403 why-->\n", []),
        ("<!-- smac ignore SMAC403: why -->\n", []),
        ("<!-- SMAC: ignore=smac403 why -->\n", []),
        ("<!-- smac: ignore=SMAC403, SMAC402 why -->\n", ["9:SMAC151"]),
        ("<!-- smac: ignore=SMAC403 why -->\n<!-- smac: ignore=SMAC402 why -->\n", ["10:SMAC151"]),
        ("Write `<!-- smac: ignore-file=SMAC403 why -->`.\n\n", ["11:SMAC403"]),
        ("Write # smac: ignore-file=SMAC403 in YAML.\n\n", ["11:SMAC403"]),
    ],
)
def test_comments_that_ignore_are_read_as_they_are_meant(read: Read, line: str, left: list[str]) -> None:
    assert read(f"{line}[here](#lesson)\n")[1] == left


def test_a_finding_about_the_whole_module_can_be_ignored_in_its_front_matter(project: WriteProject) -> None:
    module = MODULE.replace("review_by: 2099-01-01\n", "# smac: ignore=SMAC502 a principle has no date\n")

    report = check_courses([project({"modules/m.md": module})], TODAY).report

    assert [found.code for found in report] == ["SMAC309"]
