"""What goes wrong around a build: a full disk, a second build, a kill, a signal. Nothing may be lost or half done."""

from __future__ import annotations

import errno
import os
import random
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from support import COURSE, COURSE_SRC, MODULE, TODAY

from smac_courses.errors import EnvironmentProblem, OwnPackageRefused
from smac_courses.package import LOCK_NAME, Package, lock_folder, write_zip
from smac_courses.pipeline import build_course, build_courses, check_courses, losses_file
from smac_courses.targets import TARGETS

WriteProject = Callable[..., Path]
DEEP = bool(os.environ.get("SMAC_DEEP"))
FILL = """
import resource, signal, sys
from pathlib import Path
from smac_courses.errors import EnvironmentProblem
from smac_courses.package import Package, write_zip

package = Package()
for number in range(20):
    package.add(f"file{number}.txt", bytes(range(256)) * 40)
target = Path(sys.argv[1])
write_zip(package, target)
whole = target.read_bytes()
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
for step in range(int(sys.argv[2])):
    size = len(whole) * step // int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    try:
        write_zip(package, target)
    except EnvironmentProblem as error:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        assert str(target) in str(error) and "204,800 bytes" in str(error), error
    else:
        raise AssertionError(f"a limit of {size} bytes went unnoticed")
    assert target.read_bytes() == whole, size
    assert [path.name for path in target.parent.iterdir()] == [target.name], size
"""


@pytest.mark.scales
def test_a_disk_that_fills_up_at_any_byte(tmp_path: Path) -> None:
    steps = "200" if DEEP else "40"

    subprocess.run([sys.executable, "-c", FILL, str(tmp_path / "out/p.zip"), steps], check=True)


