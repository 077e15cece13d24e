"""Small helpers for writing HTML by hand: escaping, filling in words, finishing authors' fragments."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

_OUTWARD = re.compile(r'(<a )((?:[^>]*? )?href="(?!#|mailto:|tel:)[^>]*>)(.*?)</a>', re.S)
_TABLE_OPEN = re.compile(r"<table(?=[ >])")

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
    and say so. Tables scroll on a narrow screen, by keyboard too; their header cells name their columns.
    """
    if "<a " in html:
        note = f'<span class="visually-hidden"> {text(strings["new_tab"])}</span>'
        html = _OUTWARD.sub(rf'\1target="_blank" \2\3{note}</a>', html)
    if "<table" in html:
        label = attribute(strings["table"])
        html = _TABLE_OPEN.sub(f'<div class="table" role="region" tabindex="0" aria-label="{label}"><table', html)
        html = html.replace("</table>", "</table></div>")
        html = re.sub(r"<th(?=[ >])", '<th scope="col"', html)
    return html
