"""The blocks in the workbench of the XBlock SDK: the platform's own runtime classes, with a database of its own."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from unittest import mock

import pytest
from support import ROOT
from webob import Request

QUIZ = """\
## Ties {#ties draw=2}

### You praise your employer's phone. What is needed? {#phone points=2}

- ( ) Nothing
  > Readers do not know whom you work for.
- (x) A plain statement
  > Yes.
- ( ) A link

> CANARY for all.

### Which count? {#count}

- [x] Pay
- [x] Gifts
- [ ] The weather

### In order {#row .order points=2}

1. first
2. second
3. third

## Places {#places draw=1 must_pass=100}

### How many days? {#days}

= 30

> CANARY thirty.
"""


@pytest.fixture(scope="session")
def django(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Django with the workbench, once for all tests of a process."""
    os.environ["SMAC_WORKBENCH"] = str(tmp_path_factory.mktemp("workbench"))
    os.environ["DJANGO_SETTINGS_MODULE"] = "workbench_settings"
    # Playwright runs a loop in the thread of the test.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    sys.path.insert(0, str(ROOT / ".ci"))
    import django as library
    from django.core.management import call_command

    library.setup()
    call_command("migrate", verbosity=0, run_syncdb=True)


@dataclass
class Seat:
    """One learner in front of one block. `events` is what the platform was told: name and facts."""

    make: Callable[[], Any]
    usage: Any
    events: list[tuple[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.block = self.make().get_block(self.usage)

    def fresh(self) -> Any:
        """The block as the next request finds it: everything anew from the database."""
        self.block = self.make().get_block(self.usage)
        return self.block

    def post(self, handler: str, body: Any = None, **headers: Any) -> tuple[int, Any]:
        """What a browser sends, and the status and the JSON that come back."""
        block = self.fresh()
        data = body if isinstance(body, bytes) else json.dumps({} if body is None else body).encode()
        request = Request.blank("/", method="POST", body=data, **headers)
        with mock.patch.object(
            type(block.runtime), "publish", lambda _, __, name, facts: self.events.append((name, facts))
        ):
            response = block.handle(handler, request)
            block.save()
        return response.status_int, json.loads(response.body or b"null")

    def view(self) -> dict[str, Any]:
        """What the learner's page is given."""
        with mock.patch.object(
            type(self.block.runtime), "publish", lambda _, __, name, facts: self.events.append((name, facts))
        ):
            fragment = self.fresh().student_view({})
            self.block.save()
        view: dict[str, Any] = fragment.json_init_args
        return view

    def grades(self) -> list[dict[str, Any]]:
        """What the gradebook was told."""
        return [facts for name, facts in self.events if name == "grade"]


@pytest.fixture
def seat(django: None) -> Callable[..., Seat]:
    """A block from its Markdown and its settings; `learner` may be another one at the same block."""
    from xml.sax.saxutils import escape, quoteattr

    from workbench.runtime import WorkbenchRuntime

    numbers = iter(range(10_000))

    def make(
        markdown: str = QUIZ, *, learner: str = "u1", usage: Any = None, tag: str = "smac_quiz", **settings: Any
    ) -> Seat:
        def runtime() -> Any:
            return WorkbenchRuntime(learner)

        if usage is None:
            first = runtime()
            first.id_generator.set_scenario(
                f"t{os.getpid()}-{next(numbers)}-{datetime.now(UTC).timestamp()}".replace(".", "-")
            )
            written = {"mode": "graded", "quiz_id": "exam", **settings}
            shown = "".join(
                f" {name}={quoteattr(value if isinstance(value, str) else json.dumps(value))}"
                for name, value in written.items()
            )
            usage = first.parse_xml_string(f"<{tag}{shown}>{escape(markdown)}</{tag}>")
        return Seat(runtime, usage)

    return make


@pytest.fixture
def clock() -> Iterator[Callable[[datetime], None]]:
    """The time of the server: `clock(moment)` sets it."""
    from smac_xblocks.quiz import SmacQuizBlock

    now = [datetime(2026, 11, 22, 12, tzinfo=UTC)]
    with mock.patch.object(SmacQuizBlock, "now", side_effect=lambda: now[0]):
        yield lambda moment: now.__setitem__(0, moment)


@pytest.fixture
def platform(django: None) -> Iterator[Callable[..., None]]:
    """Fields that the platform's InheritanceMixin gives to every block: `platform(due=…, showanswer=…)`."""
    from workbench.runtime import WorkbenchRuntime
    from xblock.core import XBlockMixin
    from xblock.fields import DateTime, Field, Scope, String

    class Inherited(XBlockMixin):
        """As much of it as a graded block looks at."""

        due = DateTime(default=None, scope=Scope.settings)
        graceperiod = Field(default=None, scope=Scope.settings)
        showanswer = String(default="finished", scope=Scope.settings)
        show_correctness = String(default="always", scope=Scope.settings)

    before = WorkbenchRuntime.__init__

    def __init__(self: Any, *arguments: Any, **named: Any) -> None:
        before(self, *arguments, **named)
        self.mixologist = type(self.mixologist)([Inherited])

    def put(**values: Any) -> None:
        for name, value in values.items():
            setattr(Inherited, name, type(getattr(Inherited, name))(default=value, scope=Scope.settings))
            getattr(Inherited, name).__name__ = name

    # The workbench writes a due date of its own into every block that it shows.
    with (
        mock.patch.object(WorkbenchRuntime, "__init__", __init__),
        mock.patch.object(WorkbenchRuntime, "_patch_xblock"),
    ):
        yield put
