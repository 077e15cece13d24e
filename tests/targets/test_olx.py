"""A course for Open edX: every question comes back as it was, every link leads somewhere, nothing is lost in silence."""

from __future__ import annotations

import dataclasses
import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from olx_course import COURSE, FIRST, HEAD, KINDS, NOTES, PROGRAM, UNSCORED, Made, WriteProject, maker, small
from smac_xblocks.text import Quiz, Text, quiz_of
from support import TODAY

from smac_courses.diagnostics import Location
from smac_courses.model.questions import KIND_NAMES, Question
from smac_courses.pipeline import check_courses
from smac_courses.validation.validate import validate_zip

SAME = Location("")


def read(element: etree._Element) -> Quiz:
    """The quiz as the block would read it."""
    text = "".join(str(one) for one in element.itertext())
    return quiz_of(
        Text.of(
            text.strip("\n").rstrip() + "\n",
            element.get("quiz_id", "quiz"),
            is_exam=element.get("mode") == "graded",
            language=element.get("language", "en"),
            credit=element.get("credit", "all"),
            variables=json.loads(element.get("variables", "{}")),
        )
    )


def plain(value: Any) -> Any:
    """A question without the places that its parts come from, and without addresses of files and places."""
    if isinstance(value, Location):
        return SAME
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        changes = {one.name: plain(getattr(value, one.name)) for one in dataclasses.fields(value)}
        changes.pop("topic", None)
        return dataclasses.replace(value, **changes)
    if isinstance(value, tuple):
        return tuple(plain(one) for one in value)
    if isinstance(value, str):
        value = re.sub(r' target="_blank"| target="_top"|<span class="visually-hidden">[^<]*</span>', "", value)
        # A footnote is numbered by what cites it; an address is another one, but it is there.
        value = re.sub(r'(href|src)="(?!https?:)[^"]+"', r'\1="…"', value)
        return re.sub(r">\[\d+\]</a>", ">[n]</a>", value)
    return value


Make = Callable[..., Made]


@pytest.fixture
def make(project: WriteProject, tmp_path: Path) -> Make:
    return maker("olx", project, tmp_path)


def asked(made: Made) -> dict[str, Question]:
    found: dict[str, Question] = {}
    for element in made.quizzes():
        quiz = read(element)
        assert [f"{element.get('url_name')}: {one.code} {one.message}" for one in quiz.errors] == []
        for question in quiz.questions():
            assert question.key not in found
            found[question.key] = question
    return found


def assert_questions_come_back(made: Made) -> None:
    found = asked(made)
    written = {question.key: question for question in made.course.questions()}
    assert sorted(found) == sorted(written)
    for key, question in written.items():
        assert plain(found[key]) == plain(question), key
        for one in ("title", "prompt", "feedback"):
            assert len(re.findall("(?:href|src)=", getattr(found[key], one))) == len(
                re.findall("(?:href|src)=", getattr(question, one))
            ), (key, one)


def assert_addresses_lead_somewhere(made: Made) -> None:
    names, blocks = set(made.names()), {name for _, name in made.blocks()}
    for name, text in made.texts():
        for found in re.findall(r"/jump_to_id/([^\"&?#)\s>\]]+)", text):
            assert found in blocks, (name, found)
        for found in re.findall(r"/static/([^\"&?#)\s>\]]+)", text):
            assert f"static/{found}" in names, (name, found)


def assert_places_of_a_unit_are_there(made: Made) -> None:
    """A link within a unit leads to an id that the platform's page has."""
    for path in (made.folder / "vertical").glob("*.xml"):
        html = "".join(
            (made.folder / f"html/{one.get('url_name')}.html").read_text("utf-8")
            for one in etree.parse(str(path)).getroot().iter("html")
        )
        places = set(re.findall(r'\bid="([^"]+)"', html))
        dead = [one for one in re.findall(r'href="#([^"]+)"', html) if one not in places]
        assert dead == [], path.name


def test_all_kinds_are_here(make: Make) -> None:
    made = make()

    assert {one.kind for one in made.course.questions()} == set(KIND_NAMES)
    assert "first.off" not in {one.key for one in made.course.questions()}


def test_every_question_comes_back_equal(make: Make) -> None:
    assert_questions_come_back(make())


def test_pools_come_back(make: Make) -> None:
    made = make()
    exam = read(made.xml("vertical/exam__exam.xml").find("smac_quiz")).exam

    assert exam is not None
    assert made.course.exam is not None
    assert [(one.id, one.title, one.draw, one.must_pass) for one in exam.pools] == [
        (one.id, one.title, one.draw, one.must_pass) for one in made.course.exam.pools
    ]


