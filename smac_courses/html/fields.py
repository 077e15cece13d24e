"""What stands in the form of a question: the fields of each kind."""

from __future__ import annotations

import re
from html import unescape
from typing import assert_never

from smac_courses.grading.draw import option_order
from smac_courses.html.markup import Strings, attribute, filled, fragment, text
from smac_courses.model.codec import ROOM_OF_A_NUMBER
from smac_courses.model.questions import (
    FIRST_BLANK,
    Attestation,
    Blank,
    Blanks,
    Categorise,
    Choice,
    ChoiceQuestion,
    Criterion,
    Essay,
    Item,
    Likert,
    Matching,
    MultipleChoice,
    NumberAnswer,
    Option,
    Ordering,
    PostDraft,
    PostReview,
    Question,
    Scenario,
    SingleChoice,
    Step,
    Survey,
    Target,
    TextAnswer,
    TrueFalse,
)

_FORMULA = re.compile(r'<math [^>]*?alttext="([^"]*)".*?</math>', re.S)
_BLOCK = re.compile(r"<(?:blockquote|details|div|dl|figure|h[1-6]|hr|ol|pre|table|ul)\b")
_BLANK = re.compile(f"[{chr(FIRST_BLANK)}-{chr(FIRST_BLANK + 0xFF)}]")
_LETTERS_OF_A_SHORT_FIELD = 40
# A phone must not correct what is being asked for.
_AS_TYPED = 'dir="auto" autocomplete="off" autocapitalize="none" autocorrect="off" spellcheck="false"'


def body_of(question: Question, strings: Strings) -> tuple[str, str]:
    """What to do, in words, and the fields to do it with."""
    match question:
        case SingleChoice():
            return strings["choose_one"], _options(question, "radio", strings)
        case TrueFalse():
            return strings["choose_truth"], _options(question, "radio", strings)
        case Likert():
            return strings["choose_opinion"], f'<div class="scale">{_options(question, "radio", strings)}</div>'
        case MultipleChoice():
            return strings["choose_several"], _options(question, "checkbox", strings)
        case Survey():
            how = strings["opinion_several" if question.several else "choose_opinion"]
            return how, _options(question, "checkbox" if question.several else "radio", strings)
        case PostReview():
            return strings["choose_pieces"], _post(question, strings)
        case TextAnswer():
            return strings["type_answer"], _typed(question, question.room)
        case NumberAnswer():
            # The keys for numbers have no minus on some phones.
            mode = "text" if question.low.startswith("-") else "decimal"
            return strings["type_number"], _typed(question, ROOM_OF_A_NUMBER, mode=mode)
        case Essay():
            return strings["write_text"], _long(question, question.room)
        case Blanks():
            return strings["fill_gaps"], _text_with_gaps(question, strings)
        case Matching():
            return strings["match_each"], _pairs(question, strings)
        case Categorise():
            return strings["sort_each"], _pairs(question, strings)
        case Ordering():
            return strings["put_in_order"], _order(question, strings)
        case PostDraft():
            return strings["write_post"], _draft(question, strings)
        case Scenario():
            return strings["choose_words"], _conversation(question, strings)
        case Attestation():
            return "", _statement(question, strings)
        case _:
            assert_never(question)


def words_of(question: ChoiceQuestion, option: Option, strings: Strings) -> str:
    """An option as a fragment of HTML; where its author wrote no words, the usual ones: true and false, a scale."""
    usual = f"scale_{option.id}" if isinstance(question, Likert) else f"truth_{option.id}"
    return option.html or text(strings[usual])


def as_first_shown(question: Ordering) -> list[Option]:
    """What is to be put in order, in an order that is not the right one."""
    by_id = {option.id: option for option in question.options}
    return [by_id[one] for one in option_order(question, 0, shuffle=True)]


# -- to tick ------------------------------------------------------------------------------------------


def _options(question: ChoiceQuestion, input_type: str, strings: Strings) -> str:
    return "".join(_option(question, option, input_type, strings) for option in question.options)


def _post(question: PostReview, strings: Strings) -> str:
    """A post as a network shows it, each piece of it with a box to tick."""
    author = f'<p class="post-author">{text(question.author)}</p>' if question.author else ""
    network = f'<p class="post-network">{text(question.network)}</p>' if question.network else ""
    head = f'<div class="post-head">{author}{network}</div>' if author or network else ""
    return f'<div class="post">{head}{_options(question, "checkbox", strings)}</div>'


def _option(question: ChoiceQuestion, option: Option, input_type: str, strings: Strings) -> str:
    field = attribute(f"{question.key}.{option.id}")
    html = fragment(words_of(question, option, strings), strings)
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


# -- to type ------------------------------------------------------------------------------------------


def _mark(question: Question, part: str) -> str:
    return f'<span class="mark" id="{attribute(question.key)}.{part}._mark" data-part="{part}"></span>'


def _names(question: Question, part: str, room: int) -> str:
    """The attributes of a field: its id, what stands in it, how much, and where it is judged."""
    field = attribute(f"{question.key}.{part}")
    limit = f' data-room="{room}"' if room else ""
    return f'id="{field}" data-field="{part}"{limit} aria-describedby="{field}._mark"'


def _typed(question: Question, room: int, *, mode: str = "text") -> str:
    size = min(room, _LETTERS_OF_A_SHORT_FIELD)
    return (
        f'<p class="field"><input type="text" inputmode="{mode}" size="{size}" {_AS_TYPED} '
        f'{_names(question, "", room)} aria-labelledby="{attribute(question.key)}._title">{_mark(question, "")}</p>'
    )


def _long(question: Question, room: int) -> str:
    return (
        f'<p class="field"><textarea dir="auto" rows="8" {_names(question, "", room)} '
        f'aria-labelledby="{attribute(question.key)}._title"></textarea>{_mark(question, "")}</p>'
    )