@pytest.mark.parametrize("call", ["os.fsync", "tempfile.mkstemp", "pathlib.Path.replace", "pathlib.Path.chmod"])
def test_every_call_that_the_disk_may_refuse(call: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = Package()
    package.add("index.html", b"new")
    target = tmp_path / "p.zip"
    target.write_bytes(b"old")

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(call, refuse)

    with pytest.raises(EnvironmentProblem, match=r"No space left on device. It needs up to 3 bytes"):
        write_zip(package, target)
    monkeypatch.undo()
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_package_that_would_be_refused_does_not_land(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    course = check_courses([COURSE_SRC / "smac-disclosure"], TODAY).project.courses[0]
    before = build_course(course, TARGETS["scorm12"], tmp_path).path.read_bytes()
    monkeypatch.setattr("smac_courses.targets._imscp._resources", lambda *_: None)

    with pytest.raises(OwnPackageRefused, match=r"was not written: .*SMAC922"):
        build_course(course, TARGETS["scorm12"], tmp_path)

    (kept,) = (tmp_path / course.id).glob("*.zip")
    assert kept.read_bytes() == before


def test_of_two_builds_into_one_folder_the_second_says_who_is_first(tmp_path: Path) -> None:
    refused = pytest.raises(EnvironmentProblem, match=r"is running \(process 1, since 10:00:00\)")
    with lock_folder(tmp_path, "process 1, since 10:00:00"), refused:
        build_courses([], tmp_path, lambda _: None)

    build_courses([], tmp_path, lambda _: None)


HOLD = """
import sys
from pathlib import Path
from smac_courses.errors import EnvironmentProblem
from smac_courses.package import lock_folder

sys.stdin.readline()
try:
    with lock_folder(Path(sys.argv[1]), "me"):
        print("won", flush=True)
        sys.stdin.readline()
except EnvironmentProblem:
    print("lost", flush=True)
"""


@pytest.mark.scales
def test_of_four_contenders_exactly_one_wins(tmp_path: Path) -> None:
    for _ in range(25 if DEEP else 3):
        four = [
            subprocess.Popen(
                [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
            for _ in range(4)
        ]
        for one in four:
            assert one.stdin
            one.stdin.write("go\n")
            one.stdin.flush()
        said = [one.stdout.readline().strip() for one in four if one.stdout]
        assert sorted(said) == ["lost", "lost", "lost", "won"]
        for one in four:
            one.communicate("end\n")


@pytest.fixture
def big(tmp_path: Path) -> Path:
    lines = [MODULE] + [
        f"\n## Part {n} {{#part-{n}}}\n\n{'Some *text* with [a link](#lesson). ' * 40}\n" for n in range(300)
    ]
    for name, text in {
        "program.yml": "company: {name: Example}\n",
        "c/course.yml": COURSE,
        "modules/m.md": "".join(lines),
    }.items():
        (tmp_path / "src" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "src" / name).write_text(text)
    return tmp_path / "src"


@pytest.mark.scales
def test_a_build_that_is_killed_leaves_the_old_package_or_the_new_one(big: Path, tmp_path: Path) -> None:
    out = str(tmp_path / "out")
    command = [sys.executable, "-m", "smac_courses", "build", str(big), "-t", "scorm12", "--out", out, "--no-cache"]
    began = time.monotonic()
    subprocess.run(command, check=True, capture_output=True)
    lasts = time.monotonic() - began
    package = next((tmp_path / "out").rglob("*.zip"))
    whole = package.read_bytes()
    chance = random.Random(1)
    for _ in range(60 if DEEP else 8):
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as build:
            time.sleep(chance.uniform(0, lasts))
            build.kill()
        assert package.read_bytes() == whole
    assert subprocess.run(command, check=False, capture_output=True).returncode == 0, "a dead build holds no lock"


def test_an_interrupt_is_one_sentence(big: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "smac_courses", "build", str(big), "--out", str(tmp_path / "out"), "--no-cache"]
    said = ""
    for delay in (0.6, 2, 6):
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as build:
            time.sleep(delay)
            build.send_signal(signal.SIGINT)
            _, said = build.communicate()
        # On a busy machine Python itself may still be starting.
        if "_run_module_as_main" not in said:
            break

    # A fast machine may have been done; a signal in the last moment of Python is 130 to a shell, too.
    assert build.returncode in {0, 130, -signal.SIGINT}, said
    assert "Traceback" not in said
    if build.returncode == 130:
        assert "what was there before is untouched" in said
        assert not list((tmp_path / "out").rglob("*.tmp"))


def test_a_closed_pipe_is_no_bug(tmp_path: Path) -> None:
    command = f"{sys.executable} -m smac_courses explain | head -1"

    run = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False, cwd=tmp_path)

    assert run.stdout.startswith("SMAC101")
    assert "Traceback" not in run.stderr
    assert "bug" not in run.stderr


@pytest.mark.parametrize(
    "environment", [{"TERM": "dumb"}, {"HOME": "/nonexistent"}, {"LC_ALL": "C", "PYTHONUTF8": "0"}]
)
def test_an_odd_environment_changes_nothing(environment: dict[str, str], tmp_path: Path) -> None:
    plain = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), **environment}

    run = subprocess.run(
        [sys.executable, "-m", "smac_courses", "check", str(COURSE_SRC)],
        capture_output=True,
        check=False,
        env=plain,
        cwd=tmp_path,
    )

    assert run.returncode == 0, run.stderr
    assert run.stdout.endswith(b"9 courses checked: no findings (1 ignored)\n")


def test_a_loop_of_links_a_pipe_and_a_folder_are_no_modules(project: WriteProject, tmp_path: Path) -> None:
    folder = project({"c/course.yml": COURSE.replace("[../modules/m.md]", "[loop.md, pipe.md, folder.md, out.md]")})
    (folder / "c/loop.md").symlink_to("loop.md")
    os.mkfifo(folder / "c/pipe.md")
    (folder / "c/folder.md").mkdir()
    (tmp_path / "secret.md").write_text(MODULE)
    (folder / "c/out.md").symlink_to(tmp_path / "secret.md")

    report = check_courses([folder], TODAY).report

    assert [(found.code, found.at.line) for found in report] == [("SMAC320", 4)] * 3 + [("SMAC321", 4)]


def test_a_film_passes_through_in_pieces(tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    with film.open("wb") as opened:
        opened.truncate(50_000_000)
    package = Package()
    package.add("index.html", b"x")
    package.add("assets/film.mp4", film)

    write_zip(package, tmp_path / "a.zip")

    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert archive.getinfo("assets/film.mp4").file_size == 50_000_000
        assert archive.testzip() is None
    write_zip(package, tmp_path / "b.zip")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_nothing_but_the_lock_of_the_folder_stays_behind(tmp_path: Path) -> None:
    checked = check_courses([COURSE_SRC / "smac-disclosure"], TODAY)

    (built,) = build_courses([(checked.project.courses[0], TARGETS["scorm12"])], tmp_path, lambda _: None)

    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == [
        LOCK_NAME,
        losses_file(built.path).name,
        built.path.name,
    ]
