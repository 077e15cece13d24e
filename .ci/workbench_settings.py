"""Django settings for the workbench of the XBlock SDK: what it writes goes into one folder, SMAC_WORKBENCH."""

import os
import tempfile
from pathlib import Path

_FOLDER = Path(os.environ.get("SMAC_WORKBENCH") or tempfile.mkdtemp(prefix="workbench"))
_BEFORE = Path.cwd()
# The settings of the SDK open a log below the folder that they are read in.
(_FOLDER / "var").mkdir(parents=True, exist_ok=True)
os.chdir(_FOLDER)
from workbench.settings import *  # noqa: E402, F403

os.chdir(_BEFORE)
LOGGING = {"version": 1, "disable_existing_loggers": False}
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(_FOLDER / "workbench.sqlite3"),
        "OPTIONS": {"timeout": 20},
    }
}
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
