"""The blocks of a lesson as HTML."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from smac_courses.html.markup import Strings, attribute, fragment
from smac_courses.html.questions import question_form
from smac_courses.model.blocks import Block, Figure, Practice, Prose


def blocks_html(blocks: Iterable[Block], strings: Strings) -> str:
    """Blocks in the order of reading."""
    return "\n".join(_block(block, strings) for block in blocks)


def _block(block: Block, strings: Strings) -> str:
    match block:
        case Prose():
            return fragment(block.html, strings)
        case Figure():
            return _figure(block, strings)
        case Practice():
            return question_form(block.question, strings, level=3, with_check=True)
        case _:
            assert_never(block)


def _figure(figure: Figure, strings: Strings) -> str:
    size = f' width="{figure.width}" height="{figure.height}"' if figure.width else ""
    image = f'<img src="{attribute(figure.asset)}" alt="{attribute(figure.alt)}"{size} loading="lazy">'
    caption = f"<figcaption>{fragment(figure.caption, strings)}</figcaption>" if figure.caption else ""
    return f"<figure>{image}{caption}</figure>"
