"""Questions as problems of Open edX's own engine (capa), which needs nothing installed.

Everything here was tried on the engine itself; what it makes of XML beyond its documentation is said at its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from html import unescape
from types import MappingProxyType
from typing import assert_never

import lxml.html
from lxml import etree

from smac_courses.html.fields import as_first_shown, body_of, words_of
from smac_courses.html.markup import Strings, filled, fragment, text
from smac_courses.model.languages import direction
from smac_courses.model.questions import (
    FIRST_BLANK,
    Attestation,
    Blank,
    Blanks,
    Categorise,
    ChoiceQuestion,
    Essay,
    Likert,
    Matching,
    MultipleChoice,
    NumberAnswer,
    Ordering,
    PostDraft,
    PostReview,
    Question,
    Scenario,
    SingleChoice,
    Step,
    Survey,
    TextAnswer,
    TrueFalse,
)
from smac_courses.targets._xml import xml_text

# Kinds that the engine cannot ask: they are shown as text.
Unaskable = Likert | Survey | Essay | PostDraft | Scenario
UNASKABLE = (Likert, Survey, Essay, PostDraft, Scenario)
Finish = Callable[[str], str]

STYLE = "/static/smac.css"
_USUAL_LANGUAGE = "en"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_FORMULA = re.compile(
    r'\\(?P<open>[(\[])|<math (?=[^>]*?(?P<block>display="block")?)[^>]*?alttext="(?P<tex>[^"]*)".*?</math>', re.S
)
_BLANK = re.compile(f"[{chr(FIRST_BLANK)}-{chr(FIRST_BLANK + 0xFF)}]")
_VOID = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "source", "track", "wbr"})
# Its pages are written as XML: an element with nothing in it would swallow what follows.
_NOTHING = "\u200b"
# Names that it replaces behind a dollar sign, wherever they stand.
_REPLACED = re.compile(r"\$(?=seed|anonymous_student_id|script_code|python_path|extra_files)")
# An old way of writing several answers, which it still reads.
_OR = re.compile("_(?=or_)", re.I)
# Signs in a word of a list that it would take for its own: the end of a word, an apostrophe, and HTML when it shows the
# right answer.
_TAKEN = re.compile(r"(?<=[<&])|(?<=\\)$")
_CURLY, _STRAIGHT = str.maketrans("'", "\u2019"), str.maketrans("\u2018\u2019\u201c\u201d", "''\"\"")


def problem_of(
    question: Question, strings: Strings, finish: Finish, *, language: str, shuffle: bool
) -> etree._Element | None:
    """A `<problem>` without its settings, or None for a kind that the engine cannot ask.

    `finish` gives a fragment of HTML the addresses of the platform.
    """
    if isinstance(question, Unaskable):
        return None
    problem = etree.Element("problem")
    box, spoken = problem, {"lang": language, "dir": direction(language)}
    if language.partition("-")[0] != _USUAL_LANGUAGE:
        # Else read by the voice of the platform's own language. Not for all: Studio's simple editor looks no deeper.
        box = etree.SubElement(problem, "div", spoken)
    _Problem(box, question, strings, finish, shuffle=shuffle).fill()
    if question.hints:
        hints = etree.SubElement(problem, "demandhint")
        for hint in question.hints:
            _put(hints, "hint", _html(hint, strings, finish), {} if box is problem else spoken)
    for child in problem:
        # The importer writes it anew: spaces stay where they are asked to (xml:space), and lines are moved in only
        # where an element holds no text at all.
        child.set(_SPACE, "preserve")
        child.text = child.text or " "
    return problem


def as_text(question: Question, strings: Strings) -> str:
    """A question that cannot be asked, as HTML to read: what an author says about an answer opens below it."""
    match question:
        case Likert() | Survey():
            body = _listed(fragment(words_of(question, one, strings), strings) for one in question.options)
        case PostDraft():
            body = f"<p>{text(strings['criteria'])}</p>" + _listed(
                _opening(fragment(one.html, strings), fragment(one.feedback, strings)) for one in question.criteria
            )
        case Scenario():
            body = f"<ol>{''.join(_step(step, strings) for step in question.steps)}</ol>"
        case _:
            body = ""
    hints = "".join(_opening(text(strings["hint"]), fragment(one, strings)) for one in question.hints)
    remark = _opening(text(strings["check"]), fragment(question.feedback, strings)) if question.feedback else ""
    prompt = fragment(question.prompt, strings)
    return f"<h3>{fragment(question.title, strings)}</h3>{prompt}{body}{hints}{remark}"


def losses_of(question: Question, *, is_exam: bool) -> Iterator[str]:
    """What the engine cannot carry of a question, in words."""
    match question:
        case Likert() | Survey() | Essay() | PostDraft() | Scenario():
            what = "left out" if is_exam else "shown as text"
            yield f"it is {what}: the platform's own problems cannot ask it"
        case Attestation():
            yield "the platform keeps who confirmed and when, not the version and the mark of the text"
        case SingleChoice() | TrueFalse():
            pass
        case MultipleChoice() | PostReview():
            if question.credit == "right-minus-wrong":
                yield "only the whole answer earns points: nothing is taken away for wrong ones"
            elif question.credit == "each" and len({option.weight for option in question.options}) > 1:
                yield "every part counts the same"
            elif question.credit == "each":
                yield from _fractions(question, len(question.options))
        case TextAnswer():
            yield from _losses_of_text(question)
        case NumberAnswer():
            comma = "0.5 has to be typed for 0,5, " if question.comma else ""
            yield f"{comma}thousands have no sign between them, and a number is read as a formula: 50% is 0.5"
        case Blanks() | Matching() | Categorise() | Ordering():
            if isinstance(question, Ordering):
                yield "a place is chosen for each thing; nothing is moved"
            parts = len(question.blanks) if isinstance(question, Blanks) else len(_things(question))
            if question.credit != "each" and parts > 1:
                yield "each part earns its share of the points"
            yield from _fractions(question, parts)
            if isinstance(question, Blanks) and any(not blank.options for blank in question.blanks):
                yield from _how_text_is_compared(joined=question.joined)
        case _:
            assert_never(question)


def _things(question: Matching | Categorise | Ordering) -> tuple[object, ...]:
    return question.options if isinstance(question, Ordering) else question.items


def _fractions(question: Question, parts: int) -> Iterator[str]:
    if question.points % parts:
        yield "parts of a point are given, which are rounded down elsewhere"


def _losses_of_text(question: TextAnswer) -> Iterator[str]:
    if any(near.points for near in question.near):
        yield "an answer that is nearly right earns nothing"
    yield from _how_text_is_compared(joined=question.joined)


def _how_text_is_compared(*, joined: bool) -> Iterator[str]:
    yield "an answer is compared letter by letter, capitals apart: a full stop or a second space is a mistake"
    if joined:
        yield "spaces count"


class _Problem:
    def __init__(
        self,
        problem: etree._Element,
        question: Question,
        strings: Strings,
        finish: Finish,
        *,
        shuffle: bool,
    ) -> None:
        self.problem, self.question, self.strings = problem, question, strings
        self._finish, self._shuffle = finish, shuffle
        # Nothing is moved here, and there are no buttons.
        is_order = isinstance(question, Ordering)
        self._how = strings["choose_place"] if is_order else body_of(question, strings)[0]

    def fill(self) -> None:
        question = self.question
        match question:
            case SingleChoice() | TrueFalse():
                self._choices(question, "multiplechoiceresponse", "choicegroup")
            case MultipleChoice() | PostReview():
                self._choices(question, "choiceresponse", "checkboxgroup")
            case Attestation():
                self._attestation()
            case TextAnswer():
                self._typed(self._asked("stringresponse"), question)
            case NumberAnswer():
                response = self._asked("numericalresponse")
                is_one = question.low == question.high
                response.set("answer", question.low if is_one else f"[{question.low},{question.high}]")
                if is_one:
                    # Else it takes what is nearly the same, by a hundred-thousandth.
                    etree.SubElement(response, "responseparam", type="tolerance", default="0")
                etree.SubElement(response, "formulaequationinput")
            case Blanks():
                self._gaps(question)
            case Matching() | Categorise():
                self._pairs(question)
            case Ordering():
                self._places(question)
            case Likert() | Survey() | Essay() | PostDraft() | Scenario():
                raise AssertionError(question.kind)
            case _:
                assert_never(question)
        self._afterwards()

    # -- what is asked ----------------------------------------------------------------------------------

    def _asked(self, tag: str) -> etree._Element:
        """The one response of a question. Its label is the question: reports and screen readers know it by that."""
        if prompt := self._prompt():
            self._before(prompt)
        response = etree.SubElement(self.problem, tag)
        self._put(response, "label", self.question.title)
        if self._how:
            self._put(response, "description", text(self._how))
        return response

    def _asked_in_parts(self, prompt: str) -> None:
        how = f"<p>{text(self._how)}</p>"
        self._before(f"<p><strong>{self.question.title}</strong></p>{prompt}{how}")

    def _prompt(self) -> str:
        question = self.question
        head = ""
        if isinstance(question, PostReview):
            head = "".join(f"<p><strong>{text(one)}</strong></p>" for one in (question.author, question.network) if one)
        return question.prompt + head

    def _before(self, html: str) -> None:
        self._put(self.problem, "div", f'<link rel="stylesheet" href="{STYLE}">{html}').set("class", "smac")

    def _choices(self, question: ChoiceQuestion, tag: str, group_tag: str) -> None:
        response = self._asked(tag)
        group = etree.SubElement(response, group_tag)
        if tag == "multiplechoiceresponse":
            group.set("type", "MultipleChoice")
            if self._shuffle and isinstance(question, SingleChoice):
                group.set("shuffle", "true")
        elif question.credit == "each":
            response.set("partial_credit", "EDC")
        for option in question.options:
            choice = self._put(group, "choice", words_of(question, option, self.strings))
            choice.set("correct", str(option.correct).lower())
            if option.feedback:
                hint = self._put(choice, "choicehint", option.feedback)
                if tag == "choiceresponse":
                    hint.set("selected", "true")

    def _attestation(self) -> None:
        """One box to tick: the platform keeps that it was sent, and when."""
        group = etree.SubElement(self._asked("choiceresponse"), "checkboxgroup")
        self._put(group, "choice", text(self.strings["i_confirm"])).set("correct", "true")

    def _typed(self, response: etree._Element, question: TextAnswer | Blanks, blank: Blank | None = None) -> None:
        accepted = list(blank.accepted if blank else getattr(question, "accepted", ()))
        words = "" if question.exact else "ci"
        accepted = list(dict.fromkeys(same for one in accepted for same in _as_typed(one)))
        if any(_OR.search(one) or _REPLACED.search(one) for one in accepted):
            accepted = [_as_expression(one) for one in accepted]
            words = f"{words} regexp".strip()
        response.set("answer", xml_text(accepted[0]))
        if words:
            response.set("type", words)
        for one in accepted[1:]:
            etree.SubElement(response, "additional_answer", answer=xml_text(one))
        if isinstance(question, TextAnswer):
            for near in question.near:
                for same in dict.fromkeys(_as_typed(near.text)) if near.feedback else ():
                    self._put(response, "stringequalhint", near.feedback).set("answer", xml_text(same))
        etree.SubElement(response, "textline", size="20")

    def _gaps(self, question: Blanks) -> None:
        """The text with a number in each gap, and a field for each number below it."""
        strings = self.strings

        def numbered(found: re.Match[str]) -> str:
            return f"<strong>[{ord(found[0]) - FIRST_BLANK + 1}]</strong>"

        self._asked_in_parts(_BLANK.sub(numbered, question.prompt))
        for number, blank in enumerate(question.blanks, 1):
            label = text(filled(strings["gap"], number=number))
            if blank.options:
                listed = [(unescape(option.html), option.correct) for option in blank.options]
                self._list_to_choose_from(label, listed, "")
            else:
                response = etree.SubElement(self.problem, "stringresponse")
                self._put(response, "label", label)
                self._typed(response, question, blank)

    def _pairs(self, question: Matching | Categorise) -> None:
        self._asked_in_parts(question.prompt)
        targets = question.targets
        if isinstance(question, Matching):
            # By their words, as in every other format: their order must not say what belongs to what.
            targets = tuple(sorted(targets, key=lambda one: (one.words.lower(), one.id)))
        for item in question.items:
            listed = [(one.words, one.id == item.target) for one in targets]
            self._list_to_choose_from(item.html, listed, item.feedback)

    def _places(self, question: Ordering) -> None:
        self._asked_in_parts(question.prompt)
        ids = question.option_ids()
        for option in as_first_shown(question):
            listed = [(str(place), one == option.id) for place, one in enumerate(ids, 1)]
            self._list_to_choose_from(option.html, listed, option.feedback)

    def _list_to_choose_from(self, label: str, listed: Iterable[tuple[str, bool]], feedback: str) -> None:
        response = etree.SubElement(self.problem, "optionresponse")
        self._put(response, "label", label)
        field = etree.SubElement(response, "optioninput")
        for words, is_right in listed:
            option = etree.SubElement(field, "option", correct=str(is_right))
            # It parts its list at straight apostrophes, and strips what stands around a name.
            option.text = _plain(_TAKEN.sub(_NOTHING, " ".join(words.split()).translate(_CURLY)))
            if feedback:
                self._put(option, "optionhint", feedback)

    def _afterwards(self) -> None:
        question = self.question
        if question.feedback:
            self._put(self.problem, "solution", f'<div class="detailed-solution">{question.feedback}</div>')

    def _put(self, parent: etree._Element, tag: str, html: str) -> etree._Element:
        return _put(parent, tag, _html(html, self.strings, self._finish))


# -- HTML in XML ----------------------------------------------------------------------------------------------


def _html(html: str, strings: Strings, finish: Finish) -> str:
    """A fragment as the platform's pages take it."""
    # Words for screen readers alone: outside of our own style the platform's class hides them.
    html = fragment(html, strings).replace('class="visually-hidden"', 'class="sr"')
    return _FORMULA.sub(_tex, finish(html))


