"""How long a build takes, against the floor: the same files through one Python-Markdown instance, plus deflate.

Each program is N modules of 5 lessons, each with 400 words and 8 questions of 4 options with feedback, built
to SCORM 1.2 by a fresh process that keeps nothing from before. The two are timed in turns, so that a busy machine
hits both alike; the figure is CPU time of the whole process, median of the turns. Then the same once more from the
cache, a variant with 8 questions in a module instead of 40, the largest memory, and the time of `smac --version`.
Run it with `make bench`.
"""

from __future__ import annotations

import argparse
import os
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


def module(number: int, chance: random.Random, questions: int = 8) -> str:
    parts = [f"---\nid: module-{number}\ntitle: Module {number}\nreview_by: 2099-01-01\n---\n"]
    for lesson in range(5):
        parts.append(f"\n## Lesson {lesson} {{#lesson-{lesson}}}\n")
        words = 0
        while words < 400:
            paragraph = " ".join(sentence(chance) for _ in range(5))
            words += len(paragraph.split())
            parts.append(f"\n{paragraph}\n")
        for question in range(questions or (8 if lesson == 0 else 0)):
            parts.append(f"\n### {sentence(chance)[:-1]}? {{#q-{lesson}-{question}}}\n")
            for option in range(4):
                parts.append(
                    f"\n- ({'x' if option == question % 4 else ' '}) {sentence(chance)}\n  > {sentence(chance)}"
                )
            parts.append(f"\n\n> {sentence(chance)}\n")
    return "".join(parts)


def program(folder: Path, modules: int, questions: int = 8) -> Path:
    chance = random.Random(modules)
    for name, text in {
        "program.yml": "company: {name: Example Ltd}\n",
        "course/course.yml": "id: course\ntitle: A course\nversion: 1.0.0\nmodules:\n"
        + "".join(f"  - ../modules/m{number}.md\n" for number in range(modules)),
        **{f"modules/m{number}.md": module(number, chance, questions) for number in range(modules)},
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def cpu_seconds(*command: str, cache: str = "") -> float:
    """CPU time of a fresh process; `cache` is a folder that it may keep things in."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**os.environ, "XDG_CACHE_HOME": cache}
    subprocess.run([sys.executable, *command], check=True, capture_output=True, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def peak_mebibytes(*command: str) -> float:
    """The largest memory of a fresh process."""
    measure = "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, capture_output=True); "
    measure += "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    run = subprocess.run(
        [sys.executable, "-c", measure, sys.executable, *command], check=True, capture_output=True, text=True
    )
    return int(run.stdout) / 1024


def compare(count: int, questions: int, turns: int) -> str:
    """One line of the table."""
    with tempfile.TemporaryDirectory() as folder:
        source = program(Path(folder) / "src", count, questions)
        build = ("-m", "smac_courses", "build", str(source), "--out", str(Path(folder) / "out"), "-t", "scorm12")
        ours, floor = [], []
        for _ in range(turns):
            ours.append(cpu_seconds(*build, "--no-cache"))
            floor.append(cpu_seconds("-c", FLOOR, str(source)))
        kept = str(Path(folder) / "kept")
        cpu_seconds(*build, cache=kept)
        again = statistics.median(cpu_seconds(*build, cache=kept) for _ in range(turns))
        peak = peak_mebibytes(*build, "--no-cache")
    cold, base = statistics.median(ours), statistics.median(floor)
    return f"{count:7}  {cold:6.2f}  {base:6.2f}  {cold / base:5.2f}  {again:6.2f}  {peak:8.0f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--modules", type=int, nargs="+", default=[4, 16, 64])
    parser.add_argument("--turns", type=int, default=5)
    options = parser.parse_args()
    for questions, words in ((8, "40 questions in a module"), (0, "8 questions in a module")):
        print(f"{words}\nmodules    cold   floor  ratio   again  peak MiB")
        for count in options.modules:
            print(compare(count, questions, options.turns))
    version = statistics.median(cpu_seconds("-m", "smac_courses", "--version") for _ in range(options.turns))
    print(f"smac --version: {version * 1000:.0f} ms")


if __name__ == "__main__":
    main()
