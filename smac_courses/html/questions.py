"""Questions as native forms: fieldset, legend, inputs with labels. The player enhances them."""

from __future__ import annotations

import re
from html import unescape
from typing import assert_never

from smac_courses.html.markup import Strings, attribute, filled, fragment, text
from smac_courses.model.questions import MultipleChoice, Option, Question, SingleChoice

_FORMULA = re.compile(r'<math [^>]*?alttext="([^"]*)".*?</math>', re.S)
_BLOCK = re.compile(r"<(?:blockquote|details|div|dl|figure|h[1-6]|hr|ol|pre|table|ul)\b")


def question_form(question: Question, strings: Strings, *, level: int, with_check: bool) -> str:
    """One question as a `<form class="question" data-question="key">`.

    `level` is the heading level of its legend. With `with_check` it has a button and a status region of its
    own (practice); without, the exam around it has the buttons. Feedback waits in `<template>` elements:
    it is neither read out nor printed before it is due.
    """
    key = attribute(question.key)
    match question:
        case SingleChoice():
            input_type, how = "radio", strings["choose_one"]
        case MultipleChoice():
            input_type, how = "checkbox", strings["choose_several"]
        case _:
            assert_never(question)
    return "".join(
        [
            f'<form class="question" id="{key}" data-question="{key}" novalidate>',
            "<fieldset>",
            f'<legend><h{level} id="{key}._title">{fragment(question.title, strings)}</h{level}></legend>',
            f'<div class="prompt">{fragment(question.prompt, strings)}</div>' if question.prompt else "",
            f'<p class="how">{text(how)}</p>',
            *(_option(question, option, input_type, strings) for option in question.options),
            "</fieldset>",
            *(_hint(hint, strings) for hint in question.hints),
            f'<p class="problem" id="{key}._problem" hidden></p>',
            _check_button(strings) if with_check else "",
            '<div class="feedback" role="status"></div>' if with_check else '<div class="feedback"></div>',
            *(_waiting(option.id, option.feedback, strings) for option in question.options),
            _waiting("", question.feedback, strings),
            "</form>",
        ]
    )


def exam_points(points: int, strings: Strings) -> str:
    """What a question of an exam is worth, in words."""
    return text(filled(strings["points"], points=points))


def _option(question: Question, option: Option, input_type: str, strings: Strings) -> str:
    field = attribute(f"{question.key}.{option.id}")
    html = fragment(option.html, strings)
    named, label = "", f'<label for="{field}">{_in_one_paragraph(html)}</label>'
    if "<math" in html:
        # The name of a field is made of words; of a formula there are only signs.
        named = f' aria-label="{attribute(_spoken(html))}"'
    elif _BLOCK.search(html):
        # A label may hold phrasing content only; code or a list names the field from beside it.
        named = f' aria-labelledby="{field}._label"'
    if _BLOCK.search(html):
        label = f'<div class="label" id="{field}._label">{html}</div>'
    return (
        f'<div class="option" data-option="{option.id}">'
        f'<input type="{input_type}" id="{field}" name="{attribute(question.key)}" value="{option.id}"{named}>'
        f'{label}<span class="mark"></span></div>'
    )


def _spoken(html: str) -> str:
    """The words of an answer, with the author's own line for each formula."""
    words = _FORMULA.sub(lambda found: f" {found[1]} ", html)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", words)).split())


def _in_one_paragraph(html: str) -> str:
    """The second paragraph of an answer becomes a line of its own."""
    return re.sub(r"</p>\s*<p>", "<br>", html).replace("<p>", "").replace("</p>", "")


def _hint(html: str, strings: Strings) -> str:
    return f'<details class="hint"><summary>{text(strings["hint"])}</summary>{fragment(html, strings)}</details>'


def _check_button(strings: Strings) -> str:
    return f'<p class="actions needs-script"><button type="button" data-check>{text(strings["check"])}</button></p>'


def _waiting(option_id: str, html: str, strings: Strings) -> str:
    return f'<template data-feedback="{option_id}">{fragment(html, strings)}</template>' if html else ""
