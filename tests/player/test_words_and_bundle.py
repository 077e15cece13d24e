"""The locale file against the code that uses it, and the rules that the bundler relies on."""

from __future__ import annotations

import gzip
import importlib.util
import re
import subprocess
from pathlib import Path
from types import ModuleType

import pytest
from support import ROOT

from smac_courses.model.languages import PLAYER_LANGUAGES, spoken
from smac_courses.model.questions import KIND_NAMES
from smac_courses.player import bundle
from smac_courses.reader.sanitiser import CALLOUTS

PLAYER = ROOT / "smac_courses/player"
SCRIPTS = sorted((PLAYER / "src").rglob("*.mjs"))


def minify_player() -> ModuleType:
    spec = importlib.util.spec_from_file_location("minify_player", ROOT / ".ci/minify-player.py")
    assert spec
    assert spec.loader
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    return tool


def test_every_word_of_the_player_exists_and_every_one_is_used() -> None:
    text = "".join(path.read_text("utf-8") for path in SCRIPTS)
    locale = bundle.locale("en")
    known = {*locale.player, *locale.block}
    # By the name of what the platform says: see `counts_${rules.counts}`.
    counts = {f"counts_{name}" for name in ("highest", "last", "first", "average")}

    assert set(re.findall(r'\bwords\("([a-z_]+)"', text)) <= known
    asked = (ROOT / "xblocks/smac_xblocks/quiz.py").read_text("utf-8")
    unused = {name for name in known if f'"{name}"' not in text + asked and f"strings.{name}" not in text}
    assert unused == counts


def test_every_word_of_the_page_exists_and_every_one_is_used() -> None:
    writers = [*(ROOT / "smac_courses/html").glob("*.py"), *(ROOT / "smac_courses/targets").glob("*.py")]
    text = "".join(path.read_text("utf-8") for path in writers)
    known = set(bundle.locale("en").page)
    answers = {f"exam_answers_{feedback}" for feedback in ("each", "after", "never")}

    used = {name for name in known if f'"{name}"' in text or f"'{name}'" in text}
    assert set(re.findall(r"strings\[[\"']([a-z_]+)[\"']\]", text)) <= known
    callouts = {f"callout_{kind}" for kind in CALLOUTS}
    scale = {f"scale_{step}" for step in range(1, 6)} | {"truth_true", "truth_false", "move_up", "move_down"}
    assert used | answers | callouts | scale == known


@pytest.mark.parametrize("language", PLAYER_LANGUAGES)
def test_a_language_has_every_word_with_every_value(language: str) -> None:
    english, other = bundle.locale("en"), bundle.locale(language)

    for ours, theirs in (
        (english.page, other.page),
        (english.player, other.player),
        (english.block, other.block),
        (english.certificate, other.certificate),
    ):
        assert list(theirs) == list(ours)
        for name, words in ours.items():
            assert sorted(re.findall(r"\{\w+\}", theirs[name])) == sorted(re.findall(r"\{\w+\}", words)), name
            assert theirs[name].strip() == theirs[name] != "", name


def test_the_player_speaks_the_languages_that_it_promises() -> None:
    assert set(PLAYER_LANGUAGES) == {path.stem for path in (PLAYER / "locale").iterdir()}


@pytest.mark.parametrize(
    ("course", "player"),
    [
        ("de", "de"),
        ("de-AT", "de"),
        ("pt-BR", "pt-BR"),
        ("pt", "pt-BR"),
        ("pt-PT", "pt-BR"),
        ("zh-Hans", "zh-Hans"),
        ("zh", "zh-Hans"),
        ("zh-CN", "zh-Hans"),
        ("zh-Hans-SG", "zh-Hans"),
        ("zh-TW", None),
        ("zh-Hant-HK", None),
        ("ar-EG", "ar"),
        ("it", None),
        ("est", None),
    ],
)
def test_a_region_without_words_of_its_own_gets_those_of_its_language(course: str, player: str | None) -> None:
    assert spoken(course) == player
    assert bundle.locale(course) == bundle.locale(player or "en")


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_sources_keep_to_what_the_bundler_understands(path: Path) -> None:
    text = path.read_text("utf-8")

    # One function reads HTML: what the compiler sanitised and `grading: deter` scrambled.
    assert text.count("innerHTML") == (path.name == "dom.mjs")
    assert "eval(" not in text
    for line in text.splitlines():
        if line.startswith("import "):
            assert re.fullmatch(r'import \{ [\w, ]+ \} from "[\w./]+";', line), line
        assert not re.match(r"export (default|\{|\*|let|var|async)", line), line


