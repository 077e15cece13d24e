"""The main path in Firefox, which lets a page go in its own way and draws with its own engine."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

from lms_server import Lms
from support import ROOT, need


def test_firefox_takes_a_learner_from_the_first_lesson_to_the_pass(lms: Lms, node: str, npm_packages: Path) -> None:
    firefox = shutil.which("firefox-esr") or shutil.which("firefox")
    need("firefox", firefox is not None, "make test installs it")
    script = ROOT / "tests/browser/firefox.mjs"

    run = subprocess.run([node, str(script), str(firefox), lms.url], capture_output=True, text=True, check=False)

    assert run.returncode == 0, run.stderr[-3000:]
    seen = json.loads(run.stdout)
    assert seen == {
        "afterFail": "Not passed this time",
        "resumedAt": "Disclosure exam",
        "kept": True,
        "afterPass": "You passed",
        "closed": "You can close this page now",
        "refused": [],
        "problems": [],
    }
    assert (lms.status, lms.score) == ("passed", "100")
    assert len(lms.told) == 16 + 10 + 10