def test_every_address_leads_somewhere(make: Make) -> None:
    assert_addresses_lead_somewhere(make())


def test_no_source_path_is_left(make: Make) -> None:
    for name, text in make().texts():
        assert re.findall(r"\.\./assets|\"assets/|\]\(assets/|\.md[)#\"]", text) == [], name


def test_places_within_a_unit_are_on_its_page(make: Make) -> None:
    assert_places_of_a_unit_are_there(make(small(
        "Opening.\n\n## One {#one}\n\nSee [below](#deep), a note[^n] and a text.\n\n### Deep {#deep}\n\nText.\n\n[^n]: Note.\n"
    )))  # fmt: skip


@pytest.mark.parametrize("link", ["#one", "#ask", "m.md", "m.md#one"])
def test_a_link_to_its_own_lesson_or_to_a_question_in_it_leads_somewhere(link: str, make: Make) -> None:
    body = f"## One {{#one}}\n\nSee [this]({link}).\n\n### Ask {{#ask}}\n\n= x\n\n> So.\n"

    assert_places_of_a_unit_are_there(make(small(body)))


def test_names_are_unique_over_all_kinds(make: Make) -> None:
    assert [one for one, count in Counter(name for _, name in make().blocks()).items() if count > 1] == []


@pytest.mark.parametrize("name", ["opening", "chapter", "exam", "quiz", "text1", "seq"])
@pytest.mark.parametrize("what", ["lesson", "question"])
def test_no_id_of_an_author_meets_a_name_of_ours(what: str, name: str, make: Make) -> None:
    lesson, question = (name, "ask") if what == "lesson" else ("one", name)
    made = make(small(f"Opening.\n\n## One {{#{lesson}}}\n\nText.\n\n### Ask {{#{question}}}\n\n= x\n\n> So.\n"))

    assert [one for one, count in Counter(found for _, found in made.blocks()).items() if count > 1] == []


def test_names_stay_when_titles_change(make: Make) -> None:
    before = make().blocks()
    after = make(
        {
            "modules/first.md": (FIRST + KINDS + UNSCORED + NOTES)
            .replace("A & B < C", "Something else")
            .replace("First & ", "Other ")
            .replace("What needs a disclosure?", "Which?")
        }
    ).blocks()

    assert before == after


def test_names_of_questions_and_lessons_stay_when_others_come_before_them(make: Make) -> None:
    body = "## One {#one}\n\nText.\n\n### Ask {#ask}\n\n= x\n\n> So.\n"
    before = set(make(small(body)).blocks())
    after = set(make(small("## Zero {#zero}\n\n### Ask more {#more}\n\n= x\n\n> So.\n\n" + body)).blocks())

    assert before <= after


def test_two_builds_are_the_same_bytes(make: Make) -> None:
    first, second = make(), make(out="other")

    assert first.built.path.read_bytes() == second.built.path.read_bytes()
    assert first.names() == second.names()


def test_our_validator_has_nothing_to_say(make: Make) -> None:
    assert [f"{one.at} {one.code} {one.message}" for one in validate_zip(make().built.path).report] == []


@pytest.mark.parametrize("which", ["full", "rtl", "small"])
def test_olxcleaner_finds_no_error(which: str, make: Make) -> None:
    olxcleaner = pytest.importorskip("olxcleaner")
    files = {"full": {}, "rtl": {"c/course.yml": COURSE + "language: ar\n"}, "small": small("## One {#one}\n\nText.\n")}
    made = make(files[which])

    _, errors, _ = olxcleaner.validate(
        str(made.folder / "course.xml"), 8, allowed_xblocks=["smac_quiz", "smac_certificate"]
    )

    assert [f"{one.name}: {one.description}" for one in errors.errors if one.level_val >= 3] == []


def test_policies(make: Make) -> None:
    made = make()
    policy = made.json("policies/2027_T1/policy.json")["course/2027_T1"]
    grading = made.json("policies/2027_T1/grading_policy.json")

    assert dict(made.xml("course.xml").attrib) == {"url_name": "2027_T1", "org": "Acme", "course": "MD101"}
    assert (policy["display_name"], policy["self_paced"]) == ('A course & "more" <b> 🎉', False)
    assert (policy["start"], policy["end"]) == ("2027-01-01T00:00:00Z", "2027-12-31T23:59:59Z")
    assert policy["cert_html_view_enabled"] is True
    assert policy["certificates"]["certificates"][0]["is_active"] is True
    assert grading["GRADE_CUTOFFS"] == {"Pass": 0.7}
    assert [(one["type"], one["min_count"], one["drop_count"], one["weight"]) for one in grading["GRADER"]] == [
        ("Exam", 1, 0, 1.0)
    ]