def _put(
    parent: etree._Element, tag: str, html: str, spoken: Mapping[str, str] = MappingProxyType({})
) -> etree._Element:
    """Append an element with a fragment of HTML in it, written so that the engine's XML keeps it."""
    element = etree.SubElement(parent, tag)
    inner = etree.SubElement(element, "div", dict(spoken)) if spoken else element
    made = lxml.html.fragment_fromstring(xml_text(html), create_parent="div")
    for one in made.iter():
        if not isinstance(one.tag, str):
            continue
        if one.tag not in _VOID and not len(one) and not one.text:
            one.text = _NOTHING
        one.text = one.text and _plain(one.text)
        one.tail = one.tail and _plain(one.tail)
    inner.text = made.text
    inner.extend(made)
    return element


def _plain(words: str) -> str:
    return xml_text(_REPLACED.sub(f"${_NOTHING}", words))


def _tex(found: re.Match[str]) -> str:
    """A formula as its author wrote it: the engine takes `<math>` for something of its own; its pages have MathJax.

    What looks like the beginning of one and is none stays what it looks like.
    """
    if found["open"]:
        return f"\\{_NOTHING}{found['open']}"
    return rf"\[{found['tex']}\]" if found["block"] else rf"\({found['tex']}\)"


def _as_typed(words: str) -> Iterator[str]:
    """A text as its author wrote it, then with the other kind of apostrophes and quotation marks."""
    yield words
    yield words.translate(_STRAIGHT)
    yield words.translate(_STRAIGHT).translate(_CURLY)


def _as_expression(words: str) -> str:
    """A text as an expression that matches it alone, without what the engine would part it at or replace."""
    return "^" + _OR.sub("[_]", re.escape(words)).replace("\\$", "[$]") + "$"


def _listed(items: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"


def _opening(summary: str, inside: str) -> str:
    """Something that opens, or the words alone where there is nothing inside."""
    summary = re.sub(r"</?p>", "", summary)
    return f"<details><summary>{summary}</summary>{inside}</details>" if inside else summary


def _step(step: Step, strings: Strings) -> str:
    says = (
        _opening(
            fragment(choice.html, strings),
            f"{fragment(choice.feedback, strings)}<p>→ {choice.to + 1}</p>",
        )
        for choice in step.choices
    )
    return f"<li>{fragment(step.html, strings)}{_listed(says) if step.choices else ''}</li>"
