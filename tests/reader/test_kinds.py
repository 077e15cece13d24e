"""What an author writes, and the question that comes of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support import MODULE, TODAY

from smac_courses.model.questions import (
    FIRST_BLANK,
    Blanks,
    Categorise,
    Matching,
    NumberAnswer,
    Ordering,
    PostDraft,
    Scenario,
    TextAnswer,
    TrueFalse,
)
from smac_courses.pipeline import check_courses

HEAD = MODULE.partition("Some text.")[0]
COURSE = "id: c\ntitle: A course\nversion: 1.0.0\nlanguage: {}\nmodules: [../modules/m.md]\n"
Read = Callable[..., tuple[Any, list[str]]]


@pytest.fixture
def read(project: Callable[..., Path]) -> Read:
    """The first question of a lesson, or None, and `line:code` of every finding but that on the lock."""

    def of(body: str, language: str = "en") -> tuple[Any, list[str]]:
        files = {"modules/m.md": HEAD + body, "c/course.yml": COURSE.format(language)}
        checked = check_courses([project(files)], TODAY)
        found = [f"{one.at.line}:{one.code}" for one in checked.report if one.code not in {"SMAC309", "SMAC223"}]
        questions = [question for course in checked.project.courses for question in course.questions()]
        return (questions[0] if questions else None), found

    return of


@pytest.mark.parametrize(
    ("line", "language", "low", "high", "value"),
    [
        ("= 80", "en", "80", "80", "80"),
        ("= 80 ± 2", "en", "78", "82", "80"),
        ("= 80 +- 2.5", "en", "77.5", "82.5", "80"),
        ("= 80 ± 5%", "en", "76", "84", "80"),
        ("= −80 ± 5 %", "en", "-84", "-76", "-80"),
        ("= 10 .. 20", "en", "10", "20", ""),
        ("= 10,000 .. 20,000", "en", "10000", "20000", ""),
        ("= 0,5 ± 0,1", "de", "0.4", "0.6", "0.5"),
        ("= 1.500", "de", "1500", "1500", "1500"),
    ],
)
def test_numbers(line: str, language: str, low: str, high: str, value: str, read: Read) -> None:
    question, found = read(f"### How many? {{#q}}\n\n{line}\n\n> So.\n", language)

    assert isinstance(question, NumberAnswer)
    assert (question.low, question.high, question.value, question.comma) == (low, high, value, language == "de")
    assert found == []


@pytest.mark.parametrize(
    "line",
    ["= 80 euros", "= $80", "= 10-20", "= 24/7", "= > 80", "= ~80", "= 80 ± x", "= 20 .. 10", "=disclosure", "= `#ad`"],
)
def test_keys_that_nobody_could_type_are_refused(line: str, read: Read) -> None:
    assert "11:SMAC234" in read(f"### What? {{#q}}\n\n{line}\n\n> So.\n")[1]


@pytest.mark.parametrize("line", ['= "80"', "= “80”"])
def test_a_number_in_quotes_is_a_word(line: str, read: Read) -> None:
    question, found = read(f"### What? {{#q}}\n\n{line}\n\n> So.\n")

    assert isinstance(question, TextAnswer)
    assert (question.accepted, found) == (("80",), [])


def test_words_and_near_misses(read: Read) -> None:
    text = "= disclosure\n= a disclosure\n~ disclaimer {points=1}\n  > Nearly.\n\n> So.\n"
    question, found = read(f"### What? {{#q points=2 case=exact spaces=ignore}}\n\n{text}")

    assert question.accepted == ("disclosure", "a disclosure")
    assert [(one.text, one.points, one.feedback) for one in question.near] == [("disclaimer", 1, "<p>Nearly.</p>")]
    assert (question.exact, question.joined, question.feedback, found) == (True, True, "<p>So.</p>", [])


def test_a_formula_in_a_text_is_no_question(read: Read) -> None:
    text = "### Formula\n\nCost\n= price + tax\n\n~ 300 people work here.\n\nSee [[Some page]] and `[[=x]]`.\n"

    assert read(text) == (None, [])


def test_gaps_may_stand_in_a_quote(read: Read) -> None:
    text = "### Fill {#q}\n\nA colleague wrote:\n\n> Look! [[=#ad / #advert]] [[(first) / last]]\n\n> So.\n"
    question, found = read(text)

    assert isinstance(question, Blanks)
    assert [(blank.accepted, [one.html for one in blank.options]) for blank in question.blanks] == [
        (("#ad", "#advert"), []),
        ((), ["first", "last"]),
    ]
    assert [option.correct for option in question.blanks[1].options] == [True, False]
    assert question.prompt.count(chr(FIRST_BLANK)) == question.prompt.count(chr(FIRST_BLANK + 1)) == 1
    assert (question.feedback, found) == ("<p>So.</p>", [])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("### Fill [[=x]] {#q}\n\n= y\n\n> So.\n", "SMAC235"),
        ("### Fill {#q}\n\nThe [[=x]].\n\n- (x) A\n- ( ) B\n\n> So.\n", "SMAC235"),
        ("### Fill {#q}\n\nThe [[=x\n\n> So.\n", "SMAC235"),
        ("### Fill {#q}\n\nThe [[=x / x]].\n\n> So.\n", "SMAC243"),
        ("The [[=x]].\n", "SMAC215"),
        ("= x\n", "SMAC215"),
    ],
)
def test_a_gap_or_a_key_in_the_wrong_place_never_shows_its_answer_in_silence(text: str, code: str, read: Read) -> None:
    assert code in {one.partition(":")[2] for one in read(text)[1]}


def test_matching(read: Read) -> None:
    text = "- `a => b` => An arrow\n- Other => Another\n  > Why.\n- => Nothing\n\n> So.\n"
    question, found = read(f"### Match {{#q .match}}\n\n{text}")

    assert isinstance(question, Matching)
    words = {target.id: target.words for target in question.targets}
    assert [(item.html, words[item.target]) for item in question.items] == [
        ("<code>a =&gt; b</code>", "An arrow"),
        ("Other", "Another"),
    ]
    assert question.items[1].feedback == "<p>Why.</p>"
    assert sorted(words.values()) == ["An arrow", "Another", "Nothing"]
    assert [target.id for target in question.targets] == sorted(words)
    assert found == []


def test_ids_of_targets_do_not_depend_on_what_stands_beside_them(read: Read) -> None:
    few = read("### Match {#q .match}\n\n- A => x\n- B => y\n\n> So.\n")[0]
    more = read("### Match {#q .match}\n\n- A => x\n- B => y\n- C => z\n\n> So.\n")[0]

    assert [item.target for item in more.items[:2]] == [item.target for item in few.items]


def test_sorting_and_ordering_give_nothing_away(read: Read) -> None:
    sorting = read("### Sort {#q .categorise}\n\n- One\n  - a\n  - b\n- Two\n  - c\n  - d\n\n> So.\n")[0]
    ordering = read("### Order {#q .order}\n\n1. a\n2. b\n3. c\n4. d\n\n> So.\n")[0]

    assert isinstance(sorting, Categorise)
    assert isinstance(ordering, Ordering)
    assert [item.html for item in sorting.items] != ["a", "b", "c", "d"]
    assert {item.html: item.target for item in sorting.items} == {"a": "g1", "b": "g1", "c": "g2", "d": "g2"}
    assert [option.html for option in ordering.options] == ["a", "b", "c", "d"]
    assert list(ordering.option_ids()) != sorted(ordering.option_ids())
    assert list(ordering.part_ids()) == sorted(ordering.option_ids())


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("### Order {#q .order}\n\n3. c\n1. a\n2. b\n\n> So.\n", "SMAC233"),
        ("### Order {#q .order}\n\n1. a\n   - below\n2. b\n\n> So.\n", "SMAC212"),
        ("### Order {#q .order}\n\n1. a\n> why a\n2. b\n\n> So.\n", "SMAC212"),
        ("### Match {#q .match}\n\n- A -> x\n- B -> y\n\n> So.\n", "SMAC233"),
        ("### Match {#q .match}\n\n- A => Press\n- B => press.\n\n> So.\n", "SMAC224"),
        ("### Sort {#q .categorise}\n\n- One\n  - a\n- **One**\n  - b\n\n> So.\n", "SMAC233"),
        ("### Scale {#q .likert}\n\n- ( ) Yes\n- ( ) No\n", "SMAC233"),
        ("### Words {#q points=2}\n\n= yes\n~ maybe {points=5}\n\n> So.\n", "SMAC210"),
        ("### Words {#q}\n\n= yes\n> Quote.\n= also\n\n> So.\n", "SMAC212"),
        ("### True {#q .true-false}\n\n= true\n  > Why.\n", "SMAC212"),
        ("### Post {#q .post-draft}\n\n- A {contains=#ad, #b}\n\n> So.\n", "SMAC241"),
        ("### Post {#q .post-draft}\n\n- A {length=0}\n\n> So.\n", "SMAC241"),
        ("### Post {#q .post-draft max=50}\n\n- A {length=300..400}\n\n> So.\n", "SMAC245"),
        ("### Kind {#q .matching}\n\n- A => B\n", "SMAC131"),
    ],
)
def test_what_would_be_lost_or_misread_is_said(text: str, code: str, read: Read) -> None:
    assert code in {one.partition(":")[2] for one in read(text)[1]}


def test_a_draft(read: Read) -> None:
    text = (
        '- First {first-line="#ad, gift from" points=2}\n  > Put it first.\n- Secret {never=“Project Falcon”}\n'
        "- Picture\n  {alt-text=20}\n- Fits {length=40..280}\n- Hashtags {.camel-case}\n\n> So.\n"
    )
    question, found = read(f"### Write {{#q .post-draft}}\n\n{text}")

    assert isinstance(question, PostDraft)
    assert [(one.test, one.words, one.least, one.most, one.points) for one in question.criteria] == [
        ("first-line", ("#ad", "gift from"), 0, 99_999, 2),
        ("never", ("Project Falcon",), 0, 99_999, 1),
        ("alt-text", (), 20, 125, 1),
        ("length", (), 40, 280, 1),
        ("camel-case", (), 0, 99_999, 1),
    ]
    assert (question.points, question.credit, question.room, found) == (6, "each", 350, [])


def test_the_words_of_a_criterion_may_be_the_companys(read: Read) -> None:
    question, found = read('### Write {#q .post-draft}\n\n- Names us {contains="{{ company.name }}, we"}\n\n> So.\n')

    assert isinstance(question, PostDraft)
    assert (question.criteria[0].words, found) == (("Example Ltd", "we"), [])


def test_the_capitals_of_a_hashtag_make_another_answer(read: Read) -> None:
    tags = "### Which? {#q}\n\n- ( ) #nightshift\n  > No.\n- (x) #NightShift\n  > Yes.\n- ( ) #NightShift\n  > Twice.\n\n> So.\n"

    assert [one.partition(":")[2] for one in read(tags)[1]].count("SMAC224") == 1


def test_other_alphabets_get_more_room(read: Read) -> None:
    text = "### Write {#q .essay max=100}\n"

    assert [read(text, language)[0].room for language in ("en", "de", "ar", "ja")] == [100, 120, 210, 270]


SCENARIO = """\
### Talk {#q .scenario}

