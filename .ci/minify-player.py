"""Write smac_courses/player/min from smac_courses/player/src."""

import json
import re
import shutil
import subprocess
from pathlib import Path

from smac_courses.player.bundle import readable_modules

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "smac_courses/player/min"
# Whatever is written as a word in these may be a key of the data that a page hands to its script.
DATA = (
    "smac_courses/model/codec.py",
    "smac_courses/targets/_player.py",
    "xblocks/smac_xblocks/quiz.py",
    "xblocks/smac_xblocks/showing.py",
)

_COMMENT = re.compile(r"/\*.*?\*/|(?<![:\"'])//[^\n]*", re.S)
_METHOD = r"^ +(?:async |get |set )?(\w+)\([^()]*(?:\([^()]*\)[^()]*)*\) \{$"
_DEFINED = re.compile(rf"{_METHOD}|\bthis\.(\w+) (?:\?\?)?= ", re.M)


def minified() -> dict[str, str]:
    """The text of every module by its path."""
    texts = readable_modules()
    given = json.dumps({"texts": texts, "own": own_names("\n".join(texts.values()))})
    command = ["node", str(ROOT / ".ci/minify.mjs")]
    run = subprocess.run(command, input=given, capture_output=True, text=True, check=True)  # noqa: S603 - a script of ours
    done: dict[str, str] = json.loads(run.stdout)
    return done


def own_names(source: str) -> list[str]:
    """Methods and fields of our own classes that may be renamed, because nothing but their classes knows them.

    Each is defined in a class, is never written but behind a dot or where it is defined, and is no key of any data.
    """
    plain = _COMMENT.sub("", source)
    keys = {word for path in DATA for word in re.findall(r'"(\w+)"', (ROOT / path).read_text("utf-8"))}
    defined = {one or other for one, other in _DEFINED.findall(plain)}
    elsewhere = set(re.findall(r"(?<![\w.])\w+", _DEFINED.sub("", plain)))
    return sorted(defined - elsewhere - keys - {"constructor"})


if __name__ == "__main__":
    shutil.rmtree(TARGET, ignore_errors=True)
    for path, text in minified().items():
        file = TARGET / f"{path}.js"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