def test_the_exam_is_graded_and_practice_is_not(make: Make) -> None:
    made = make()
    graded = {path: dict(root.attrib) for path, root in made.trees() if root.get("graded")}

    assert list(graded) == ["sequential/exam__exam__seq.xml"]
    assert graded["sequential/exam__exam__seq.xml"]["format"] == "Exam"
    assert graded["sequential/exam__exam__seq.xml"]["due"] == "2027-06-30T23:59:59Z"
    assert [one.get("mode") for one in made.quizzes()].count("graded") == 1
    quiz = made.xml("vertical/exam__exam.xml").find("smac_quiz")
    assert (quiz.get("max_attempts"), quiz.get("pass_percent"), quiz.get("time_limit_minutes")) == ("2", "70", "30")


def test_a_time_limit_is_kept_by_the_clock_of_the_block_alone(make: Make) -> None:
    """Two clocks would stop a learner twice, and the platform's is switched off on most sites."""
    made = make()

    assert made.xml("vertical/exam__exam.xml").find("smac_quiz").get("time_limit_minutes") == "30"
    assert made.xml("sequential/exam__exam__seq.xml").get("is_time_limited") is None


def test_films_have_transcripts_that_are_there(make: Make) -> None:
    made = make()
    (video,) = [root for name, root in made.trees() if name.startswith("video/")]

    assert [one.get("language") for one in video.iter("transcript")] == ["en", "de"]
    for one in video.iter("transcript"):
        srt = (made.folder / "static" / one.get("src", "")).read_text("utf-8")
        assert re.match(r"1\n00:00:01,000 --> 00:00:02,500\n", srt)
        assert "2\n01:00:03,000 --> 01:00:04,000\nSecond\nline\n" in srt
        assert "NOTE" not in srt
        assert "<v" not in srt
    assert json.loads(video.get("html5_sources", "[]")) == ["/static/assets/film.mp4"]


def test_a_cue_may_be_called_like_a_remark(make: Make) -> None:
    """WebVTT, 4.1: a block is a comment when NOTE stands alone or before a space; `NOTES` is the id of a cue."""
    from smac_courses.targets._openedx import srt_of

    assert "Hello" in srt_of("WEBVTT\n\nNOTES\n00:01.000 --> 00:02.000\nHello\n")
    assert "Hello" in srt_of("WEBVTT\n\nSTYLE-1\n00:01.000 --> 00:02.000\nHello\n")


def test_entities_of_captions_become_letters(make: Make) -> None:
    """SRT knows no entities: a learner would read &amp;."""
    from smac_courses.targets._openedx import srt_of

    assert "Tom & Jerry <3" in srt_of("WEBVTT\n\n00:01.000 --> 00:02.000\nTom &amp; Jerry &lt;3\n")


def test_texts_of_a_language_from_right_to_left_say_so(make: Make) -> None:
    made = make({"c/course.yml": COURSE + "language: ar\n"})

    pages = [text for name, text in made.texts() if name.startswith("html/") and name.endswith(".html")]
    assert all('lang="ar" dir="rtl"' in text for text in pages)
    assert {one.get("language") for one in made.quizzes()} == {"ar"}
    assert_questions_come_back(made)


@pytest.mark.parametrize("language", ["ckb", "ps", "sd", "ug", "yi", "dv"])
def test_every_language_that_runs_from_right_to_left_does(language: str, make: Make) -> None:
    from smac_courses.model.languages import direction

    if direction(language) != "rtl":
        pytest.skip("the model does not know it either")
    made = make(small("## One {#one}\n\nText.\n", course=f"language: {language}\n"))

    assert 'dir="rtl"' in (made.folder / "html/m_one__text1.html").read_text("utf-8")


def test_no_script_stands_anywhere(make: Make) -> None:
    made = make(
        small(
            "## One {#one}\n\nText.\n\n### Ask `<script>` {#ask}\n\n- (x) `<script>alert(1)</script>`\n- ( ) b\n\n> So.\n"
        )
    )

    assert [name for name, root in made.trees() if list(root.iter("script", "problem"))] == []
    assert [name for name, text in made.texts() if name.endswith(".html") and "<script" in text] == []
    assert_questions_come_back(made)


# -- odd courses --------------------------------------------------------------------------------------------

