"""Small helpers for writing HTML by hand: escaping, filling in words, finishing authors' fragments."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

_OUTWARD = re.compile(r'(<a )((?:[^>]*? )?href="(?!#|mailto:|tel:)[^>]*>)(.*?)</a>', re.S)
_TABLE_OPEN = re.compile(r"<table(?=[ >])")
_FORMULA = re.compile(r'<math display="block".*?</math>', re.S)
_CALLOUT = re.compile(r'(<div class="callout (\w+)" role="note">\s*<p class="callout-title">)(</p>)?')

Strings = Mapping[str, str]


def text(words: str) -> str:
    """Plain words as HTML."""
    return escape(words, quote=False)


def attribute(words: str) -> str:
    """Plain words as the value of an attribute in double quotes."""
    return escape(words, quote=True)


def filled(template: str, **values: object) -> str:
    """A sentence of the locale with its `{names}` replaced, as plain words."""
    for name, value in values.items():
        template = template.replace("{" + name + "}", str(value))
    return template


def fragment(html: str, strings: Strings) -> str:
    """An author's fragment made ready for a page.

    Links that leave the page open beside the course, because following one inside an LMS would end the session,
    and say so. Tables and code scroll on a narrow screen, by keyboard too; header cells name their columns.
    Callouts get the name of their kind, and ticked items of a checklist a word for it.
    """
    if "<a " in html:
        note = f'<span class="visually-hidden"> {text(strings["new_tab"])}</span>'
        html = _OUTWARD.sub(rf'\1target="_blank" \2\3{note}</a>', html)
    if "<table" in html:
        label = attribute(strings["table"])
        html = _TABLE_OPEN.sub(f'<div class="table" role="group" tabindex="0" aria-label="{label}"><table', html)
        html = html.replace("</table>", "</table></div>")
        html = re.sub(r"<th(?![^>]*scope=)(?=[ >])", '<th scope="col"', html)
    if "<pre" in html:
        label = attribute(strings["code"])
        html = html.replace("<pre>", f'<pre role="group" tabindex="0" aria-label="{label}" translate="no">')
    if '<math display="block"' in html:
        label = attribute(strings["formula"])
        opening = f'<span class="formula" role="group" tabindex="0" aria-label="{label}">'
        html = _FORMULA.sub(rf"{opening}\g<0></span>", html)
    if 'class="callout ' in html:
        html = _CALLOUT.sub(lambda found: _titled(found, strings), html)
    if 'class="task done"' in html:
        word = f'<span class="visually-hidden">{text(strings["ticked"])} </span>'
        html = html.replace('<li class="task done">', f'<li class="task done">{word}')
    return html


def _titled(found: re.Match[str], strings: Strings) -> str:
    """The opening of a callout; an author's own title follows the name of its kind."""
    kind = text(strings[f"callout_{found[2]}"])
    return f"{found[1]}{kind}</p>" if found[3] else f'{found[1]}<span class="callout-kind">{kind}:</span> '