CHOICE = frozenset({"single", "multiple"})
EVERYTHING = frozenset(bundle.KINDS)


KIB = 1024


@pytest.mark.parametrize(
    ("tracker", "kinds", "options", "most"),
    [
        ("none", CHOICE, {"is_timed": True}, 20 * KIB),
        *(
            (tracker, kinds, options, most)
            for tracker in ("scorm12", "scorm2004")
            for kinds, options, most in (
                (CHOICE, {"is_timed": False}, 20 * KIB),
                (CHOICE, {"is_timed": True}, 20 * KIB + 160),
                (EVERYTHING, {"is_timed": True}, 25 * KIB + 120),
                (EVERYTHING, {"is_timed": True, "is_sealed": True}, 25 * KIB + 280),
            )
        ),
        # A launch of several calls, statements that are kept until they have come, states that are joined.
        *((tracker, CHOICE, {"is_timed": True}, 22 * KIB + 700) for tracker in ("cmi5", "xapi")),
        *((tracker, EVERYTHING, {"is_timed": True}, 27 * KIB + 700) for tracker in ("cmi5", "xapi")),
    ],
)
def test_the_bundle_is_one_classic_script_within_its_budget(
    tracker: str, kinds: frozenset[str], options: dict[str, bool], most: int, node: str, tmp_path: Path
) -> None:
    script = bundle.script(tracker, kinds, **options)
    (tmp_path / "player.js").write_text(script, "utf-8")

    subprocess.run([node, "--check", str(tmp_path / "player.js")], check=True)
    assert not re.search(r"^(import|export)\b", script, re.MULTILINE)
    assert "/**" not in script
    assert len(gzip.compress(script.encode())) <= most


def test_a_package_carries_the_kinds_that_it_has() -> None:
    assert set(bundle.KINDS) == set(KIND_NAMES)
    assert "data-move" not in bundle.script("scorm12", CHOICE)
    assert "data-move" in bundle.script("scorm12", CHOICE | {"order"})


def test_no_name_of_the_data_is_shortened(npm_packages: Path) -> None:
    """Keys of the course data, of the copy on the device and of what windows tell each other are read by name."""
    kept = {"solution", "options", "points", "credit", "sealed", "remarks", "rules", "waiting", "state", "owner", "key"}

    names = minify_player().own_names("\n".join(bundle.readable_modules().values()))

    assert len(names) > 100
    assert not kept & set(names)


def test_the_style_is_within_its_budget() -> None:
    assert len(gzip.compress(bundle.style().encode())) <= 8_000
    assert "/*" not in bundle.style()


def test_the_minified_modules_are_those_of_the_sources(npm_packages: Path) -> None:
    """`make player` writes them."""
    tool = minify_player()
    there = {
        path.relative_to(tool.TARGET).with_suffix("").as_posix(): path.read_text("utf-8")
        for path in tool.TARGET.rglob("*.js")
    }
    assert tool.minified() == there


def test_a_name_that_nobody_exports_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    sources = {"main": 'import { b } from "./a.mjs";\n', "a": "export const a = 1;\n"}
    monkeypatch.setattr(bundle, "_source", sources.__getitem__)

    with pytest.raises(bundle.BundleError, match=r"b, which a does not export"):
        bundle._order(["main"], {})


def test_modules_that_import_each_other_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    sources = {
        "main": 'import { a } from "./a.mjs";\n',
        "a": 'import { b } from "./main.mjs";\nexport const a = 1;\n',
    }
    sources["main"] += "export const b = 1;\n"
    monkeypatch.setattr(bundle, "_source", sources.__getitem__)

    with pytest.raises(bundle.BundleError, match="import each other"):
        bundle._order(["main"], {})
