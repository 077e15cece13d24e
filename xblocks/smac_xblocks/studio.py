"""Studio: the Markdown of a quiz with its findings as the author types, and every setting."""

from __future__ import annotations

import json
import math
from html import escape
from importlib import resources
from typing import Any

from web_fragments.fragment import Fragment
from webob import Request, Response
from xblock.core import XBlock
from xblock.fields import Boolean, Dict, Field, Float, Integer, List, String
from xblock.validation import Validation, ValidationMessage

from smac_courses.diagnostics import Diagnostic
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


class Studio:
    """Part of `SmacQuizBlock`: what the course team sees in Studio."""

    def studio_view(self, context: dict[str, Any] | None = None) -> Fragment:
        """The editor."""
        del context
        page = Fragment(f'<div class="smac-studio" data-smac-studio>{_editor(self)}</div>')
        page.add_css(_static("studio.css"))
        page.add_javascript(_static("studio.js"))
        page.initialize_js("SmacQuizStudio", {"findings": findings_of(self.quiz)})
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
        validation = super().validate()  # type: ignore[misc]  # of XBlock
        for found in self.quiz.findings:
            kind = ValidationMessage.ERROR if found.severity == "error" else ValidationMessage.WARNING
            words = f"Line {found.at.line}: {found.message}. {found.hint} ({found.code})"
            validation.add(ValidationMessage(kind, words))
        if not any(self.quiz.questions()):
            validation.add(ValidationMessage(ValidationMessage.ERROR, "The quiz has no question."))
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
    wrong = {name: why for name, value in settings.items() if (why := _problem(block.fields[name], value))}
    quiz = quiz_of(_text_in(block, {**body, **{one: settings[one] for one in settings.keys() - set(wrong)}}))
    if wrong or quiz.errors:
        return {"saved": False, "problems": wrong, "findings": findings_of(quiz)}
    block.markdown = body["markdown"].replace("\r\n", "\n")
    for name, value in settings.items():
        setattr(block, name, value)
    return {"saved": True, "problems": {}, "findings": findings_of(quiz)}


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


def _problem(field: Field, value: Any) -> str:
    """Why a value cannot be that of a field, or an empty text."""
    if value is None:
        return "" if field.default is None else "This must not be empty."
    values = field.values
    if isinstance(values, list):
        known = [one["value"] for one in values] if values and isinstance(values[0], dict) else values
        return "" if value in known else "Choose one of: " + ", ".join(map(str, known))
    if isinstance(field, Boolean):
        return "" if isinstance(value, bool) else "This is on or off."
    if isinstance(field, Integer | Float):
        least, most = (values or {}).get("min"), (values or {}).get("max")
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        is_endless = isinstance(value, float) and not math.isfinite(value)
        if not is_number or is_endless or (isinstance(field, Integer) and value != int(value)):
            return "Write a whole number." if isinstance(field, Integer) else "Write a number."
        if (least is not None and value < least) or (most is not None and value > most):
            return f"Write a number from {least} to {most}." if most is not None else f"Write {least} or more."
        return ""
    if isinstance(field, List):
        is_good = isinstance(value, list) and all(one in (1.5, 2, "none") for one in value)
        return "" if is_good else 'Write a list of 1.5, 2 and "none", or [].'
    if isinstance(field, Dict):
        is_good = isinstance(value, dict) and all(isinstance(one, str) for one in value.values())
        return "" if is_good else 'Write names and words: {"company.name": "Northwind"}.'
    if isinstance(field, String):
        return "" if isinstance(value, str) and value.strip() else "Write some words."
    return ""


def _editor(block: Any) -> str:
    translate = block.runtime.service(block, "i18n").gettext
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
    strings = bundle.locale(block.language).page
    quiz = block.quiz
    items = "".join(
        f"<li><strong>{fragment(one.title, strings)}</strong> <em>({escape(KIND_NAMES[one.kind])})</em><br>"
        f"{escape(words_of_key(one))}"
        f"{_remarks(len(remarks_of(one, strings)))}</li>"
        for one in quiz.questions()
    )
    wrong = "".join(
        f'<li class="is-{one.severity}">Line {one.at.line}: {escape(one.message)}. {escape(one.hint)} ({one.code})</li>'
        for one in quiz.findings
    )
    title = escape(block.display_name)
    mode = "Graded" if block.is_graded else "Practice"
    found = f'<ul class="smac-findings">{wrong}</ul>' if wrong else ""
    return f'<h3>{title}</h3><p class="how">{mode}. Learners do not see this list.</p>{found}<ol>{items}</ol>'


def _remarks(count: int) -> str:
    return f' <span class="how">Remarks: {count}</span>' if count else ""


def _static(name: str) -> str:
    return resources.files("smac_xblocks").joinpath(f"static/{name}").read_text("utf-8")
