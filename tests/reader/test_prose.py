"""Prose as a reader sees it: GitHub's rules, safe HTML, the right footnotes."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import MODULE, TODAY

from smac_courses.diagnostics import Location, Report
from smac_courses.model.blocks import Prose
from smac_courses.model.course import Lesson
from smac_courses.pipeline import check_courses
from smac_courses.reader import prose as prose_module
from smac_courses.reader.source import Source
from smac_courses.reader.variables import Variables

WriteProject = Callable[..., Path]
DEEP = bool(os.environ.get("SMAC_DEEP"))
HEAD = MODULE.partition("Some text.")[0]


@pytest.fixture
def lesson(project: WriteProject) -> Callable[..., Lesson]:
    def read(body: str, **files: str) -> Lesson:
        checked = check_courses([project({"modules/m.md": HEAD + body, **files})], TODAY)
        assert not checked.report.has_errors, list(checked.report)
        return next(checked.project.courses[0].lessons())

    return read


@pytest.fixture
def html(lesson: Callable[..., Lesson]) -> Callable[..., str]:
    def rendered(body: str, **files: str) -> str:
        blocks = lesson(body, **files).blocks
        return "".join(block.html for block in blocks if isinstance(block, Prose))

    return rendered


Html = Callable[..., str]


def squeezed(text: str) -> str:
    return re.sub(r">\s+<", "><", re.sub(r"\s+", " ", text))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Before:\n- one\n- two\n", "<p>Before:</p><ul><li>one</li><li>two</li></ul>"),
        (
            "- one\n  - two\n    - three\n- four\n",
            "<ul><li>one<ul><li>two<ul><li>three</li></ul></li></ul></li><li>four</li></ul>",
        ),
        ("1. one\n   - two\n2. three\n", "<ol><li>one<ul><li>two</li></ul></li><li>three</li></ol>"),
        ("1) one\n2) two\n", "<ol><li>one</li><li>two</li></ol>"),
        ("In the year\n1990. It was so.\n", "<p>In the year 1990. It was so.</p>"),
        ("- one\n  goes on\n- two\n", "<ul><li>one goes on</li><li>two</li></ul>"),
        ("Text\n---\nMore\n", "<p>Text</p><hr><p>More</p>"),
        ("Snake_case_name and *stress*.\n", "<p>Snake_case_name and <em>stress</em>.</p>"),
        ("1 < 2 & 3 > 2\n", "<p>1 &lt; 2 &amp; 3 &gt; 2</p>"),
        ("```\na < b\n\n## no heading\n```\n", "<pre><code>a &lt; b ## no heading </code></pre>"),
        ("> A quote\n> goes on.\n", "<blockquote><p>A quote goes on.</p></blockquote>"),
        (
            "[later][x]\n\n[x]: https://example.com\n",
            '<p><a href="https://example.com" rel="noopener noreferrer">later</a></p>',
        ),
        ("Term\n:   Meaning\n", "<dl><dt>Term</dt><dd>Meaning</dd></dl>"),
        ("One  \ntwo.\n", "<p>One<br>two.</p>"),
        (
            "- one\n\n  ```\n  a < b\n\n    c\n  ```\n\n- two\n",
            "<ul><li><p>one</p><pre><code>a &lt; b c </code></pre></li><li><p>two</p></li></ul>",
        ),
        (
            "- one\n\n  Second paragraph.\n\nOutside.\n",
            "<ul><li><p>one</p><p>Second paragraph.</p></li></ul><p>Outside.</p>",
        ),
        ("* one\n\nText.\n", "<ul><li>one</li></ul><p>Text.</p>"),
        ("#ad is clear.\n", "<p>#ad is clear.</p>"),
        ("- #ad\n- *two*\n", "<ul><li>#ad</li><li><em>two</em></li></ul>"),
        ("Costs \\$5 \\~ \\<b> \\# \\*.\n", "<p>Costs $5 ~ &lt;b&gt; # *.</p>"),
        ("One\\\ntwo.\n", "<p>One<br>two.</p>"),
        ("> Text\n> - a\n> - b\n", "<blockquote><p>Text</p><ul><li>a</li><li>b</li></ul></blockquote>"),
        ("> ```\n> *code*\n> ```\n", "<blockquote><pre><code>*code* </code></pre></blockquote>"),
        ("- a\n  > quote\n- b\n", "<ul><li>a<blockquote><p>quote</p></blockquote></li><li>b</li></ul>"),
        ("1. a\n- b\n", "<ol><li>a</li></ol><ul><li>b</li></ul>"),
        (
            "Text\n| a |\n| - |\n| 1 |\n",
            "<p>Text</p><table><thead><tr><th>a</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>",
        ),
        (
            "````\n```\n- x\n```\n````\n\n- a\n- b\n",
            "<pre><code>``` - x ``` </code></pre><ul><li>a</li><li>b</li></ul>",
        ),
        ('``` `js title="a" ```\n', '<p><code>`js title="a"</code></p>'),
        ('```js title="a"\n*x*\n```\n', "<pre><code>*x* </code></pre>"),
        ("Seen `<!--` here.\n", "<p>Seen <code>&lt;!--</code> here.</p>"),
        ("A <!-- b --> c <!-- d\ne --> f.\n", "<p>A c f.</p>"),
        ("- - - - - - - - - - - - - -\n", "<hr>"),
        ("---------------\n", "<hr>"),
        ("- a\n\n\n- b\n", "<ul><li><p>a</p></li><li><p>b</p></li></ul>"),
        ("    code\n    more\n", "<pre><code>code more </code></pre>"),
        ("Plain words only.\n", "<p>Plain words only.</p>"),
    ],
)
def test_markdown_is_read_as_github_reads_it(html: Html, body: str, expected: str) -> None:
    assert squeezed(html(body)) == expected


def test_a_table_is_aligned_by_class(html: Html) -> None:
    text = html("| a | b | c |\n| :-- | :-: | --: |\n| 1 | 2 | 3 |\n")

    assert re.findall(r'<td class="([^"]*)">', text) == ["align-left", "align-center", "align-right"]
    assert "style" not in text


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<a href='javascript:alert(1)'>x</a>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "<p style='position:fixed' class='bar' id='_main'>x</p>",
        "<svg onload=alert(1)>",
        "<iframe src='https://example.com'></iframe>",
        "<form action='https://example.com'><input name=x></form>",
        "<math><mi//xlink:href='javascript:alert(1)'>",
        '<div onclick="alert(1)">\n\n*text*\n\n</div>',
        "<style>body{display:none}</style>",
        "<base href='https://example.com'>",
        "<meta http-equiv=refresh content='0;url=https://example.com'>",
        "{{ company.evil }}",
    ],
)
def test_nothing_that_runs_or_leads_astray_comes_through(project: WriteProject, attack: str) -> None:
    program = "company:\n  name: Example\n  evil: '<script>alert(1)</script> [x](javascript:1)'\n"
    checked = check_courses(
        [project({"modules/m.md": HEAD + f"Before {attack} after.\n\n{attack}\n", "program.yml": program})], TODAY
    )
    blocks = next(checked.project.courses[0].lessons()).blocks
    text = "".join(block.html for block in blocks if isinstance(block, Prose))

    assert not re.search(r"<(script|img [^>]*src|svg|iframe|form|input|style|base|meta)\b", text)
    assert not re.search(r"<[^>]*\b(on\w+|style|class|id|action)=", text)
    assert not re.search(r'href="(?!https?:|mailto:|#)', text)


def test_a_variable_is_words_even_in_code_and_links(html: Html) -> None:
    program = "company:\n  name: A*B* & <Co>\n  mail: a_b_c@example.com\n"

    text = html(
        "{{ company.name }} `{{ company.name }}` [write](mailto:{{ company.mail }})\n", **{"program.yml": program}
    )

    assert text.count("A*B* &amp; &lt;Co&gt;") == 2
    assert 'href="mailto:a_b_c@example.com"' in text


def test_footnotes_are_numbered_for_each_lesson_and_a_source_used_twice_is_listed_once(
    lesson: Callable[..., Lesson],
) -> None:
    first = lesson(
        "One.[^a] Two.[^b] One again.[^a]\n\n## Next {#next}\n\nThree.[^b]\n\n[^a]: Book *A*.\n[^b]: Book B,\n    second line.\n"
    )

    text = "".join(block.html for block in first.blocks if isinstance(block, Prose))
    assert re.findall(r">(\[\d\])<", text) == ["[1]", "[2]", "[1]"]
    assert re.findall(r"<li[^>]*>(.*?)</li>", first.sources) == ["Book <em>A</em>.", "Book B, second line."]
    for target in re.findall(r'href="#([^"]+)"', text):
        assert f'id="{target}"' in first.sources


def test_a_footnote_may_cite_another_and_go_on_over_indented_lines(lesson: Callable[..., Lesson]) -> None:
    found = lesson("A fact.[^a]\n\n[^a]: See [^b].\n\n    More.\n[^b]: Book B.\n- a list\n- goes on\n")

    assert re.findall(r"<li[^>]*>(.*?)</li>", found.sources)[1] == "Book B."
    assert "More." in found.sources
    text = "".join(block.html for block in found.blocks if isinstance(block, Prose))
    assert "<li>goes on</li>" in text


def test_definitions_hold_for_the_whole_file_wherever_they_stand(lesson: Callable[..., Lesson]) -> None:
    question = "### Why? {#why}\n\n- (x) So.\n  > Yes.\n- ( ) Not.\n  > No.\n\n[x]: https://example.com/\n*[FTC]: Federal Trade Commission\n"
    found = lesson(f"[a word][x] of the FTC\n\n## Next {{#next}}\n\nText.\n\n{question}")

    text = "".join(block.html for block in found.blocks if isinstance(block, Prose))
    assert 'href="https://example.com/"' in text
    assert '<abbr title="Federal Trade Commission">FTC</abbr>' in text


def test_the_opening_page_lists_its_own_sources(project: WriteProject) -> None:
    text = MODULE.replace("## A lesson", "Opening.[^a]\n\n[^a]: Book A.\n\n## A lesson")
    checked = check_courses([project({"modules/m.md": text})], TODAY)

    assert not checked.report.has_errors
    assert "Book A." in checked.project.courses[0].modules[0].sources


def test_hints_are_found_before_the_answers_on_one_line_and_behind_feedback(lesson: Callable[..., Lesson]) -> None:
    found = lesson(
        "### Why? {#why}\n\nThe prompt.\n\n> [!HINT]\n> Before.\n\n- (x) So.\n- ( ) Not.\n\n> [!HINT] One line.\n\n> For all.\n> [!hint]\n> Behind.\n"
    )
    question = next(found.questions())

    assert question.hints == ("<p>Before.</p>", "<p>One line.</p>", "<p>Behind.</p>")
    assert question.prompt == "<p>The prompt.</p>"
    assert question.feedback == "<p>For all.</p>"


def test_an_answer_may_hold_a_list_or_code(lesson: Callable[..., Lesson]) -> None:
    found = lesson(
        "### Why? {#why}\n\n- (x) These:\n  - one\n  - two\n- ( ) This:\n  ```\n  if x:\n      y\n  ```\n\n> So.\n"
    )
    one, two = next(found.questions()).options

    assert squeezed(one.html) == "<p>These:</p><ul><li>one</li><li>two</li></ul>"
    assert two.html == "<p>This:</p><pre><code>if x:\n    y\n</code></pre>"


def test_a_footnote_in_feedback_belongs_to_the_lesson(lesson: Callable[..., Lesson]) -> None:
    found = lesson("### Why? {#q}\n\n- (x) So.\n  > Yes.[^a]\n- ( ) Not.\n  > No.\n\n[^a]: Book A.\n")

    assert "[1]" in next(found.questions()).options[0].feedback
    assert "Book A." in found.sources


def test_a_question_keeps_markup_in_all_its_parts(lesson: Callable[..., Lesson]) -> None:
    found = lesson(
        "### Is *this* `a*b*c`? {#q points=3}\n\nThe **prompt**.\n\n"
        "- ( ) First *one*\n  goes on.\n  > No, `x`.\n  >\n  > Second paragraph.\n\n- (x) Second {#yes}\n\n  Another paragraph.\n\n  > Yes.\n\n"
        "> [!HINT]\n> Think *hard*.\n\n> For all.\n>\n> - a\n> - b\n\n---\n\nAfter the question.\n"
    )
    question = next(found.questions())

    assert question.title == "Is <em>this</em> <code>a*b*c</code>?"
    assert question.plain_title == "Is this a*b*c?"
    assert question.prompt == "<p>The <strong>prompt</strong>.</p>"
    assert question.points == 3
    assert [option.id for option in question.options] == ["a", "yes"]
    assert [option.correct for option in question.options] == [False, True]
    assert squeezed(question.options[0].html) == "First <em>one</em> goes on."
    assert squeezed(question.options[0].feedback) == "<p>No, <code>x</code>.</p><p>Second paragraph.</p>"
    assert squeezed(question.options[1].html) == "<p>Second</p><p>Another paragraph.</p>"
    assert question.hints == ("<p>Think <em>hard</em>.</p>",)
    assert squeezed(question.feedback) == "<p>For all.</p><ul><li>a</li><li>b</li></ul>"
    last = found.blocks[-1]
    assert isinstance(last, Prose)
    assert last.html == "<p>After the question.</p>"


def test_a_plain_checklist_is_not_a_question(lesson: Callable[..., Lesson]) -> None:
    found = lesson(
        "### Before you post\n\n- [ ] Said where I work?\n- [ ] Asked?\n\n### Done so far {.checklist}\n\n- [x] Read\n- [ ] Asked\n"
    )

    assert list(found.questions()) == []


def test_a_link_within_the_module_leads_to_the_screen(html: Html) -> None:
    assert 'href="#m.lesson"' in html("See [above](#lesson).\n")


PIECES = st.sampled_from(
    [
        "word",
        "Wort",
        "é",
        "1990",
        "12",
        "%",
        ".",
        ",",
        ":",
        ";",
        "!",
        "?",
        "'",
        "\u201c",
        "(",
        ")",
        "-",
        "+",
        "#",
        "*",
        "**",
        "***",
        "/",
        "@",
        "=",
        "  ",
        " ",
        "\n",
    ]
)


@settings(max_examples=400 if not DEEP else 10_000, deadline=None)
@given(pieces=st.lists(PIECES | st.just(" "), min_size=1, max_size=14))
def test_simple_texts_come_out_as_the_renderer_would_give_them(
    pieces: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    text = "".join(pieces).strip()
    simple = prose_module._simple(text)
    if not simple:
        return
    made = prose_module.Prose(
        Source("m.md", Path("m.md"), (text, "`*_<&[")),
        {},
        [],
        Variables({}),
        lambda link, at: link,
        lambda link, at: link,
        Report(),
    )
    made._has_abbreviations = True  # no short cut
    slot = made.scope("s").block(text.split("\n"), Location("m.md"))
    made.render()

    assert f"<p>{simple}</p>".replace("\n", " ") == slot.html.replace("\n", " ")
