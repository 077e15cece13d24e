"""How long a build takes, against the floor: the same files through one Python-Markdown instance, plus deflate.

Each program is N modules of 5 lessons, each with 400 words and 8 questions of 4 options with feedback, built
to SCORM 1.2 by a fresh process. The two are timed in turns, so that a busy machine hits both alike; the figure
is CPU time of the whole process, median of the turns. Run it with `make bench`.
"""

from __future__ import annotations

import argparse
import random
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

WORDS = (
    "reader post company product disclosure picture network team answer question story line habit rule friend "
    "customer place word video stream review label name first clear short honest kind open public early later"
).split()
FLOOR = """
import pathlib, sys, zlib, markdown
converter = markdown.Markdown(extensions=["tables", "fenced_code", "footnotes", "def_list", "sane_lists", "abbr"])
for path in sorted(pathlib.Path(sys.argv[1]).rglob("*.md")):
    zlib.compress(converter.reset().convert(path.read_text("utf-8")).encode(), 6)
"""


def sentence(chance: random.Random) -> str:
    words = [chance.choice(WORDS) for _ in range(chance.randint(8, 14))]
    words[3] = f"*{words[3]}*"
    return " ".join(words).capitalize() + "."


def module(number: int, chance: random.Random) -> str:
    parts = [f"---\nid: module-{number}\ntitle: Module {number}\nreview_by: 2099-01-01\n---\n"]
    for lesson in range(5):
        parts.append(f"\n## Lesson {lesson} {{#lesson-{lesson}}}\n")
        words = 0
        while words < 400:
            paragraph = " ".join(sentence(chance) for _ in range(5))
            words += len(paragraph.split())
            parts.append(f"\n{paragraph}\n")
        for question in range(8):
            parts.append(f"\n### {sentence(chance)[:-1]}? {{#q-{lesson}-{question}}}\n")
            for option in range(4):
                parts.append(
                    f"\n- ({'x' if option == question % 4 else ' '}) {sentence(chance)}\n  > {sentence(chance)}"
                )
            parts.append(f"\n\n> {sentence(chance)}\n")
    return "".join(parts)


def program(folder: Path, modules: int) -> Path:
    chance = random.Random(modules)
    for name, text in {
        "program.yml": "company: {name: Example Ltd}\n",
        "course/course.yml": "id: course\ntitle: A course\nversion: 1.0.0\nmodules:\n"
        + "".join(f"  - ../modules/m{number}.md\n" for number in range(modules)),
        **{f"modules/m{number}.md": module(number, chance) for number in range(modules)},
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def cpu_seconds(*command: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *command], check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--modules", type=int, nargs="+", default=[4, 16, 64])
    parser.add_argument("--turns", type=int, default=5)
    options = parser.parse_args()
    print("modules  build s  floor s  ratio")
    for count in options.modules:
        with tempfile.TemporaryDirectory() as folder:
            source = program(Path(folder) / "src", count)
            ours, floor = [], []
            for turn in range(options.turns):
                out = str(Path(folder) / f"out{turn}")
                ours.append(cpu_seconds("-m", "smac_courses", "build", str(source), "--out", out))
                floor.append(cpu_seconds("-c", FLOOR, str(source)))
        build, base = statistics.median(ours), statistics.median(floor)
        print(f"{count:7}  {build:7.2f}  {base:7.2f}  {build / base:5.2f}")


if __name__ == "__main__":
    main()
