"""The locale file against the code that uses it, and the rules that the bundler relies on."""

from __future__ import annotations

import gzip
import re
import subprocess
from pathlib import Path

import pytest
from support import ROOT

from smac_courses.player import bundle
from smac_courses.reader.sanitiser import CALLOUTS

PLAYER = ROOT / "smac_courses/player"
SCRIPTS = sorted((PLAYER / "src").rglob("*.mjs"))


def test_every_word_of_the_player_exists_and_every_one_is_used() -> None:
    text = "".join(path.read_text("utf-8") for path in SCRIPTS)
    known = set(bundle.strings("en")["player"])

    assert set(re.findall(r'\bwords\("([a-z_]+)"', text)) <= known
    assert {
        name
        for name in known
        if f'"{name}"' not in text and f"strings.{name}" not in text and not re.search(rf"[{{ ]{name}: \[?\"", text)
    } == set()


def test_every_word_of_the_page_exists_and_every_one_is_used() -> None:
    text = "".join(path.read_text("utf-8") for path in (ROOT / "smac_courses/html").glob("*.py"))
    known = set(bundle.strings("en")["page"])
    answers = {f"exam_answers_{feedback}" for feedback in ("each", "after", "never")}

    used = set(re.findall(r"strings\[[\"']([a-z_]+)[\"']\]", text)) | set(re.findall(r'\("(exam_[a-z]+)", ', text))
    callouts = {f"callout_{kind}" for kind in CALLOUTS}
    assert used | answers | callouts == known


def test_an_unknown_language_falls_back_to_english() -> None:
    assert bundle.strings("xx") == bundle.strings("en")


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_sources_keep_to_what_the_bundler_understands(path: Path) -> None:
    text = path.read_text("utf-8")

    assert "innerHTML" not in text
    assert "eval(" not in text
    for line in text.splitlines():
        if line.startswith("import "):
            assert re.fullmatch(r'import \{ [\w, ]+ \} from "[\w./]+";', line), line
        assert line.count("`") % 2 == 0, f"a string over several lines: {line}"
        assert not re.match(r"export (default|\{|\*|let|var|async)", line), line


@pytest.mark.parametrize("tracker", ["none", "scorm12"])
def test_the_bundle_is_one_classic_script_within_its_budget(tracker: str, node: str, tmp_path: Path) -> None:
    script = bundle.script(tracker)
    (tmp_path / "player.js").write_text(script, "utf-8")

    subprocess.run([node, "--check", str(tmp_path / "player.js")], check=True)
    assert not re.search(r"^(import|export)\b", script, re.MULTILINE)
    assert "/**" not in script
    assert len(gzip.compress(script.encode())) <= 20_000


def test_the_style_is_within_its_budget() -> None:
    assert len(gzip.compress(bundle.style().encode())) <= 8_000
    assert "/*" not in bundle.style()


def test_a_name_that_nobody_exports_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    sources = {"main.mjs": 'import { b } from "./a.mjs";\n', "a.mjs": "export const a = 1;\n"}
    monkeypatch.setattr(bundle, "_source", sources.__getitem__)

    with pytest.raises(bundle.BundleError, match=r"b, which a\.mjs does not export"):
        bundle.script.__wrapped__("none")


def test_modules_that_import_each_other_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    sources = {
        "main.mjs": 'import { a } from "./a.mjs";\n',
        "a.mjs": 'import { m } from "./main.mjs";\nexport const a = 1;\n',
    }
    monkeypatch.setattr(bundle, "_source", sources.__getitem__)

    with pytest.raises(bundle.BundleError, match="import each other"):
        bundle.script.__wrapped__("none")
