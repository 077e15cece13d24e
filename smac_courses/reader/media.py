"""Films and recordings: the captions, the transcript and the poster that lie beside them.

`![A talk](../assets/talk.mp4)` takes `talk.en.vtt` and `talk.de.vtt` for captions, `talk.txt` or `talk.en.txt`
for the transcript (or makes one from the captions), and `talk.jpg` for what shows before it plays.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from smac_courses.diagnostics import Location, Report
from smac_courses.reader.source import Source, read_source, relative_path

KINDS: dict[str, Literal["video", "audio"]] = {
    ".mp4": "video",
    ".webm": "video",
    ".m4a": "audio",
    ".mp3": "audio",
}
_POSTERS = (".jpg", ".jpeg", ".png", ".webp", ".avif")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-[A-Z]{2})?")
_TIME = r"(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})"
_CUE = re.compile(rf"\s*{_TIME}[ \t]+-->[ \t]+{_TIME}(?:[ \t].*)?$")
_SPEAKER = re.compile(r"<v(?:\.[\w.]+)?\s+([^>]+)>")
MAX_CUE = 2_000  # characters: more does not fit on any screen
_PAUSE = 2_000  # ms of silence that end a paragraph of the transcript


@dataclass(frozen=True, slots=True)
class Cue:
    """A caption: from `begin` to `end` in milliseconds."""

    begin: int
    end: int
    speaker: str
    words: str


@dataclass(frozen=True, slots=True)
class Companions:
    """The files beside a film. `captions` are pairs of language and file, `transcript` is HTML or empty."""

    captions: tuple[tuple[str, Path], ...]
    transcript: str
    poster: Path | None


def companions(file: Path, language: str, root: Path, report: Report) -> Companions:
    """Find and read what lies beside a film or a recording."""
    captions: list[tuple[str, Path]] = []
    cues: dict[str, list[Cue]] = {}
    for path, own in _beside(file, ".vtt"):
        source = read_source(path, root, report)
        tag = own or language
        if not _LANGUAGE.fullmatch(tag):
            at = Location(relative_path(path, root))
            hint = f"name it {file.stem}.{language}.vtt"
            report.add("SMAC328", at, f"'{own}' in the file's name is not a language", hint=hint)
        elif source is not None:
            cues[tag] = list(read_cues(source, report))
            captions.append((tag, path))
    captions.sort(key=lambda pair: (pair[0].partition("-")[0] != language.partition("-")[0], pair[0]))
    texts = {own or language: path for path, own in _beside(file, ".txt")}
    text = texts.get(language) or texts.get(language.partition("-")[0])
    spoken = read_source(text, root, report) if text else None
    if spoken:
        transcript = _paragraphs("\n".join(spoken.lines))
    else:
        transcript = transcript_of(cues[captions[0][0]]) if captions else ""
    poster = next((path for suffix in _POSTERS if (path := file.with_suffix(suffix)).is_file()), None)
    return Companions(tuple(captions), transcript, poster)


def read_cues(source: Source, report: Report) -> Iterator[Cue]:
    """The captions of a WebVTT file. What cannot be read is reported at its line."""
    if not re.match(r"WEBVTT(?:[ \t]|$)", source.lines[0]):
        report.add("SMAC328", source.at(1), "the first line of a caption file must be WEBVTT")
        return
    count = 0
    number = 1
    while number < len(source.lines):
        line = source.lines[number]
        number += 1
        if "-->" not in line:
            continue
        found = _CUE.match(line)
        words: list[str] = []
        while number < len(source.lines) and source.lines[number].strip():
            words.append(source.lines[number].strip())
            number += 1
        at = source.whole(number - len(words))
        if found is None:
            hint = "write 00:01.000 --> 00:04.500"
            report.add("SMAC328", at, "a time that is not minutes:seconds.thousandths", hint=hint)
            continue
        begin, end = _milliseconds(found.groups()[:4]), _milliseconds(found.groups()[4:])
        if end <= begin:
            report.add("SMAC328", at, "a caption that ends before it begins", hint="put the later time second")
        text = " ".join(words)[:MAX_CUE]
        speaker = _SPEAKER.search(text)
        count += 1
        yield Cue(begin, end, speaker[1].strip() if speaker else "", re.sub(r"<[^>]*>", "", text).strip())
    if not count:
        report.add("SMAC328", source.at(1), "the file holds no captions", hint="write a time and a text for each")


def transcript_of(cues: list[Cue]) -> str:
    """Captions as paragraphs: a new one for every speaker and after every pause."""
    paragraphs: list[list[str]] = []
    before: Cue | None = None
    for cue in cues:
        is_new_speaker = before is None or cue.speaker != before.speaker
        if before is None or is_new_speaker or cue.begin - before.end > _PAUSE:
            name = f"<strong>{html.escape(cue.speaker)}:</strong> " if cue.speaker and is_new_speaker else ""
            paragraphs.append([name + _escaped(cue.words)])
        else:
            paragraphs[-1].append(_escaped(cue.words))
        before = cue
    return "".join(f"<p>{' '.join(words)}</p>" for words in paragraphs)


def _escaped(words: str) -> str:
    return html.escape(html.unescape(words), quote=False)


def _paragraphs(text: str) -> str:
    parts = (" ".join(part.split()) for part in re.split(r"\n[ \t]*\n", text))
    return "".join(f"<p>{html.escape(part, quote=False)}</p>" for part in parts if part)


def _beside(file: Path, suffix: str) -> list[tuple[Path, str]]:
    """Files of one kind with the name of `file`, each with the language in its name, or an empty text."""
    found = []
    for path in sorted(file.parent.iterdir()):
        if path.suffix == suffix and path.is_file():
            if path.stem == file.stem:
                found.append((path, ""))
            elif path.stem.startswith(file.stem + "."):
                found.append((path, path.stem.removeprefix(file.stem + ".")))
    return found


def _milliseconds(parts: tuple[str | None, ...]) -> int:
    hours, minutes, seconds, thousandths = (int(part or 0) for part in parts)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths
