"""Who may import whom (smac_courses/ARCHITECTURE.md), read from the code itself."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

from support import ROOT

ANYTHING = {"*"}
# Layer → what of this project it may import, and which libraries.
OWN = {
    "catalogue": set(),
    "coverage": {"model"},
    "diagnostics": {"catalogue"},
    "diff": {"model", "package", "errors"},
    "errors": set(),
    "explanations": {"catalogue"},
    "package": {"errors"},
    "model": {"diagnostics"},
    "grading": {"model"},
    "reader": {"model", "grading", "diagnostics", "errors", "catalogue"},
    "checks": {"model", "grading", "diagnostics"},
    "html": {"model", "grading"},
    "player": {"model"},
    "targets": {"model", "html", "package", "diagnostics", "player"},
    "validation": {"diagnostics", "errors"},
    "lms": {"package", "errors"},
    "pipeline": ANYTHING,
    "preview": ANYTHING,
    "rehearsal": {"errors", "lms", "model"},
    "certificates": {"model", "errors", "player"},
    "certify_cli": ANYTHING,
    "fixing": ANYTHING,
    "scaffold": {"errors", "model"},
    "reporting": ANYTHING,
    "cli": ANYTHING,
    "__main__": {"cli"},
}
LIBRARIES = {
    "reader": {"markdown", "yaml", "jsonschema", "lxml", "nh3", "imagesize", "pygments", "latex2mathml"},
    "diff": {"lxml"},
    "targets": {"lxml"},
    "validation": {"lxml"},
    "lms": {"starlette", "lxml"},
    "pipeline": {"lxml"},
    "preview": {"uvicorn", "watchfiles"},
    "rehearsal": {"playwright"},
    "certificates": {"cryptography", "segno", "typst", "yaml"},
    "certify_cli": {"click", "cryptography"},
    "cli": {"click"},
}
PACKAGE = ROOT / "smac_courses"


XBLOCKS = ROOT / "xblocks/smac_xblocks"
OF_XBLOCKS = {"model", "grading", "reader", "html", "player", "diagnostics"}
LIBRARIES_OF_XBLOCKS = {"xblock", "web_fragments", "webob", "django", "lms"}


def layer_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports_of(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: write the whole name of what is imported"
            names |= (
                {node.module or ""} if node.module != "smac_courses" else {f"smac_courses.{a.name}" for a in node.names}
            )
    return names


def sources() -> list[Path]:
    return [path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py"]


def test_every_module_has_a_row() -> None:
    assert {layer_of(path) for path in sources()} == set(OWN)


def test_layers_import_only_what_they_may() -> None:
    wrong = []
    for path in sources():
        layer = layer_of(path)
        for name in imports_of(path):
            top, _, rest = name.partition(".")
            if top == "smac_courses":
                target = rest.partition(".")[0]
                allowed = target == layer or target in OWN[layer] or OWN[layer] == ANYTHING or target == "__version__"
            else:
                allowed = top in sys.stdlib_module_names or top in LIBRARIES.get(layer, set())
            if not allowed:
                wrong.append(f"{path.relative_to(ROOT)} imports {name}")

    assert wrong == []


def test_the_blocks_of_open_edx_import_only_what_they_may() -> None:
    wrong = []
    for path in XBLOCKS.glob("*.py"):
        for name in imports_of(path):
            top, _, rest = name.partition(".")
            is_own = top == "smac_xblocks" or (top == "smac_courses" and rest.partition(".")[0] in OF_XBLOCKS)
            if not (is_own or top in sys.stdlib_module_names or top in LIBRARIES_OF_XBLOCKS):
                wrong.append(f"{path.name} imports {name}")

    assert wrong == []


def test_targets_and_question_readers_do_not_import_each_other() -> None:
    for folder in ("targets", "reader/questions"):
        files = [path for path in (PACKAGE / folder).glob("*.py") if path.name != "__init__.py"]
        public = {path.stem for path in files if not path.stem.startswith("_") and path.stem != "base"}
        for path in files:
            siblings = {
                name.rpartition(".")[2]
                for name in imports_of(path)
                if f"smac_courses.{folder.replace('/', '.')}." in name
            }
            assert not (siblings & public), path


def test_trackers_know_their_standard_and_no_other_tracker() -> None:
    for path in (PACKAGE / "player/src/trackers").glob("*.mjs"):
        imported = re.findall(r'^import .* from "(.*)";$', path.read_text(), re.MULTILINE)
        assert set(imported) <= {f"../formats/{path.name}", "../scorm.mjs", "../xapi.mjs", "../lrs.mjs"}, path


def test_the_package_list_is_complete() -> None:
    listed = (ROOT / "setup.cfg").read_text()
    for init in PACKAGE.rglob("__init__.py"):
        name = ".".join(init.parent.relative_to(ROOT).parts)
        assert f"\n    {name}\n" in listed, f"{name} is missing in setup.cfg"
