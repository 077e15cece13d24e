"""Questions as native forms: fieldset, legend, inputs with labels. The player enhances them."""

from __future__ import annotations

from smac_courses.html.fields import body_of
from smac_courses.html.markup import Strings, attribute, filled, fragment, text
from smac_courses.model.questions import Attestation, Blanks, Essay, Likert, Question, Survey, parts_of


def question_form(question: Question, strings: Strings, *, level: int, with_check: bool, with_remarks: bool) -> str:
    """One question as a `<form class="question" data-question="key">`.

    `level` is the heading level of its legend. With `with_check` it has a button and a status region of its
    own (practice); without, the exam around it has the buttons. Remarks wait in `<template>` elements: they are neither
    read out nor printed before they are due. Without `with_remarks` they travel elsewhere.
    """
    key = attribute(question.key)
    how, body = body_of(question, strings)
    # The gaps of a text stand in it.
    prompt = "" if isinstance(question, Blanks) else question.prompt
    remarks = remarks_of(question, strings) if with_remarks else {}
    return "".join(
        [
            f'<form class="question is-{question.kind}" id="{key}" data-question="{key}" novalidate>',
            "<fieldset>",
            f'<legend><h{level} id="{key}._title">{fragment(question.title, strings)}</h{level}></legend>',
            f'<div class="prompt">{fragment(prompt, strings)}</div>' if prompt else "",
            f'<p class="how">{text(how)}</p>' if how else "",
            body,
            "</fieldset>",
            *(_hint(hint, strings) for hint in question.hints),
            f'<p class="problem" id="{key}._problem"{" role=status" if "data-room" in body else ""} hidden></p>',
            _check_button(question, strings) if with_check else "",
            '<div class="feedback" role="status"></div>' if with_check else '<div class="feedback"></div>',
            *(f'<template data-feedback="{part}">{html}</template>' for part, html in remarks.items()),
            "</form>",
        ]
    )


def remarks_of(question: Question, strings: Strings) -> dict[str, str]:
    """What is said after an answer: about each part by its id, and under an empty name to everyone."""
    said = {part.id: part.feedback for part in parts_of(question)} | {"": question.feedback}
    return {part: fragment(html, strings) for part, html in said.items() if html}


def exam_points(points: int, strings: Strings) -> str:
    """What a question of an exam is worth, in words."""
    return text(filled(strings["points"], points=points))


def _hint(html: str, strings: Strings) -> str:
    return f'<details class="hint"><summary>{text(strings["hint"])}</summary>{fragment(html, strings)}</details>'


def _check_button(question: Question, strings: Strings) -> str:
    match question:
        case Attestation():
            words = strings["confirm"]
        case Essay() | Likert() | Survey():
            words = strings["send"]
        case _:
            words = strings["check"]
    return f'<p class="actions needs-script"><button type="button" data-check>{text(words)}</button></p>'
