"""Studio: the Markdown of a quiz with its findings as the author types, and every setting."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from html import escape
from importlib import resources
from typing import Any

from web_fragments.fragment import Fragment
from webob import Request, Response
from xblock.core import XBlock
from xblock.fields import Boolean, Dict, Field, Float, Integer, List, String
from xblock.validation import Validation, ValidationMessage

from smac_courses.diagnostics import Diagnostic, with_fixes
from smac_courses.html.markup import fragment
from smac_courses.html.questions import remarks_of
from smac_courses.model.questions import KIND_NAMES
from smac_courses.player import bundle
from smac_xblocks.reports import words_of_key
from smac_xblocks.requests import Refusal, posted
from smac_xblocks.text import Quiz, Text, quiz_of

EDITABLE = (
    "display_name",
    "mode",
    "pass_percent",
    "max_attempts",
    "wait_hours",
    "counts",
    "feedback",
    "shuffle",
    "time_limit_minutes",
    "extra_time",
    "credit",
    "weight",
    "language",
    "variables",
)
_MOST_FINDINGS = 100
_NO_ID = "SMAC304"


class Studio:
    """Part of `SmacQuizBlock`: what the course team sees in Studio."""

    def studio_view(self, context: dict[str, Any] | None = None) -> Fragment:
        """The editor."""
        del context
        page = Fragment(f'<div class="smac-studio" data-smac-studio>{_editor(self)}</div>')
        page.add_css(_static("studio.css"))
        page.add_javascript(_static("studio.js"))
        say = _translate_for(self)
        words = {name: say(one) for name, one in _WORDS.items()}
        page.initialize_js("SmacQuizStudio", {"findings": findings_of(self.quiz), "words": words})
        return page

    def author_view(self, context: dict[str, Any] | None = None) -> Fragment:
        """What Studio shows in a unit: every question with its key, and what is wrong with the text."""
        del context
        page = Fragment(f'<div class="smac">{_overview(self)}</div>')
        page.add_css(bundle.block_style(".smac"))
        page.add_css(_static("studio.css"))
        return page

    def validate(self) -> Validation:
        """Findings for the unit's page of Studio."""
        say = _translate_for(self)
        validation = super().validate()  # type: ignore[misc]  # of XBlock
        for found in self.quiz.findings:
            kind = ValidationMessage.ERROR if found.severity == "error" else ValidationMessage.WARNING
            words = f"{say('Line')} {found.at.line}: {found.message}. {found.hint} ({found.code})"
            validation.add(ValidationMessage(kind, words))
        if not any(self.quiz.questions()):
            validation.add(ValidationMessage(ValidationMessage.ERROR, say("The quiz has no question.")))
        return validation

    @XBlock.handler
    def studio_check(self, request: Request, suffix: str = "") -> Response:
        """Findings on a text that is being written: `{markdown, mode, language, variables}`."""
        return posted(request, suffix, lambda body: _checked(self, body))

    @XBlock.handler
    def studio_save(self, request: Request, suffix: str = "") -> Response:
        """Keep a text and settings: `{markdown, settings}`. Nothing is kept of what has an error."""
        return posted(request, suffix, lambda body: _saved(self, body))


def _checked(block: Any, body: dict[str, Any]) -> dict[str, Any]:
    quiz = quiz_of(_text_in(block, body))
    return {"findings": findings_of(quiz), "questions": sum(1 for _ in quiz.questions())}


def _saved(block: Any, body: dict[str, Any]) -> dict[str, Any]:
    settings = body.get("settings", {})
    if not isinstance(settings, dict) or not settings.keys() <= set(EDITABLE):
        raise Refusal(400, "shape")
    say = _translate_for(block)
    wrong = {name: why for name, value in settings.items() if (why := _problem(block.fields[name], value, say))}
    quiz = quiz_of(_text_in(block, {**body, **{one: settings[one] for one in settings.keys() - set(wrong)}}))
    if wrong or quiz.errors:
        return {"saved": False, "problems": wrong, "findings": findings_of(quiz)}
    block.markdown = _with_ids(body["markdown"].replace("\r\n", "\n"), quiz)
    for name, value in settings.items():
        setattr(block, name, value)
    return {"saved": True, "problems": {}, "findings": findings_of(block.quiz), "markdown": block.markdown}


