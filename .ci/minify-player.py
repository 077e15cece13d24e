"""Write smac_courses/player/min from smac_courses/player/src."""

import json
import shutil
import subprocess
from pathlib import Path

from smac_courses.player.bundle import readable_modules

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "smac_courses/player/min"


def minified() -> dict[str, str]:
    """The text of every module by its path."""
    texts = json.dumps(readable_modules())
    command = ["node", str(ROOT / ".ci/minify.mjs")]
    run = subprocess.run(command, input=texts, capture_output=True, text=True, check=True)  # noqa: S603 - a script of ours
    done: dict[str, str] = json.loads(run.stdout)
    return done


if __name__ == "__main__":
    shutil.rmtree(TARGET, ignore_errors=True)
    for path, text in minified().items():
        file = TARGET / f"{path}.js"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