def _text_with_gaps(question: Blanks, strings: Strings) -> str:
    def field(found: re.Match[str]) -> str:
        number = ord(found[0]) - FIRST_BLANK
        return _gap(question, question.blanks[number], number, strings)

    return f'<div class="gaps">{_BLANK.sub(field, fragment(question.prompt, strings))}</div>'


def _gap(question: Blanks, blank: Blank, number: int, strings: Strings) -> str:
    name = attribute(filled(strings["gap"], number=number + 1))
    names = _names(question, blank.id, 0 if blank.options else blank.room)
    if blank.options:
        listed = "".join(f'<option value="{one.id}">{text(one.html)}</option>' for one in blank.options)
        field = f'<select {names} aria-label="{name}"><option value=""></option>{listed}</select>'
    else:
        size = min(blank.room, _LETTERS_OF_A_SHORT_FIELD)
        field = f'<input type="text" size="{size}" {_AS_TYPED} {names} aria-label="{name}">'
    return f'<span class="gap">{field}{_mark(question, blank.id)}</span>'


def _draft(question: PostDraft, strings: Strings) -> str:
    alt = ""
    if question.has_picture:
        alt = (
            f'<p class="field"><label for="{attribute(question.key)}.alt">{text(strings["alt_text"])}</label>'
            f'<input type="text" dir="auto" {_names(question, "alt", question.alt_room)}></p>'
        ).replace(f' aria-describedby="{attribute(question.key)}.alt._mark"', "")
    criteria = "".join(_criterion(question, one, strings) for one in question.criteria)
    field = f'id="{attribute(question.key)}.post" data-field="" data-room="{question.room}"'
    return (
        f'<p class="field"><label for="{attribute(question.key)}.post">{text(strings["post"])}</label>'
        f'<textarea dir="auto" rows="6" {field}></textarea></p>{alt}'
        f'<p class="criteria-title">{text(strings["criteria"])}</p><ul class="criteria">{criteria}</ul>'
    )


def _criterion(question: PostDraft, one: Criterion, strings: Strings) -> str:
    return (
        f'<li data-part="{one.id}"><span class="label">{_in_one_paragraph(fragment(one.html, strings))}</span>'
        f'<span class="mark"></span></li>'
    )


# -- to match, to sort, to put in order -----------------------------------------------------------------


def _pairs(question: Matching | Categorise, strings: Strings) -> str:
    # By their words: an order in which the key cannot be seen, and in which one finds what one looks for.
    targets = question.targets if isinstance(question, Categorise) else sorted(question.targets, key=_by_words)
    listed = "".join(f'<option value="{one.id}">{text(one.words)}</option>' for one in targets)
    return "".join(_pair(question, item, listed, strings) for item in question.items)


def _by_words(target: Target) -> tuple[str, str]:
    return target.words.lower(), target.id


def _pair(question: Matching | Categorise, item: Item, listed: str, strings: Strings) -> str:
    field = attribute(f"{question.key}.{item.id}")
    choose = text(strings["choose"])
    return (
        f'<div class="pair"><div class="item" id="{field}._item" data-item="{item.id}">'
        f"{fragment(item.html, strings)}</div>"
        f'<select {_names(question, item.id, 0)} aria-labelledby="{field}._item">'
        f'<option value="">{choose}</option>{listed}</select>{_mark(question, item.id)}</div>'
    )


def _order(question: Ordering, strings: Strings) -> str:
    items = "".join(_movable(question, option, strings) for option in as_first_shown(question))
    return f'<ol class="order">{items}</ol><p class="visually-hidden" role="status" data-said></p>'


def _movable(question: Ordering, option: Option, strings: Strings) -> str:
    words = _spoken(option.html)
    moves = "".join(
        f'<button type="button" class="quiet move" data-move="{way}" '
        f'aria-label="{attribute(strings[f"move_{way}"])}: {attribute(words)}">'
        f'<span aria-hidden="true">{sign}</span></button>'
        for way, sign in (("up", "↑"), ("down", "↓"))
    )
    return (
        f'<li data-option="{option.id}"><div class="label">{fragment(option.html, strings)}</div>'
        f'<span class="mark"></span><span class="moves needs-script">{moves}</span></li>'
    )


# -- a conversation, a statement ------------------------------------------------------------------------


def _conversation(question: Scenario, strings: Strings) -> str:
    steps = "".join(_step(question, step, number, strings) for number, step in enumerate(question.steps))
    again = f'<button type="button" class="quiet" data-again hidden>{text(strings["again"])}</button>'
    return f'<div class="conversation">{steps}</div><p class="actions needs-script">{again}</p>'


def _step(question: Scenario, step: Step, number: int, strings: Strings) -> str:
    choices = "".join(_saying(question, choice, strings) for choice in step.choices)
    return (
        f'<div class="step" data-step="{number}"><div class="line" tabindex="-1">{fragment(step.html, strings)}</div>'
        f"{f'<ul>{choices}</ul>' if choices else ''}</div>"
    )


def _saying(question: Scenario, choice: Choice, strings: Strings) -> str:
    words = _in_one_paragraph(fragment(choice.html, strings))
    return (
        f'<li><button type="button" class="say" data-say="{choice.id}">{words}</button>'
        f'<span class="mark" data-part="{choice.id}"></span></li>'
    )


def _statement(question: Attestation, strings: Strings) -> str:
    field = attribute(f"{question.key}.yes")
    return (
        f'<div class="option"><input type="checkbox" id="{field}" value="yes">'
        f'<label for="{field}">{text(strings["i_confirm"])}</label><span class="mark"></span></div>'
    )
