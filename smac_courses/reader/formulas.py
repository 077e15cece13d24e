"""LaTeX formulas as MathML, at build time: the learner's browser and screen reader need no script for it."""

from __future__ import annotations

import html
import re

from smac_courses.reader.schema import did_you_mean

MAX_CHARACTERS = 2_000
MAX_DEPTH = 30

# Pandoc's rule: no white space inside the dollars, no digit behind the last one; as on GitHub, no letter either.
INLINE = r"(?<![\\$\w])\$(?=[^\s$])((?:\\.|[^\\$])*?(?<!\s))\$(?![\w$])"
ON_ITS_OWN = r"(?<![\\$\w])\$\$(?=[^\s\d$])((?:\\.|[^\\$])+?)\$\$(?![\w$])"
IN_CODE = r"(?<![\\$`])\$`([^`$]+)`\$(?![\w$])"

TAGS = frozenset(
    """
    math menclose mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow mspace msqrt mstyle msub
    msubsup msup mtable mtd mtext mtr munder munderover none
    """.split()
)
ATTRIBUTES = frozenset(
    """
    accent accentunder alttext columnalign columnlines columnspacing depth display displaystyle fence form
    height linebreak linethickness lspace mathvariant maxsize minsize movablelimits notation rowlines rowspacing
    rspace scriptlevel separator stretchy symmetric voffset width
    """.split()
)
_COMMAND = re.compile(r"\\[A-Za-z]+")
_WORDS = re.compile(r"\\(?:text|textbf|textit|textrm|texttt|mbox)\{[^{}]*\}")
# Words in \text{…} are copied as they are; what HTML would read passes through as control characters.
_SAFE = str.maketrans({"<": "\x13", ">": "\x14", "&": "\x15"})
_SAFE_BACK = str.maketrans({"\x13": "&lt;", "\x14": "&gt;", "\x15": "&amp;"})
# What latex2mathml raises, and what an author needs to hear.
_REWORDED = {
    "DenominatorNotFoundError": ("a fraction of which one part is missing", r"write \frac{1}{2}"),
    "DoubleSubscriptsError": ("two indices at one place", "group with braces: {a_1}_2"),
    "DoubleSuperscriptsError": ("two exponents at one place", "group with braces: {a^1}^2"),
    "ExtraLeftOrMissingRightError": (r"\left without \right", "write both, or neither"),
    "MissingEndError": (r"\begin without \end", r"close it with \end{…}"),
    "MissingSuperScriptOrSubscriptError": ("an index that is missing", "write it behind ^ or _"),
    "NoAvailableTokensError": ("a formula that ends too early", "write what the last command needs, in braces"),
    "NumeratorNotFoundError": ("a fraction of which one part is missing", r"write \frac{1}{2}"),
}


class FormulaError(ValueError):
    """A formula that cannot be read; its text says why, `hint` what to do."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


def to_mathml(tex: str, *, on_its_own: bool) -> str:
    """A formula as a `<math>` element, to be sanitised like everything that comes from an author.

    Raises FormulaError for unknown commands, braces that do not match, and what is too long or too deep.
    """
    _check(tex)
    # Imported here: most modules have no formula, and it takes 60 ms.
    import latex2mathml.converter

    try:
        made = latex2mathml.converter.convert(_with_safe_words(tex), display="block" if on_its_own else "inline")
    except Exception as error:
        what, hint = _REWORDED.get(type(error).__name__, ("a formula that cannot be read", ""))
        raise FormulaError(what, hint) from error
    made = made.translate(_SAFE_BACK)
    if not _has_all_parts(made):
        raise FormulaError("a part of it is missing", r"write every part in braces: \frac{1}{2}")
    unknown = _COMMAND.search(re.sub(r"<mtext>.*?</mtext>", "", made))
    if unknown:
        raise FormulaError(f"the command {unknown[0]} is not known", _nearest_command(unknown[0]))
    # What stands for it where MathML is not understood: the author's own line.
    alternative = html.escape(" ".join(tex.split()), quote=True)
    return re.sub(r' xmlns="[^"]*"( display="\w+")', rf'\1 alttext="{_plain(alternative)}"', made, count=1)


# Elements with a fixed number of parts: with one of them missing, browsers show an error.
_PARTS = {"mfrac": 2, "mroot": 2, "msub": 2, "msup": 2, "munder": 2, "mover": 2, "msubsup": 3, "munderover": 3}


def _has_all_parts(made: str) -> bool:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    root = etree.fromstring(made, parser)
    return root is not None and all(
        len(element) == _PARTS.get(etree.QName(element).localname, len(element)) for element in root.iter()
    )


def _check(tex: str) -> None:
    if not tex.strip():
        raise FormulaError("a formula without anything in it")
    if len(tex) > MAX_CHARACTERS:
        raise FormulaError(f"a formula of {len(tex):,} characters; the limit is {MAX_CHARACTERS:,}")
    depth = 0
    for sign in re.findall(r"(?<!\\)(?:\\\\)*([{}])", tex):
        depth += 1 if sign == "{" else -1
        if depth < 0:
            raise FormulaError("a brace } that nothing opened", r"write \} for a brace that shows")
        if depth > MAX_DEPTH:
            raise FormulaError(f"braces nested more than {MAX_DEPTH} deep")
    if depth:
        raise FormulaError("a brace { that is never closed", "close it with }")


def _plain(text: str) -> str:
    """Text as it must stand in the replacement of an expression."""
    return text.replace("\\", r"\\")


def _with_safe_words(tex: str) -> str:
    return _WORDS.sub(lambda found: found[0].translate(_SAFE), tex)


def _nearest_command(name: str) -> str:
    from latex2mathml.symbols_parser import SYMBOLS

    known = {key for key in SYMBOLS if re.fullmatch(r"\\[A-Za-z]+", key)}
    known |= {rf"\{word}" for word in "frac sqrt text left right begin end sum prod int overline mathbb mathrm".split()}
    hint = did_you_mean(name, known)
    return hint if hint.startswith("did") else "look it up in a list of LaTeX commands, or write the word in \\text{…}"