ODD = {
    "link references": "See [the guide][guide], [the place][place] and ![two posts side by side][pic].\n\n= x\n\n> So.\n\n"
    "[guide]: ../assets/paper.pdf\n[place]: #one\n[pic]: ../assets/pic.png\n",
    "a link reference to elsewhere": "See [the guide][guide].\n\n= x\n\n> So.\n\n[guide]: https://example.com/\n",
    "links in code": "Write `[x](#one)` and `![x](../assets/pic.png)`.\n\n= x\n\n> So.\n",
    "links in a block of code": "```\n[x](#one)\n```\n\n= x\n\n> So.\n",
    "a footnote that cites another": "A note[^a].\n\n= x\n\n> So.\n\n[^a]: As [^b] says.\n[^b]: Deep.\n",
    "a footnote of several lines": "A note[^a].\n\n= x\n\n> So.\n\n[^a]: One\n    and two.\n",
    "footnotes in an answer": "- (x) Yes[^a]\n  > So[^b].\n- ( ) No\n\n> So.\n\n[^a]: One.\n[^b]: Two.\n",
    "an abbreviation": "The FTC says so.\n\n= x\n\n> So.\n\n*[FTC]: Federal Trade Commission\n",
    "a link with a title": 'See [it](#one "A title") and [that](../assets/paper.pdf "A title").\n\n= x\n\n> So.\n',
    "a link in angle brackets": "See [it](<#one>) and [that](<../assets/paper.pdf>).\n\n= x\n\n> So.\n",
    "a link with spaces before it": "See [it]( #one ).\n\n= x\n\n> So.\n",
    "a file with a fragment": "See [it](../assets/paper.pdf#page=2).\n\n= x\n\n> So.\n",
    "a file with percents": "See [it](../assets/p%61per.pdf).\n\n= x\n\n> So.\n",
    "HTML entities": "A&nbsp;b &amp;lt; c &#8212; d.\n\n= x\n\n> So.\n",
    "a CDATA end": "A ]]> b.\n\n= ]]>\n\n> So.\n",
    "a variable": "Of {{company.name}} and {{ company.product }}.\n\n= {{ company.name }}\n\n> So.\n",
    "a variable that is escaped": "Of \\{{ company.name }}.\n\n= x\n\n> So.\n",
    "a comment": "A <!-- hidden --> b.\n\n= x\n\n> So.\n",
    "text behind a rule": "= x\n\n> So.\n\n---\n\nText after it, see [one](#one).\n",
    "a table and a list": "| A | B |\n|---|---|\n| 1 | 2 |\n\n= x\n\n> So.\n",
    "a formula": "What is $a < b$?\n\n$$\nx^2\n$$\n\n= x\n\n> So.\n",
    "right to left and emoji": "שלום 🎉 \u200f מה?\n\n= x\n\n> So.\n",
    "a tab and an odd space": "A\u00a0b\u3000c.\n\n= x\n\n> So.\n",
}  # fmt: skip


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_question_comes_back_in_practice(odd: str, make: Make) -> None:
    made = make(small("## One {#one}\n\nText.\n\n### Ask {#ask}\n\n" + ODD[odd]))

    assert_questions_come_back(made)
    assert_addresses_lead_somewhere(made)


@pytest.mark.parametrize("odd", [one for one in ODD if one not in {"text behind a rule"}])
def test_an_odd_question_comes_back_in_an_exam(odd: str, make: Make) -> None:
    body = ODD[odd].replace("#one", "../modules/m.md#one")
    files = small("## One {#one}\n\nText.\n")
    exam = "---\nid: e\ntitle: E\nexam: {pass_percent: 80, opens: any-time}\n---\n\n## P {#p}\n\n### Ask {#ask}\n\n"
    files |= {"c/exam.md": exam + body, "c/course.yml": str(files["c/course.yml"]).replace("m.md]", "m.md, exam.md]")}
    made = make(files)

    assert_questions_come_back(made)
    assert_addresses_lead_somewhere(made)


@pytest.mark.parametrize("when", ["uk", "us,uk", '"uk"', '"us,uk"', '"us, uk"', "“uk”"])
def test_a_question_that_is_an_insert_can_be_read(when: str, make: Make) -> None:
    made = make(small(f"## One {{#one}}\n\nText.\n\n### Ask {{#ask when={when}}}\n\n= x\n\n> So.\n"))

    assert_questions_come_back(made)


@pytest.mark.parametrize("title", ['"Quoted"', "null", "true", "123", "1.50", "[a]", '{"a": 1}', "&amp;", "]]>"])
def test_a_title_that_looks_like_json_stays_itself(title: str, make: Make) -> None:
    """Attributes are read as JSON first (sheet, section 3): such words must be written as JSON themselves."""
    made = make(small("Opening.\n\n## One {#one}\n\nText.\n").copy() | {
        "modules/m.md": HEAD.format(id="m", title=json.dumps(title)) + "## One {#one}\n\nText.\n"})  # fmt: skip
    written = made.xml("chapter/m__chapter.xml").get("display_name", "")
    try:
        # As XmlMixin.deserialize_field has it: what a String field takes of it, it gets as JSON.
        read_back = json.loads(written)
    except ValueError:
        read_back = written
    read_back = written if isinstance(read_back, (int, float, list, dict)) else read_back

    assert read_back == title


