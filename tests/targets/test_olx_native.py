"""Problems of the platform's own engine: it grades them as we do, or the build says where it does not.

The engine is the one that the platform runs (xblocks-contrib), in an environment of its own: `make test` sets it up.
"""

from __future__ import annotations

import html
import random
import re
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import banks
import pytest
from lxml import etree
from olx_course import EXAM, Made, WriteProject, maker, small
from support import ROOT, answer_of, need

from smac_courses.grading.draw import option_order
from smac_courses.grading.judge import judge
from smac_courses.model.questions import (
    Blanks,
    Categorise,
    Matching,
    MultipleChoice,
    NumberAnswer,
    Ordering,
    PostReview,
    Question,
    SingleChoice,
    TextAnswer,
    TrueFalse,
)
from smac_courses.player import bundle
from smac_courses.reader.quiz_text import read_quiz_text
from smac_courses.targets import TARGETS, _capa
from smac_courses.validation.validate import validate_zip

ENGINE = ROOT / "tests/engines/.capa/bin/python"
STRINGS = bundle.locale("en").page
Make = Callable[..., Made]


@pytest.fixture
def make(project: WriteProject, tmp_path: Path) -> Make:
    return maker("olx-native", project, tmp_path)


def engine(problems: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the engine says of `{"xml", "answers"}`: see `tests/engines/capa.py`."""
    need("the engine of capa problems", ENGINE.exists(), "`make test` installs it")
    found: list[dict[str, Any]] = answer_of([ENGINE, ROOT / "tests/engines/capa.py"], problems)
    return found


def page_of(xml: str) -> str:
    (shown,) = engine([{"xml": xml, "answers": []}])
    return str(shown["html"])


def question_of(markdown: str, **more: Any) -> Question:
    quiz, found = read_quiz_text(
        f"### Ask {{#ask{more.pop('mark', '')}}}\n\n{markdown}\n", quiz_id="m", is_exam=False, **more
    )
    assert quiz is not None, [f"{one.code} {one.message}" for one in found]
    (question,) = quiz.lessons[0].questions()
    return question


def xml_of(question: Question, *, language: str = "en", shuffle: bool = False) -> str:
    problem = _capa.problem_of(question, STRINGS, lambda html: html, language=language, shuffle=shuffle)
    assert problem is not None
    return etree.tostring(problem, encoding="unicode")


def to_engine(question: Question, answer: list[str]) -> dict[str, Any]:
    """An answer as the engine's page would send it: what is left open is not sent, or is the first line of a list."""
    match question:
        case SingleChoice() | TrueFalse():
            return {"1": question.option_ids().index(answer[0])} if answer else {}
        case MultipleChoice() | PostReview():
            return {"1": [question.option_ids().index(one) for one in answer]} if answer else {}
        case TextAnswer() | NumberAnswer():
            return {"1": answer[0]}
        case Blanks():
            return {
                str(number): next((html.unescape(one.html) for one in blank.options if one.id == given), given)
                for number, (blank, given) in enumerate(zip(question.blanks, answer, strict=True), 1)
                if given
            }
        case Matching() | Categorise():
            words = {target.id: target.words for target in question.targets}
            return {str(number): words[given] for number, given in enumerate(answer, 1) if given}
        case Ordering():
            shown = option_order(question, 0, shuffle=True)
            return {str(shown.index(one) + 1): str(place + 1) for place, one in enumerate(answer)}
        case _:
            raise AssertionError(question.kind)


def answers_to(question: Question, chance: random.Random) -> list[list[str]]:
    """The right answer, then others by chance."""
    many = 8
    match question:
        case SingleChoice() | TrueFalse():
            return [[one] for one in sorted(question.options, key=lambda one: not one.correct) for one in [one.id]]
        case MultipleChoice() | PostReview():
            right = [one.id for one in question.options if one.correct]
            ids = question.option_ids()
            return [right, *([one for one in ids if chance.random() < 0.5] for _ in range(many))]
        case TextAnswer():
            near = [near.text for near in question.near if not near.points]
            return [[one] for one in (*question.accepted, *near, "x", f"{question.accepted[0]}x")]
        case NumberAnswer():
            low, high = int(question.low), int(question.high)
            return [[str(one)] for one in (low, high, (low + high) // 2, low - 100, high + 100, -low)]
        case Blanks():
            right = [
                next((one.id for one in blank.options if one.correct), "") or blank.accepted[0]
                for blank in question.blanks
            ]
            wrong = [[one.id for one in blank.options] or ["x"] for blank in question.blanks]
            return [right, *([chance.choice([a, *b]) for a, b in zip(right, wrong, strict=True)] for _ in range(many))]
        case Matching() | Categorise():
            targets = [target.id for target in question.targets]
            right = [item.target for item in question.items]
            return [right, *([chance.choice([*targets, one]) for one in right] for _ in range(many))]
        case Ordering():
            ids = list(question.option_ids())
            return [ids, *(chance.sample(ids, len(ids)) for _ in range(many))]
        case _:
            raise AssertionError(question.kind)


def share(question: Question, answer: list[str]) -> float:
    """What of its points an answer earns by our rules, where the engine can do the same; else by the loss we tell."""
    judged = judge(question, answer)
    if isinstance(question, Blanks | Matching | Categorise | Ordering):
        return sum(judged.parts.values()) / len(_parts(question))
    if isinstance(question, MultipleChoice | PostReview) and question.credit == "each" and answer:
        fit = [(option.id in answer) == option.correct for option in question.options]
        return round(sum(fit) / len(fit), 2)
    return float(judged.points == question.points)


def _parts(question: Question) -> Iterable[Any]:
    if isinstance(question, Blanks):
        return question.blanks
    return question.items if isinstance(question, Matching | Categorise) else question.part_ids()


def assert_engine_agrees(questions: list[Question], seed: int) -> None:
    chance = random.Random(seed)
    asked = [(question, answers_to(question, chance)) for question in questions]
    told = engine(
        [
            {"xml": xml_of(question), "answers": [to_engine(question, one) for one in answers]}
            for question, answers in asked
        ]
    )

    for (question, answers), found in zip(asked, told, strict=True):
        for answer, result in zip(answers, found["results"], strict=True):
            assert result["score"] / result["total"] == pytest.approx(share(question, answer), abs=0.006), (
                question.markdown,
                answer,
            )
        assert found["results"][0]["score"] == found["results"][0]["total"], question.markdown


ASKABLE = (
    SingleChoice,
    TrueFalse,
    MultipleChoice,
    PostReview,
    TextAnswer,
    NumberAnswer,
    Blanks,
    Matching,
    Categorise,
    Ordering,
)


def from_bank(count: int, seed: int) -> list[Question]:
    found: list[Question] = []
    for number in range(count):
        markdown = banks.bank(seed * 1000 + number, number)
        quiz, _ = read_quiz_text(markdown, quiz_id="m", is_exam=False)
        assert quiz is not None
        found += [one for lesson in quiz.lessons for one in lesson.questions() if isinstance(one, ASKABLE)]
    return found


def test_every_kind_is_graded_right_and_wrong(make: Make) -> None:
    questions = [one for one in make().course.questions() if isinstance(one, ASKABLE)]

    assert {type(one) for one in questions} == set(ASKABLE)
    assert_engine_agrees(questions, 0)


@pytest.mark.parametrize("seed", range(2))
def test_the_engine_grades_random_questions_as_we_do(seed: int) -> None:
    assert_engine_agrees(from_bank(6, seed), seed)


@pytest.mark.deep
def test_the_engine_grades_very_many_random_questions_as_we_do() -> None:
    assert_engine_agrees(from_bank(120, 77), 77)


def test_no_key_and_no_remark_is_in_the_page_before_an_answer() -> None:
    questions = from_bank(6, 5)
    assert sum("CANARY" in question.markdown for question in questions) > len(questions) // 2
    pages = engine([{"xml": xml_of(one), "answers": []} for one in questions])

    for question, shown in zip(questions, pages, strict=True):
        assert "CANARY" not in shown["html"], question.markdown
        assert not re.search(r"correct=|choicehint|optionhint|solution>", shown["html"]), shown["html"]


def test_hints_and_remarks_are_said_when_they_are_due() -> None:
    question = question_of(
        "- (x) One\n  > **Yes**, one.\n- ( ) Two\n  > No, two.\n\n> [!HINT]\n> Think.\n\n> [!HINT]\n> More.\n\n> To all."
    )
    (told,) = engine([{"xml": xml_of(question), "answers": [{"1": 0}, {"1": 1}]}])

    assert [one["said"] for one in told["results"]] == ["AnswerCorrect: Yes, one.", "AnswerIncorrect: No, two."]
    assert told["demand_hints"] == ["Think.", "More."]
    assert "To all" in xml_of(question)
    assert "To all" not in told["html"]


def test_a_nearly_right_answer_is_told_why_and_the_loss_of_its_points_is_said() -> None:
    question = question_of("= disclosure\n~ disclaimer {points=1}\n  > Nearly.\n~ notice\n", mark=" points=2")
    (told,) = engine([{"xml": xml_of(question), "answers": [{"1": "Disclaimer"}, {"1": "notice"}]}])

    assert [(one["score"], one["said"]) for one in told["results"]] == [(0, "AnswerIncorrect: Nearly."), (0, "")]
    assert "an answer that is nearly right earns nothing" in list(_capa.losses_of(question, is_exam=False))


ODD = [
    ("this_or_that", ["this_or_that", "THIS_or_that"], ["this", "that", "xthis_or_that", "this_or_thatx"]),
    ("a.c", ["a.c"], ["abc"]),
    ("50 % (net)", ["50 % (net)"], ["50"]),
    ('say "hi" & <go>', ['say "hi" & <go>'], ["say hi"]),
    ("straße", ["straße", "STRAßE"], ["strasse"]),
    ("it’s", ["it's", "it’s"], ["its"]),
    ("costs $seed now", ["costs $seed now"], ["costs 1 now"]),
    ("this_or_or_that", ["this_or_or_that"], ["this", "that", "or_that"]),
]


def test_odd_typed_answers_are_read_as_they_are_written() -> None:
    asked = [
        {
            "xml": xml_of(question_of(f"= {accepted}\n= second\n")),
            "answers": [{"1": one} for one in (*right, "second", *wrong)],
        }
        for accepted, right, wrong in ODD
    ]

    for (accepted, right, wrong), told in zip(ODD, engine(asked), strict=True):
        expected = [1] * (len(right) + 1) + [0] * len(wrong)
        assert [one["score"] for one in told["results"]] == expected, accepted


def test_words_of_a_list_keep_their_signs() -> None:
    rows = [
        "It's a \"gift\", isn't it?",
        "#ad, (first)",
        "A \\ B; C",
        "100 % & `<img src=x>`",
        "it’s",
        "C:\\temp\\\\",
        "`&#39;`",
    ]
    question = question_of("".join(f"- Thing {n} => {one}\n" for n, one in enumerate(rows)), mark=" .match")
    assert isinstance(question, Matching)
    (told,) = engine([{"xml": xml_of(question), "answers": []}])

    shown = sorted(one.words.replace("'", "\u2019") for one in question.targets)
    seen = [sorted(one.replace("\u200b", "") for one in field["choices"]) for field in told["fields"]]
    assert "C:\\temp\\" in shown
    assert seen == [shown] * len(rows)
    # The page shows the right answers as HTML.
    assert not re.search(r"<[a-z]|&[#a-z]", " ".join(one for field in told["fields"] for one in field["choices"]))
    right = [next(one.words for one in question.targets if one.id == item.target) for item in question.items]
    chosen = {
        str(number): next(one for one in field["choices"] if one.replace("\u200b", "") == words.replace("'", "\u2019"))
        for number, (field, words) in enumerate(zip(told["fields"], right, strict=True), 1)
    }
    (graded,) = engine([{"xml": xml_of(question), "answers": [chosen]}])
    assert graded["results"][0]["score"] == len(rows)


def test_spaces_formulas_tables_and_code_stay() -> None:
    question = question_of(
        "*One* **two** `three` *four*\n\n_**Un**believable_\n\n| A | B |\n|---|---|\n| 1 | |\n\n"
        "```python\ndef f():\n    return {}\n```\n\nWhat is $a < b$?\n\n$$\nx^2 & y\n$$\n\nIt costs $seed or $ 5.\n\n"
        "- (x) *a* **b**\n- ( ) c\n"
    )
    shown = page_of(xml_of(question))
    text = html.unescape(re.sub(r"<[^>]*>", "", shown)).replace("\u200b", "")

    assert "One two three four" in text
    assert "Unbelievable" in text
    assert "def f():\n    return {}" in text
    assert r"\(a < b\)" in text
    assert r"\[x^2 & y\]" in text
    assert "It costs $seed or $ 5." in text
    assert "a b" in text
    # Written as XML, an element with nothing in it would swallow the rest of the page.
    assert re.findall(r"<(?!br|img|hr|col|link|wbr|input|span (?:id|class)=)[a-z]+[^>]*/>", shown) == []


def test_each_field_has_a_name() -> None:
    questions = [*from_bank(3, 9), question_of("I have read it.\n", mark=" .attest")]
    told = engine([{"xml": xml_of(one), "answers": []} for one in questions])

    assert [
        one["fields"] for one in told if not all(field["label"].strip("\u200b \n") for field in one["fields"])
    ] == []


def test_a_question_with_one_field_is_known_by_its_title() -> None:
    question = question_of("Read this first.\n\n- (x) a\n- ( ) b\n")
    (told,) = engine([{"xml": xml_of(question), "answers": []}])

    assert told["fields"][0]["label"] == "Ask"
    assert told["html"].index("Read this first") < told["html"].index("Choose one answer") < told["html"].index(">a<")


def test_a_number_is_exact() -> None:
    (told,) = engine(
        [{"xml": xml_of(question_of("= 1000000\n")), "answers": [{"1": one} for one in ("1000000", "1e6", "1000009")]}]
    )

    assert [one["score"] for one in told["results"]] == [1, 1, 0]


def test_the_importer_moves_no_line_of_code_and_parts_no_word() -> None:
    markdown = "```\nfirst\n  second\n```\n\n<b>Un</b><i>believable</i>\n\n- (x) `a`<b>b</b>\n  > `x`<b>y</b>\n- ( ) c\n\n> <b>z</b><i>z</i>"
    kept = engine([{"xml": xml_of(question_of(markdown)), "answers": []}])[0]["kept"]

    assert re.search(r"<pre[^>]*><code>first\n  second\n</code></pre>", kept)
    for together in (
        "<b>Un</b><i>believable</i>",
        "<code>a</code><b>b</b>",
        "<code>x</code><b>y</b>",
        "<b>z</b><i>z</i>",
    ):
        assert together in kept


def test_what_only_looks_like_a_formula_is_none() -> None:
    shown = page_of(xml_of(question_of("A \\\\(x\\\\) and $y$.\n\n- (x) a\n- ( ) b\n")))

    assert r"\(y\)" in shown
    assert r"\(x" not in shown


def test_another_language_says_so_where_the_platform_speaks_its_own() -> None:
    markdown = "- (x) نعم\n- ( ) لا\n\n> [!HINT]\n> فكر\n\n> حسنا"
    xml = xml_of(question_of(markdown), language="ar")
    root = etree.fromstring(xml)

    assert [(one.get("lang"), one.get("dir")) for one in root.iter("div") if one.get("lang")] == [("ar", "rtl")] * 2
    assert root.find("demandhint/hint/div") is not None
    (told,) = engine([{"xml": xml, "answers": [{"1": 0}, {"1": 1}]}])
    assert [one["score"] for one in told["results"]] == [1, 0]
    assert told["demand_hints"] == ["فكر"]


def test_answers_are_shuffled_where_the_exam_is() -> None:
    question = question_of("".join(f"- ({'x' if n == 3 else ' '}) Answer {n}\n" for n in range(8)))

    orders = [re.findall(r"Answer \d", page_of(xml_of(question, shuffle=one))) for one in (False, True)]
    assert orders[0] == [f"Answer {n}" for n in range(8)]
    assert sorted(orders[1]) == orders[0] != orders[1]


def test_our_validator_and_olxcleaner_find_no_error(make: Make) -> None:
    olxcleaner = pytest.importorskip("olxcleaner")
    made = make()
    _, errors, _ = olxcleaner.validate(str(made.folder / "course.xml"), 8, allowed_xblocks=["library_content"])

    assert [f"{one.at} {one.code} {one.message}" for one in validate_zip(made.built.path).report] == []
    assert [f"{one.name}: {one.description}" for one in errors.errors if one.level_val >= 3] == []


def test_nothing_needs_to_be_installed_and_no_script_stands_anywhere(make: Make) -> None:
    made = make()

    tags = {tag for tag, _ in made.blocks()}
    assert tags == {"chapter", "sequential", "vertical", "html", "problem", "video", "library_content", "course"} - {
        "course"
    }
    assert [name for name, root in made.trees() if list(root.iter("script"))] == []
    assert made.json("policies/2027_T1/policy.json")["course/2027_T1"]["advanced_modules"] == []
    assert [one for one, count in Counter(name for _, name in made.blocks()).items() if count > 1] == []


def test_every_address_leads_somewhere(make: Make) -> None:
    made = make()
    names, blocks = set(made.names()), {name for _, name in made.blocks()}

    found = [
        one
        for _, text in made.texts()
        for one in re.findall(r"/(jump_to_id|static)/([^\"&?#)\s>\]<]+)", text)
        if one[1] not in (blocks if one[0] == "jump_to_id" else {name.removeprefix("static/") for name in names})
    ]
    assert found == []
    assert [name for name, text in made.texts() if re.search(r"\.md[)#\"]|\"assets/", text)] == []


def test_pools_are_drawn_from_and_the_rest_is_asked(make: Make) -> None:
    made = make()
    vertical = made.xml("vertical/exam__exam.xml")
    banks_of = {root.get("display_name"): root for name, root in made.trees() if name.startswith("library_content/")}

    assert [(one, root.get("max_count")) for one, root in banks_of.items()] == [("Pool & one", "3"), ("Two", "2")]
    assert [one.tag for one in vertical] == ["html", "library_content", "library_content"]
    assert all(child.tag == "problem" for root in banks_of.values() for child in root)


def test_a_pool_that_is_asked_whole_stands_in_the_unit(make: Make) -> None:
    exam = EXAM.replace(" draw=3 must_pass=50", "") + "\n### Ask {#ask}\n\n= x\n\n> So.\n"
    made = make({"c/exam.md": exam})

    assert [one.tag for one in made.xml("vertical/exam__exam.xml")] == ["html", "problem"]


@pytest.mark.parametrize(
    ("rules", "sequential", "problem"),
    [
        ("attempts: 2, feedback: after", {}, {"max_attempts": "2", "showanswer": "finished"}),
        ("feedback: never", {"show_correctness": "never"}, {"showanswer": "never", "max_attempts": None}),
        ("wait_hours: 24, attempts: 3", {}, {"submission_wait_seconds": "86400"}),
        ("counts: last", {}, {"grading_method": "last_score"}),
        ("shuffle: false", {}, {"rerandomize": "never"}),
        (
            "time_limit_minutes: 45",
            {"is_time_limited": "true", "default_time_limit_minutes": "45"},
            {"grading_method": "highest_score", "rerandomize": "per_student"},
        ),
    ],
)
def test_rules_of_the_exam_are_settings_of_the_platform(
    rules: str, sequential: dict[str, str], problem: dict[str, str | None], make: Make
) -> None:
    exam = f"---\nid: exam\ntitle: E\nexam: {{pass_percent: 70, opens: any-time, {rules}}}\n---\n\n## P {{#p}}\n\n### Ask {{#ask}}\n\n= x\n\n> So.\n"
    made = make({"c/exam.md": exam})
    one, other = made.xml("sequential/exam__exam__seq.xml"), made.xml("problem/exam_ask.xml")

    assert {name: one.get(name) for name in sequential} == sequential
    assert {name: other.get(name) for name in problem} == problem
    enabled = made.json("policies/2027_T1/policy.json")["course/2027_T1"].get("enable_timed_exams")
    assert enabled is (True if "is_time_limited" in sequential else None)


def test_points_are_weights_and_a_confirmation_has_none(make: Make) -> None:
    made = make()

    assert made.xml("problem/first_multiple.xml").get("weight") == "4"
    assert made.xml("problem/first_attest.xml").get("weight") == "0"
    (told,) = engine(
        [{"xml": (made.folder / "problem/first_attest.xml").read_text("utf-8"), "answers": [{"1": [0]}, {}]}]
    )
    assert [one["score"] for one in told["results"]] == [1, 0]


def test_what_cannot_be_asked_is_told_with_its_line_and_can_be_read(make: Make) -> None:
    made = make()
    lost = [loss.what.partition(": ")[0] for loss in made.built.losses if "is shown as text" in loss.what]
    out = [loss.what.partition(": ")[0] for loss in made.built.losses if "is left out" in loss.what]
    pages = "\n".join(text for name, text in made.texts() if name.startswith("html/"))

    assert sorted(lost) == [f"first.{one}" for one in ("essay", "likert", "post-draft", "scenario", "survey")]
    assert sorted(out) == ["exam.post-draft", "exam.scenario"]
    for words in (
        "Says in its first line",
        "It names the problem",
        "I feel ready to post",
        "A model answer",
        "Strongly agree",
    ):
        assert words in pages
    assert "<input" not in pages
    assert "<select" not in pages


@pytest.mark.parametrize(
    ("markdown", "mark", "lost"),
    [
        ("- [x] a\n- [ ] b\n", " credit=right-minus-wrong", "only the whole answer earns points"),
        ("- [x] a {points=2}\n- [ ] b\n", " .post-review credit=each", "every part counts the same"),
        ("- [x] a\n- [ ] b\n", "", ""),
        ("- (x) a\n- ( ) b\n", "", ""),
        ("= 5\n", "", "50% is 0.5"),
        ("= a b\n", " spaces=ignore", "spaces count"),
        ("A [[=gap]].\n", " credit=each", "letter by letter"),
        ("A [[(gap) / no]] and [[(b) / c]].\n", " points=2", "each part earns its share"),
        ("A [[(gap) / no]].\n", "", ""),
        ("- a => b\n- c => d\n- e => f\n", " .match credit=each", "parts of a point are given"),
        ("- [x] a\n- [ ] b\n", " credit=each", "parts of a point are given"),
        ("- [x] a\n- [ ] b\n", " credit=each points=4", ""),
        ("= 5\n", "", "thousands have no sign"),
        ("A [[(gap) / no]].\n", " credit=each", ""),
        ("- a => b\n- c => d\n", " .match", "each part earns its share"),
        ("1. a\n2. b\n", " .order credit=each", "a place is chosen"),
    ],
)
def test_each_loss_is_said(markdown: str, mark: str, lost: str) -> None:
    told = list(_capa.losses_of(question_of(markdown, mark=mark), is_exam=False))

    assert any(lost in one for one in told) if lost else told == []


def test_two_builds_are_the_same_bytes(make: Make) -> None:
    assert make().built.path.read_bytes() == make(out="other").built.path.read_bytes()


def test_an_exam_of_which_nothing_can_be_asked_is_a_loud_loss(make: Make) -> None:
    draft = "\n### Write {#write .post-draft}\n\n- Short {length=1..9}\n  > So.\n"
    made = make({"c/exam.md": EXAM.replace(" draw=3 must_pass=50", "") + draft})

    assert any("nobody can pass" in loss.what for loss in made.built.losses)


def test_practice_is_numbered_in_its_lesson(make: Make) -> None:
    made = make()
    names = [root.get("display_name") for name, root in made.trees() if name.startswith("problem/first_")]

    assert "Question 1 of 17" in names
    assert len(set(names)) == len(names)


def test_footnotes_of_an_exam_leave_no_link_behind(make: Make) -> None:
    made = make()
    exam = "".join((made.folder / f"problem/{name}").read_text("utf-8") for name in ("exam_single.xml",))

    assert 'class="note"' not in exam
    assert any("footnotes of the exam" in loss.what for loss in made.built.losses)


def test_an_arabic_course_is_one(make: Make) -> None:
    made = make(small("## One {#one}\n\n### ما هذا؟ {#ask}\n\n- (x) نعم\n- ( ) لا\n\n> So.\n", course="language: ar\n"))

    assert "ما هذا؟" in html.unescape(page_of((made.folder / "problem/m_ask.xml").read_text("utf-8")))
    assert TARGETS["olx-native"].grades_on_server
