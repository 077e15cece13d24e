"""`smac rehearse`: good packages pass, and faults that courses have are found."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from support import COURSE, MODULE, TODAY

from smac_courses.errors import UsageError
from smac_courses.pipeline import build_course, check_courses
from smac_courses.rehearsal.play import Scene, rehearse
from smac_courses.targets import TARGETS

# A script in front of the course's own that stands between it and the API of the LMS, and does harm.
BETWEEN = """
const real = window.parent.API ?? window.parent.API_1484_11;
if (real) {
  const api = {};
  for (const name of Object.keys(real)) api[name] = (...values) => real[name](...values);
  const before = "LMSCommit" in real ? "LMS" : "";
  const [set, get, end] = [`${before}SetValue`, `${before}GetValue`, before ? "LMSFinish" : "Terminate"];
  const when = (name, test, act) => {
    const then = api[name];
    api[name] = (...values) => (test(...values) ? act(then, ...values) : then(...values));
  };
  FAULT
  window[before ? "API" : "API_1484_11"] = api;
}
"""
ALWAYS = "() => true"
IS_STATE = "(name) => name === 'cmi.suspend_data'"
IS_STATUS = "(name) => /lesson_status|success_status/.test(name)"
IS_SCORE = "(name) => name.endsWith('score.raw')"
IS_ANSWER = "(name) => name.startsWith('cmi.interactions.')"
FAULTS = {
    "nothing is committed": "api[`${before}Commit`] = () => 'true';",
    "the session ends twice": f"when(end, {ALWAYS}, (then, v) => {{ then(v); return then(v); }});",
    "the session never ends": "api[end] = () => 'true';",
    "it begins twice": f"when(`${{before}}Initialize`, {ALWAYS}, (then, v) => {{ then(v); then(v); return 'true'; }});",
    "the status stands before the score": (
        f"let late; when(set, {IS_SCORE}, (then, ...v) => {{ late = v; return 'true'; }});"
        f"when(set, {IS_STATUS}, (then, ...v) => {{ const done = then(...v); if (late) real[set](...late); return done; }});"
    ),
    "the state is too long": f"when(set, {IS_STATE}, (then, name, text) => {{ then(name, text + 'x'.repeat(70000)); return 'true'; }});",
    "the state is not read": f"when(get, {IS_STATE}, () => '');",
    "the state is cut": f"when(set, {IS_STATE}, (then, name, text) => then(name, text.slice(0, 9)));",
    "answers are not told": f"when(set, {IS_ANSWER}, () => 'true');",
    "answers are told twice": (
        "const copy = []; when(set, (name) => /interactions\\.\\d+\\.id/.test(name), (then, name, id) => {"
        " then(name, id); const n = Number(real[get]('cmi.interactions._count')); copy.push(id);"
        " return copy.length === 1 ? (real[set](`cmi.interactions.${n}.id`, id), 'true') : 'true'; });"
    ),
    "no score": f"when(set, {IS_SCORE}, () => 'true');",
    "a score over 100": f"when(set, {IS_SCORE}, (then, name, value) => {{ then(name, String(Number(value) + 150)); return 'true'; }});",
    "a fail is told as a pass": f"when(set, {IS_STATUS}, (then, name) => then(name, 'passed'));",
    "no status": f"when(set, {IS_STATUS}, () => 'true');",
    "a look back writes": "if (real[get](before ? 'cmi.core.lesson_mode' : 'cmi.mode') === 'review') when(end, () => true, (then, v) => { real[set](before ? 'cmi.core.lesson_location' : 'cmi.location', 'x'); return then(v); });",
    "an unknown element": f"when(`${{before}}Commit`, {ALWAYS}, (then, v) => {{ real[set]('cmi.nothing', '1'); return then(v); }});",
    "the window that opened it is forgotten": "",
}
# Faults of the files themselves: what is replaced in the page, and by what.
IN_PAGE = {
    "a wrong path to the script": ('src="player.js"', 'src="plyer.js"'),
    "a style sheet that is not there": ('href="player.css"', 'href="playr.css"'),
    "a picture that is not there": ('src="assets/', 'src="asset/'),
    "a script of another computer": ("</head>", '<script src="http://127.0.0.2:9/x.js"></script></head>'),
    "a button without words": ('<main id="_main" tabindex="-1">', '<main id="_main" tabindex="-1"><button></button>'),
}
FETCH = """
const real = window.fetch.bind(window);
window.fetch = async (address, options = {}) => {
  const is = (name) => String(address).includes(name);
  const method = options.method ?? "GET";
  FAULT
  return real(address, options);
};
"""
IN_STATEMENTS = "if (is('/statements')) { let all = JSON.parse(options.body); %s; options = { ...options, body: JSON.stringify(all) }; }"
ON_RECORDS = {
    "the token is fetched twice": "if (is('/fetch')) await real(address, options);",
    "preferences are not asked for": "if (is('/profile')) return new Response('{}', { status: 404 });",
    "the state has no mark": "if (method === 'PUT') options = { ...options, headers: { ...options.headers, 'If-Match': undefined } };",
    "initialized is missing": IN_STATEMENTS % "all = all.filter((one) => !one.verb.id.endsWith('initialized'))",
    "terminated is missing": IN_STATEMENTS % "all = all.filter((one) => !one.verb.id.endsWith('terminated'))",
    "the session is not named": IN_STATEMENTS % "for (const one of all) one.context.extensions = {}",
    "completed has a score": IN_STATEMENTS
    % "for (const one of all) if (one.verb.id.endsWith('completed')) one.result.score = { scaled: 1 }",
    "answers are dropped": IN_STATEMENTS % "all = all.filter((one) => !one.verb.id.endsWith('answered'))",
    "another actor": IN_STATEMENTS
    % "for (const one of all) one.actor = { account: { homePage: 'https://x.example', name: 'y' } }",
    "the clock goes back": IN_STATEMENTS
    % "for (const one of all) if (one.verb.id.endsWith('answered')) one.timestamp = '2001-01-01T00:00:00.000Z'",
}


def some_now(faults: dict[str, object]) -> list[object]:
    """An eighth of them in `make test`, all in `make test-deep`: each is a sitting or two in a browser."""
    marks = [() if number % 8 == 0 else (pytest.mark.deep,) for number in range(len(faults))]
    return [pytest.param(name, marks=mark) for name, mark in zip(faults, marks, strict=True)]


@pytest.fixture
def planted(foundation_zips: dict[str, Path], tmp_path: Path) -> Callable[..., Path]:
    """A function that gives a package with one fault."""

    def made(target: str, script: str = "", old: str = "", new: str = "") -> Path:
        source = zipfile.ZipFile(foundation_zips[target])
        files = {name: source.read(name) for name in source.namelist()}
        page = files["index.html"].decode()
        if script:
            files["fault.js"] = script.encode()
            old, new = '<script src="player.js"', '<script src="fault.js" defer></script><script src="player.js"'
        assert old in page
        files["index.html"] = page.replace(old, new).encode()
        path = tmp_path / "planted.zip"
        with zipfile.ZipFile(path, "w") as out:
            for name, data in files.items():
                out.writestr(name, data)
        return path

    return made


def first_problem(package: Path, browser: Browser, axe: Path | None = None) -> Scene | None:
    """The first scene that goes wrong."""
    return next((scene for scene in rehearse(package, browser, axe) if not scene.is_good), None)


@pytest.mark.parametrize("target", ["scorm12", "cmi5", pytest.param("scorm2004-3rd", marks=pytest.mark.deep)])
def test_a_good_package_has_no_problem(
    target: str, foundation_zips: dict[str, Path], browser: Browser, npm_packages: Path
) -> None:
    scenes = list(rehearse(foundation_zips[target], browser, npm_packages / "axe-core/axe.min.js"))

    assert [(scene.name, scene.problems) for scene in scenes if scene.problems] == []
    names = [scene.name for scene in scenes]
    assert {"fresh start", "exam failed", "resumed and passed", "review afterwards"} <= set(names)
    assert "accessibility of every screen" in names


@pytest.mark.parametrize("fault", some_now(FAULTS))
def test_a_fault_of_a_scorm_course_is_found(fault: str, planted: Callable[..., Path], browser: Browser) -> None:
    script = BETWEEN.replace("FAULT", FAULTS[fault]) if FAULTS[fault] else "window.opener = null;"

    assert first_problem(planted("scorm12", script), browser), fault


@pytest.mark.parametrize("fault", some_now(IN_PAGE))
def test_a_fault_of_the_files_is_found(
    fault: str, planted: Callable[..., Path], browser: Browser, npm_packages: Path
) -> None:
    old, new = IN_PAGE[fault]

    # Only one of them needs axe, which takes its time.
    axe = npm_packages / "axe-core/axe.min.js" if "words" in fault else None
    assert first_problem(planted("scorm12", "", old, new), browser, axe), fault


@pytest.mark.parametrize("fault", some_now(ON_RECORDS))
def test_a_fault_of_a_cmi5_course_is_found(fault: str, planted: Callable[..., Path], browser: Browser) -> None:
    assert first_problem(planted("cmi5", FETCH.replace("FAULT", ON_RECORDS[fault])), browser), fault


def test_the_command_says_a_line_for_each_scene(foundation_zips: dict[str, Path], planted: Callable[..., Path]) -> None:
    bad = planted("scorm12", "", 'src="player.js"', 'src="plyer.js"')

    command = [sys.executable, "-m", "smac_courses", "rehearse", str(bad)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)

    assert run.returncode == 1, run.stderr
    assert "  FAIL  fresh start" in run.stdout
    assert "its script does not run to the end" in run.stdout
    assert "the course asks for 'plyer.js', which is not in the package" in run.stdout
    assert "2 of 2 scenes went wrong" in run.stdout


def test_what_cannot_be_played_is_said(tmp_path: Path, browser: Browser) -> None:
    other = tmp_path / "other.zip"
    with zipfile.ZipFile(other, "w") as out:
        out.writestr("imsmanifest.xml", "<manifest/>")
    (tmp_path / "text.zip").write_text("no zip")

    for path, words in (
        (other, "was not made by smac"),
        (tmp_path / "text.zip", "no zip"),
        (tmp_path / "x", "no file"),
    ):
        with pytest.raises(UsageError, match=words):
            next(rehearse(path, browser, None))


ALL_RIGHT = "### What counts? {#both}\n\n- [x] This.\n- [x] That.\n\n> Both.\n"
DRAFT = """### Write it. {#draft .post-draft}

