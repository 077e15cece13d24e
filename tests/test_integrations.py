"""What editors, pre-commit and GitHub are given, used as they use it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from support import MODULE, PROGRAM, ROOT, TODAY

from smac_courses.pipeline import check_courses
from smac_courses.reporting import format_concise

WriteProject = Callable[..., Path]
SNIPPETS: dict[str, Any] = json.loads((ROOT / "docs/editors/smac.code-snippets").read_text("utf-8"))
ACTION: dict[str, Any] = yaml.safe_load((ROOT / ".github/actions/build/action.yml").read_text("utf-8"))


def expanded(body: list[str]) -> str:
    """A snippet as the editor inserts it, with what it proposes."""
    text = "\n".join(body).replace("$0", "Text.")
    text = re.sub(r"\$\{\d+\|([^,|]+)[^}]*\|\}", r"\1", text)
    text = re.sub(r"\$\{CURRENT_(YEAR|MONTH|DATE)\}", "2026", text)
    values: dict[str, str] = dict(re.findall(r"\$\{(\d+):([^}]*)\}", text))
    text = re.sub(r"\$\{(\d+):([^}]*)\}", r"\2", text)
    return re.sub(r"\$\{(\d+)\}", lambda found: values[found[1]], text)


@pytest.mark.parametrize("name", SNIPPETS)
def test_every_snippet_is_a_piece_of_a_course(name: str, project: WriteProject, tmp_path: Path) -> None:
    assets = tmp_path / "src/assets"
    assets.mkdir(parents=True)
    (assets / "picture.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (assets / "talk.mp4").write_text("x")
    (assets / "talk.en.vtt").write_text("WEBVTT\n\n00:01.000 --> 00:02.000\nHello.\n")
    text = expanded(SNIPPETS[name]["body"])
    files = {"program.yml": PROGRAM + "inserts: {uk: true}\n", "modules/m.md": f"{MODULE}\n{text}\n"}
    if name == "Hint":
        files["modules/m.md"] = f"{MODULE}\n### Q? {{#q}}\n\n- (x) A.\n- ( ) B.\n\n{text}\n> So.\n"
    if name == "Module":
        files["modules/m.md"] = text
    if name == "Pool of an exam":
        questions = "".join(f"### Q{n}? {{#q{n}}}\n\n- (x) A.\n- ( ) B.\n\n> So.\n\n" for n in range(3))
        exam = f"---\nid: e\ntitle: E\nexam: {{pass_percent: 60}}\n---\n\n{text.replace('Text.', questions)}"
        files = {
            "c/exam.md": exam,
            "c/course.yml": "id: c\ntitle: C\nversion: 1.0.0\nmodules: [../modules/m.md, exam.md]\n",
        }

    report = check_courses([project(files)], TODAY).report

    assert not report.has_errors, [str(found) for found in report]


def test_the_problem_matcher_reads_the_concise_form(project: WriteProject) -> None:
    tasks = json.loads((ROOT / "docs/editors/tasks.json").read_text("utf-8"))
    pattern = re.compile(tasks["tasks"][0]["problemMatcher"]["pattern"]["regexp"])
    report = check_courses([project({"modules/m.md": MODULE + "\n[x](#nope)\n"})], TODAY).report

    lines = format_concise(report, shown_root="course_src/").splitlines()

    assert all(pattern.match(line) for line in lines)
    assert ("course_src/modules/m.md", "11", "5", "error", "SMAC306") in [
        found.groups()[:5] for line in lines if (found := pattern.match(line))
    ]


def test_the_hook_of_pre_commit_runs(project: WriteProject) -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    folder = project()

    run = shell(hook["entry"], folder.parent, {})

    assert run.returncode == 2, "there is no course_src here"
    assert shell(f"{hook['entry']} src", folder.parent, {}).returncode == 0
    assert re.search(hook["files"], "course_src/assets/talk.mp4")
    assert not re.search(hook["files"], "setup.py")


@pytest.mark.parametrize(("strict", "works"), [("false", True), ("true", False)])
def test_the_action_checks_and_builds(project: WriteProject, strict: str, works: bool) -> None:
    folder = project()
    *_, check, build = ACTION["runs"]["steps"]
    values = {"path": "src", "strict": strict, "targets": "scorm12 scorm12", "output": "out", "sarif": "found.sarif"}
    assert set(values) == set(ACTION["inputs"])

    checked = step(check, folder.parent, values)
    assert checked.returncode == (0 if works else 1)
    assert "::warning file=src/c/course.yml,line=1" in checked.stdout
    assert json.loads((folder.parent / "found.sarif").read_text())["version"] == "2.1.0"
    if works:
        assert step(build, folder.parent, values).returncode == 0
        assert (folder.parent / "out/c/c-1.0.0-scorm12.zip").is_file()


def step(described: dict[str, Any], folder: Path, values: dict[str, str]) -> subprocess.CompletedProcess[str]:
    environment = {
        name: re.sub(r"\$\{\{ inputs\.(\w+) \}\}", lambda found: values[found[1]], text)
        for name, text in described["env"].items()
    }
    return shell(described["run"], folder, environment)


def shell(script: str, folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    command = ["bash", "-eo", "pipefail", "-c", script]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={**os.environ, **environment, "PATH": path},
    )
