"""Code in colour, at build time: five classes that the style sheet knows in light and dark."""

from __future__ import annotations

import difflib
import html
from functools import cache
from typing import Any

# Pygments takes 14 s for 1 MB; a lesson shows examples, not programs.
MAX_CHARACTERS = 20_000
# Names of a language that mean plain text.
PLAIN = frozenset({"", "console", "markdown", "md", "none", "output", "plain", "plaintext", "text", "txt"})
DIAGRAMS = frozenset({"dot", "graphviz", "mermaid", "plantuml"})
CLASSES = frozenset({"k", "n", "s", "c", "m"})


def language_problem(language: str) -> str:
    """What to write instead of a language that is not known, or an empty text when it is."""
    if language.lower() in DIAGRAMS:
        return "diagrams are not drawn here: save it as an SVG picture, and write ```text to show its source"
    if language.lower() in PLAIN or _lexer(language.lower()) is not None:
        return ""
    from pygments.lexers import get_all_lexers

    names = [alias for _, aliases, _, _ in get_all_lexers(plugins=False) for alias in aliases]
    close = difflib.get_close_matches(language.lower(), names, n=1, cutoff=0.6)
    return f"did you mean '{close[0]}'?" if close else "write 'text', or no language at all"


def highlighted(code: str, language: str) -> str:
    """A `<pre>` with the code; spans only where a colour helps."""
    lexer = None
    if language.lower() not in PLAIN and len(code) <= MAX_CHARACTERS:
        lexer = _lexer(language.lower())
    inner = html.escape(code, quote=False) if lexer is None else _spans(code, lexer)
    return f"<pre><code>{inner}</code></pre>"


@cache
def _lexer(language: str) -> Any:
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        return get_lexer_by_name(language, stripnl=False)
    except ClassNotFound:
        return None


def _spans(code: str, lexer: Any) -> str:
    out = []
    for kind, text in lexer.get_tokens(code):
        name = _class_of(kind)
        escaped = html.escape(text, quote=False)
        out.append(f'<span class="{name}">{escaped}</span>' if name and text.strip() else escaped)
    return "".join(out)


@cache
def _class_of(kind: Any) -> str:
    from pygments.token import Comment, Keyword, Literal, Name, Number, Operator, String

    groups = (
        ("c", (Comment,)),
        ("k", (Keyword, Operator.Word)),
        ("s", (String,)),
        ("m", (Number, Literal)),
        ("n", (Name.Attribute, Name.Class, Name.Decorator, Name.Function, Name.Tag)),
    )
    return next((name for name, kinds in groups if any(kind in one for one in kinds)), "")
