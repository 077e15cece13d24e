"""The blocks in the workbench of the XBlock SDK, on this machine only: `make workbench`, or with a file of scenarios.

Scenarios are the quizzes of the courses of this project as the target `olx` writes them, one of each kind of question,
and those of a JSON file: `[[title, xml], …]`.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from xml.sax.saxutils import escape

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / ".ci"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "workbench_settings")
PORT = 8123


def scenarios_of_courses() -> list[tuple[str, str]]:
    """Title and XML of every quiz in course_src."""
    from lxml import etree

    from smac_courses.pipeline import GENERATOR, check_courses
    from smac_courses.targets import TARGETS
    from smac_courses.targets.base import EmitContext

    found = []
    for course in check_courses([ROOT / "course_src"], datetime.now(UTC).date()).project.courses:
        package = TARGETS["olx"].emit(course.with_all_ordinals(), EmitContext(generator=GENERATOR))
        for path in package.paths():
            if path.startswith("vertical/"):
                for quiz in etree.fromstring(package.read(path)).iter("smac_quiz"):
                    quiz.tail = None
                    found.append((f"{course.title}: {quiz.get('display_name')}", etree.tostring(quiz).decode()))
    return found


def scenarios_of_kinds() -> list[tuple[str, str]]:
    """One question of every kind."""
    from smac_courses.scaffold import QUESTIONS

    filled = {
        kind: text.replace("{title}", f"A question: {kind}").replace("{id}", "q") for kind, text in QUESTIONS.items()
    }
    return [
        (f"Kind: {kind}", f'<smac_quiz display_name="{kind}" quiz_id="kinds">{escape(text)}</smac_quiz>')
        for kind, text in filled.items()
    ]


def make_a_course_team() -> None:
    """The workbench knows no roles: here, whoever is called `staff` is one of the course team."""
    from workbench.runtime import WorkBenchUserService

    usual = WorkBenchUserService.__init__

    def __init__(self: WorkBenchUserService, uid: str) -> None:
        usual(self, uid)
        self.get_current_user().opt_attrs["edx-platform.user_is_staff"] = uid == "staff"

    WorkBenchUserService.__init__ = __init__


def main() -> None:
    """Serve until interrupted."""
    import django

    django.setup()
    make_a_course_team()
    from django.core.management import call_command
    from workbench.scenarios import add_xml_scenario, init_scenarios

    call_command("migrate", verbosity=0, run_syncdb=True)
    init_scenarios()
    given = json.loads(Path(sys.argv[2]).read_text("utf-8")) if len(sys.argv) > 2 else None
    for number, (title, xml) in enumerate(
        given if given is not None else [*scenarios_of_courses(), *scenarios_of_kinds()]
    ):
        add_xml_scenario(f"smac{number}", title, xml)
    port = int(sys.argv[1]) if len(sys.argv) > 1 else PORT
    sys.stdout.write(f"http://127.0.0.1:{port}/\n")
    sys.stdout.flush()
    call_command("runserver", f"127.0.0.1:{port}", "--noreload", "--insecure")


if __name__ == "__main__":
    main()