def _with_ids(markdown: str, quiz: Quiz) -> str:
    """The text with an id for each question and pool that has none: answers of learners are kept by them."""
    return with_fixes(markdown, {one.fix for one in quiz.findings if one.fix and one.code == _NO_ID})


def _text_in(block: Any, body: dict[str, Any]) -> Text:
    """The text that a request means, with what stands in the block for what it does not say."""
    markdown, variables = body.get("markdown"), body.get("variables", block.variables)
    mode, language = body.get("mode", block.mode), body.get("language", block.language)
    credit = body.get("credit", block.credit)
    if not all(isinstance(one, str) for one in (markdown, mode, language, credit)) or not isinstance(variables, dict):
        raise Refusal(400, "shape")
    try:
        json.dumps([markdown, variables, language], ensure_ascii=False).encode()
    except UnicodeEncodeError:  # half a letter, which no database keeps
        raise Refusal(400, "shape") from None
    return Text.of(
        str(markdown).replace("\r\n", "\n"),
        block.quiz_id,
        is_exam=mode == "graded",
        language=language,
        credit=credit,
        variables=variables,
    )


def findings_of(quiz: Quiz) -> list[dict[str, Any]]:
    """Findings for the editor, those of a line together."""
    return [_finding(one) for one in quiz.findings[:_MOST_FINDINGS]]


def _finding(found: Diagnostic) -> dict[str, Any]:
    return {
        "code": found.code,
        "severity": found.severity,
        "line": found.at.line,
        "column": found.at.column,
        "message": found.message,
        "hint": found.hint,
    }


def _translate_for(block: Any) -> Callable[[str], str]:
    """Words of Studio in the language of whoever looks: `gettext` of the platform."""
    translate: Callable[[str], str] = block.runtime.service(block, "i18n").gettext
    return translate


def _problem(field: Field, value: Any, say: Callable[[str], str]) -> str:
    """Why a value cannot be that of a field, or an empty text."""
    if value is None:
        return "" if field.default is None else say("This must not be empty.")
    values = field.values
    if isinstance(values, list):
        known = [one["value"] for one in values] if values and isinstance(values[0], dict) else values
        return "" if value in known else say("Choose one of:") + " " + ", ".join(map(str, known))
    if isinstance(field, Boolean):
        return "" if isinstance(value, bool) else say("This is on or off.")
    if isinstance(field, Integer | Float):
        least, most = (values or {}).get("min"), (values or {}).get("max")
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        is_endless = isinstance(value, float) and not math.isfinite(value)
        if not is_number or is_endless or (isinstance(field, Integer) and value != int(value)):
            return say("Write a whole number.") if isinstance(field, Integer) else say("Write a number.")
        if (least is not None and value < least) or (most is not None and value > most):
            words = say("Write a number from {least} to {most}.") if most is not None else say("Write {least} or more.")
            return words.format(least=least, most=most)
        return ""
    if isinstance(field, List):
        is_good = isinstance(value, list) and all(one in (1.5, 2, "none") for one in value)
        return "" if is_good else say('Write a list of 1.5, 2 and "none", or [].')
    if isinstance(field, Dict):
        is_good = isinstance(value, dict) and all(isinstance(one, str) for one in value.values())
        return "" if is_good else say('Write names and words: {"company.name": "Northwind"}.')
    if isinstance(field, String):
        return "" if isinstance(value, str) and value.strip() else say("Write some words.")
    return ""