- Says so {first-line="#ad" points=1}
  > Put it first.
- Fits {length=12..16}
  > Too long.
- Names no secret {never="more, picture"}
  > Secrets stay in.
"""
EXAM = "---\nid: e\ntitle: The exam\nexam: {{pass_percent: 60, opens: any-time}}\n---\n\n## Pool {{#pool}}\n\n{}"
ATTEST = "\n### I will. {#will .attest}\n\nI have read it.\n"


@pytest.mark.parametrize(
    ("target", "more", "exam"),
    [
        ("scorm12", ATTEST, ""),
        ("cmi5", "", ALL_RIGHT),
        pytest.param("xapi", "", DRAFT, marks=pytest.mark.deep),
    ],
)
def test_good_courses_of_odd_sorts_raise_no_alarm(
    target: str, more: str, exam: str, project: Callable[..., Path], tmp_path: Path, browser: Browser
) -> None:
    modules = "[../modules/m.md, exam.md]" if exam else "[../modules/m.md]"
    files = {
        "modules/m.md": MODULE + more,
        "c/course.yml": COURSE.replace("[../modules/m.md]", modules),
        **({"c/exam.md": EXAM.format(exam)} if exam else {}),
    }
    checked = check_courses([project(files)], TODAY)
    assert not checked.report.has_errors, list(checked.report)
    package = build_course(checked.project.courses[0], TARGETS[target], tmp_path / "out").path

    assert [(scene.name, scene.problems) for scene in rehearse(package, browser, None) if scene.problems] == []