1. Kim writes:
   > Your app lost my data!

   - (x) Sorry. {points=2} => 2
     > Good.
   - ( ) Never. => 3 {#never}
2. Thanks.
3. Oh.

> So.
"""


def test_a_conversation(read: Read) -> None:
    question, found = read(SCENARIO)

    assert isinstance(question, Scenario)
    assert "<blockquote>" in question.steps[0].html
    assert [(one.id, one.to, one.points, one.feedback) for one in question.choices()] == [
        ("1a", 1, 2, "<p>Good.</p>"),
        ("never", 2, 0, ""),
    ]
    assert (question.points, found) == (2, [])


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("=> 3 {#never}", "-> 3", "SMAC238"),
        ("=> 3 {#never}", "=> 7", "SMAC238"),
        ("=> 3 {#never}", "=> 2", "SMAC239"),
        ("3. Oh.\n", "3. Oh.\n   - (x) Again. => 1\n", "SMAC240"),
        ("2. Thanks.\n3. Oh.\n", "2. Thanks.\n3. Oh.\n   - (x) Go on.\n", "SMAC238"),
        ("(x) Sorry. {points=2}", "( ) Sorry.", "SMAC203"),
        ("(x)", "[x]", "SMAC204"),
        ("(x)", "( )", "SMAC210"),
    ],
)
def test_ways_that_lead_nowhere_are_found(old: str, new: str, code: str, read: Read) -> None:
    assert old in SCENARIO

    assert code in {one.partition(":")[2] for one in read(SCENARIO.replace(old, new))[1]}


def test_true_or_false(read: Read) -> None:
    question, found = read("### True {#q .true-false}\n\n= False\n\n> So.\n")

    assert isinstance(question, TrueFalse)
    assert [(option.id, option.correct) for option in question.options] == [("true", False), ("false", True)]
    assert found == []


def test_a_statement_keeps_its_words_apart(read: Read) -> None:
    question, _ = read("### I agree {#q .attest}\n\nI follow these rules:\n\n- one\n- two\n\nAnd *all* of them.\n")

    assert question.statement == "I follow these rules: one two And all of them."


def test_a_gap_may_go_over_the_end_of_a_line_and_what_is_not_closed_is_said(read: Read) -> None:
    text = "### Fill {#q}\n\nPut it [[at the end /\n(at the start)]] of the post, with\n[[=#ad /\n#advert]].\n\n> So.\n"
    question, found = read(text)

    assert isinstance(question, Blanks)
    assert [(one.accepted, len(one.options)) for one in question.blanks] == [((), 2), (("#ad", "#advert"), 0)]
    assert found == []
    lost = "### Fill {#q}\n\nPut it [[at\nthe\nend / (first)]] and [[=#ad]].\n\n> So.\n"
    assert "SMAC235" in {one.partition(":")[2] for one in read(lost)[1]}