def _editor(block: Any) -> str:
    translate = _translate_for(block)
    fields = "".join(_setting(block, name, translate) for name in EDITABLE)
    return (
        f'<form novalidate><div class="smac-text"><label for="smac-markdown">{escape(translate("Questions"))}</label>'
        f'<p class="smac-help">{escape(translate(_HELP))}</p>'
        f'<textarea id="smac-markdown" data-markdown spellcheck="true" rows="24">{escape(block.markdown)}</textarea>'
        f'<div class="smac-findings" data-findings role="status"></div></div>'
        f'<fieldset class="smac-settings"><legend>{escape(translate("Settings"))}</legend>{fields}</fieldset>'
        f'<p class="smac-problem" data-problem role="alert"></p>'
        f'<div class="xblock-actions"><ul><li class="action-item">'
        f'<button type="submit" class="button action-primary save-button">{escape(translate("Save"))}</button></li>'
        f'<li class="action-item"><button type="button" class="button cancel-button">{escape(translate("Cancel"))}'
        "</button></li></ul></div></form>"
    )


_WORDS = {
    "line": "Line",
    "saving": "Saving",
    "saved": "Saved.",
    "mend": "Not saved: put right what is marked, then save again.",
    "not_saved": "Not saved",
    "no_answer": "The server did not answer. Your text is still here.",
}
_HELP = (
    "A heading with ### is a question; below it - ( ) and - (x) for one right answer, - [ ] and - [x] for several, "
    "= for a typed one. A quote > under an answer is its feedback. A heading with ## begins a pool."
)


def _setting(block: Any, name: str, translate: Any) -> str:
    field: Field = block.fields[name]
    value = getattr(block, name)
    label = escape(translate(field.display_name))
    told = escape(translate(field.help)) if field.help else ""
    attributes = f'id="smac-{name}" data-setting="{name}" aria-describedby="smac-{name}-help"'
    if isinstance(field.values, list):
        options = "".join(
            f'<option value="{escape(str(one))}"{" selected" if one == value else ""}>{escape(str(one))}</option>'
            for one in field.values
        )
        shown = f'<select {attributes} data-type="text">{options}</select>'
    elif isinstance(field, Boolean):
        shown = f'<input type="checkbox" {attributes} data-type="switch"{" checked" if value else ""}>'
    else:
        kind = "number" if isinstance(field, Integer | Float) else "json" if isinstance(field, List | Dict) else "text"
        written = _written(value, kind)
        shown = f'<input type="text" {attributes} data-type="{kind}" value="{escape(written)}">'
    return (
        f'<p class="smac-setting"><label for="smac-{name}">{label}</label>{shown}'
        f'<span class="smac-help" id="smac-{name}-help">{told}</span>'
        f'<span class="smac-problem" data-problem-of="{name}"></span></p>'
    )


def _written(value: Any, kind: str) -> str:
    if value is None:
        return ""
    return json.dumps(value, ensure_ascii=False) if kind == "json" else str(value)


def _overview(block: Any) -> str:
    strings, say = bundle.locale(block.language).page, _translate_for(block)
    quiz = block.quiz
    items = "".join(
        f"<li><strong>{fragment(one.title, strings)}</strong> <em>({escape(KIND_NAMES[one.kind])})</em><br>"
        f"{escape(words_of_key(one))}"
        f"{_remarks(len(remarks_of(one, strings)), say)}</li>"
        for one in quiz.questions()
    )
    line = escape(say("Line"))
    wrong = "".join(
        f'<li class="is-{one.severity}">{line} {one.at.line}: {escape(f"{one.message}. {one.hint}")} ({one.code})</li>'
        for one in quiz.findings
    )
    title = escape(block.display_name)
    mode = say("Graded") if block.is_graded else say("Practice")
    unseen = say("Learners do not see this list.")
    found = f'<ul class="smac-findings">{wrong}</ul>' if wrong else ""
    return f'<h3>{title}</h3><p class="how">{escape(mode)}. {escape(unseen)}</p>{found}<ol>{items}</ol>'


def _remarks(count: int, say: Callable[[str], str]) -> str:
    return f' <span class="how">{escape(say("Remarks"))}: {count}</span>' if count else ""


def _static(name: str) -> str:
    return resources.files("smac_xblocks").joinpath(f"static/{name}").read_text("utf-8")