@pytest.mark.parametrize(
    ("dates", "fits"),
    [
        ("{start: 2027-01-01, end: 2027-12-31, due: 2027-06-30}", True),
        ("{start: 2027-12-31, end: 2027-01-01}", False),
        ("{end: 2027-01-01, due: 2027-06-30}", False),
        ("{start: 2027-05-01, due: 2027-04-30}", False),
        ("{due: 2027-02-30}", False),
        ("{end: 2019-12-31}", False),
    ],
)
def test_dates_that_do_not_fit_are_a_finding_of_the_course(dates: str, fits: bool, project: WriteProject) -> None:
    """Section 3 (DateOrdering): whoever writes course.yml hears of it, at its line, before anything is built."""
    exam = "---\nid: e\ntitle: E\nexam: {pass_percent: 80, opens: any-time}\n---\n\n## P {#p}\n\n### Ask {#ask}\n\n= x\n\n> So.\n"
    course = f"id: c\ntitle: A course\nversion: 1.0.0\nmodules: [../modules/m.md, exam.md]\nopenedx: {dates}\n"
    checked = check_courses([project({"c/course.yml": course, "c/exam.md": exam})], TODAY)

    assert (
        [f"{one.code} {one.message}" for one in checked.report if one.severity == "error"] == []
        if fits
        else (checked.report.has_errors)
    )


@pytest.mark.parametrize("name", ["Müller & Söhne", "株式会社", "...", "A" * 100, "<b>", "Ltd."])
def test_an_organisation_of_any_name_is_a_key(name: str, make: Make) -> None:
    program = PROGRAM.replace('"Söhne & Co <Ltd>"', json.dumps(name, ensure_ascii=False))
    made = make(small("## One {#one}\n\nText.\n", **{"program.yml": program}))

    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}", made.xml("course.xml").get("org", ""))


def test_a_course_without_an_exam_promises_no_certificate(make: Make) -> None:
    made = make(small("## One {#one}\n\nText.\n"))

    assert "certificates" not in made.json("policies/1/policy.json")["course/1"]


def test_a_film_may_stand_twice_in_a_lesson(make: Make) -> None:
    film = "![A short film of Ann](../assets/film.mp4)\n"
    made = make(small(f"## One {{#one}}\n\n{film}\nText.\n\n{film}"))

    assert len(list((made.folder / "video").iterdir())) == 2


def test_films_in_two_formats_keep_their_captions(make: Make, project: WriteProject) -> None:
    made = make(small("## One {#one}\n\n![A short film of Ann](../assets/film.mp4)\n\n## Two {#two}\n\n![A short film of Ann](../assets/film.mp4)\n"))  # fmt: skip

    assert len(list((made.folder / "video").iterdir())) == 2


@pytest.mark.parametrize("sign", ["\ufffe", "\uffff", "\x7f", "\x0b", "\x1f"])
def test_signs_that_xml_cannot_hold_do_not_stop_a_build(sign: str, make: Make) -> None:
    try:
        made = make(small(f"## One{sign} {{#one}}\n\nText{sign}.\n\n### Ask{sign} {{#ask}}\n\n= x\n\n> So{sign}.\n"))
    except AssertionError:
        return  # a finding of the reader says so
    asked(made)


def test_a_module_without_lessons_can_be_linked_to(make: Make) -> None:
    files = small("Only an opening.\n")
    files["c/course.yml"] = str(files["c/course.yml"]).replace("m.md]", "m.md, ../modules/n.md]")
    files["modules/n.md"] = HEAD.format(id="n", title="N") + "## There {#there}\n\nSee [it](m.md).\n"
    made = make(files)

    assert_addresses_lead_somewhere(made)


def test_code_that_looks_like_html_is_left_alone(make: Make) -> None:
    body = '## One {#one}\n\nText.\n\n### Deep {#deep}\n\n## Two {#two}\n\nWrite `href="#m.deep"` and `src="assets/pic.png"`.\n'
    made = make(small(body))
    text = (made.folder / "html/m_two__text1.html").read_text("utf-8")

    assert 'href="#m.deep"' in text.replace("&quot;", '"')
    assert 'src="assets/pic.png"' in text.replace("&quot;", '"')
