"""`{{ company.name }}`: values from program.yml, put in where they can do no harm.

In Markdown a variable becomes one character of a private-use plane, passes through the renderer like a
letter, and turns into its escaped value afterwards. So a value is never read as Markdown or HTML.
"""

from __future__ import annotations

import html
import re

from smac_courses.diagnostics import Report
from smac_courses.reader.schema import did_you_mean
from smac_courses.reader.source import Source

# Not behind a backslash: \{{ company.name }} shows the braces themselves.
_VARIABLE = re.compile(r"(?<!\\)\{\{([^{}]{0,200})\}\}")
_UNCLOSED = re.compile(r"(?<!\\)\{\{\s{0,20}[A-Za-z_]+\.")
_CODE_SPAN = re.compile(r"`[^`]*`")
_FIRST = 0xF0000
_LAST = 0xFFFFD
_PLACEHOLDER = re.compile(f"[{chr(_FIRST)}-{chr(_LAST)}]")


class Variables:
    """The variables of one program."""

    def __init__(self, values: dict[str, str], *, is_complete: bool = True) -> None:
        self._is_complete = is_complete  # else program.yml has errors, and nothing can be said of what it lacks
        self.values = values
        self._names = sorted(values)

    def hide(self, text: str, source: Source, line: int, report: Report) -> str:
        """Text with a placeholder for every variable; unknown ones are reported at their place."""

        def replaced(found: re.Match[str]) -> str:
            name = found[1].strip()
            if name in self.values:
                return chr(_FIRST + self._names.index(name))
            if not self._is_complete:
                return ""
            known_column = source.lines[line - 1].find(found[0]) if line <= len(source.lines) else -1
            column = max(known_column, 0) + 1
            at = source.at(line, column, column + len(found[0]))
            report.add(
                "SMAC140",
                at,
                f"the variable '{name}' is not in program.yml",
                hint=did_you_mean(name, self._names),
            )
            return ""

        shown = _CODE_SPAN.sub("", _VARIABLE.sub("", text))
        if _UNCLOSED.search(shown):
            column = max(source.lines[line - 1].find("{{"), 0) + 1 if line <= len(source.lines) else 1
            report.add("SMAC141", source.at(line, column), "the braces of this variable are not closed")
        # The author's own characters of that plane would be taken for placeholders.
        return _VARIABLE.sub(replaced, _PLACEHOLDER.sub("\ufffd", text))

    def show(self, text: str) -> str:
        """HTML with every placeholder replaced by its value, escaped."""
        return _PLACEHOLDER.sub(lambda found: html.escape(self._value(found[0])), text)

    def fill(self, text: str, source: Source, line: int, report: Report) -> str:
        """Plain text (a title, an alternative text) with its variables put in."""
        return _PLACEHOLDER.sub(lambda found: self._value(found[0]), self.hide(text, source, line, report))

    def _value(self, placeholder: str) -> str:
        return self.values[self._names[ord(placeholder) - _FIRST]]
