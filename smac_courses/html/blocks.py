"""The blocks of a lesson as HTML."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from smac_courses.html.markup import Strings, attribute, fragment, text
from smac_courses.html.questions import question_form
from smac_courses.model.blocks import Block, Figure, JobAid, Media, Practice, Prose, Track

# Types by file name: a browser that is told need not fetch a film to learn that it cannot play it.
_TYPES = {".mp4": "video/mp4", ".webm": "video/webm", ".m4a": "audio/mp4", ".mp3": "audio/mpeg"}
# How languages call themselves, for the menu of captions.
_LANGUAGES = {
    "ar": "العربية",
    "de": "Deutsch",
    "en": "English",
    "es": "Español",
    "fr": "Français",
    "it": "Italiano",
    "ja": "日本語",
    "ko": "한국어",
    "nl": "Nederlands",
    "pl": "Polski",
    "pt": "Português",
    "zh": "中文",
}


def blocks_html(blocks: Iterable[Block], strings: Strings, *, with_remarks: bool = True) -> str:
    """Blocks in the order of reading; `with_remarks` is that of `question_form`."""
    return "\n".join(_block(block, strings, with_remarks=with_remarks) for block in blocks)


def _block(block: Block, strings: Strings, *, with_remarks: bool) -> str:
    match block:
        case Prose():
            return fragment(block.html, strings)
        case Figure():
            return _figure(block, strings)
        case Media():
            return _media(block, strings)
        case JobAid():
            return _job_aid(block, strings)
        case Practice():
            return question_form(block.question, strings, level=3, with_check=True, with_remarks=with_remarks)
        case _:
            assert_never(block)


def _figure(figure: Figure, strings: Strings) -> str:
    size = f' width="{figure.width}" height="{figure.height}"' if figure.width else ""
    image = f'<img src="{attribute(figure.asset)}" alt="{attribute(figure.alt)}"{size} loading="lazy">'
    caption = f"<figcaption>{fragment(figure.caption, strings)}</figcaption>" if figure.caption else ""
    return f"<figure>{image}{caption}</figure>"


def _media(media: Media, strings: Strings) -> str:
    """A film or a recording with its captions, its caption line and its transcript. Nothing plays by itself."""
    name = f' aria-label="{attribute(media.title)}"' if media.title else ""
    poster = f' poster="{attribute(media.poster)}"' if media.poster else ""
    kind = _TYPES[media.asset[media.asset.rfind(".") :].lower()]
    source = f'<source src="{attribute(media.asset)}" type="{kind}">'
    tracks = "".join(_track(track, is_first=number == 0) for number, track in enumerate(media.tracks))
    player = f'<{media.kind} controls preload="metadata"{poster}{name}>{source}{tracks}</{media.kind}>'
    caption = f"<figcaption>{fragment(media.caption, strings)}</figcaption>" if media.caption else ""
    words = text(strings["transcript"])
    transcript = (
        f'<details class="transcript"><summary>{words}</summary>{media.transcript}</details>'
        if media.transcript
        else ""
    )
    return f'<div class="media"><figure>{player}{caption}</figure>{transcript}</div>'


def _track(track: Track, *, is_first: bool) -> str:
    language = attribute(track.language)
    label = attribute(_LANGUAGES.get(track.language.partition("-")[0], track.language))
    shown = " default" if is_first else ""
    return f'<track kind="captions" src="{attribute(track.asset)}" srclang="{language}" label="{label}"{shown}>'


def _job_aid(aid: JobAid, strings: Strings) -> str:
    key = attribute(aid.key)
    return (
        f'<section class="job-aid" id="{key}" aria-labelledby="{key}._title">'
        f'<h{aid.level} id="{key}._title">{fragment(aid.title, strings)}</h{aid.level}>'
        f"{blocks_html(aid.blocks, strings)}"
        f"{print_button(strings, aid.plain_title)}</section>"
    )


def print_button(strings: Strings, title: str) -> str:
    """The button that prints the part in which it stands, by itself."""
    words, name = text(strings["print"]), attribute(f"{strings['print']}: {title}")
    return (
        f'<p class="actions needs-script"><button type="button" class="quiet" data-print aria-label="{name}">{words}'
        "</button></p>"
    )
