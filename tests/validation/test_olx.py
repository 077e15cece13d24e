"""What the importer of Open edX drops in silence is an error; what other people write is none; what does harm is refused."""

from __future__ import annotations

import gzip
import io
import json
import os
import resource
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support import ROOT

from smac_courses.diagnostics import Diagnostic
from smac_courses.validation.findings import MOST_OF_A_KIND
from smac_courses.validation.validate import Validated, validate_zip

Files = dict[str, bytes]
SECONDS = 15
QUIZ = '<smac_quiz url_name="q" display_name="Q" quiz_id="m" mode="graded" variables="{}">\n### Why? {#why}\n\n= x\n</smac_quiz>'
POLICY: dict[str, Any] = {
    "course/r": {
        "display_name": "A course",
        "start": "2027-01-01T00:00:00Z",
        "end": "2027-12-31T23:59:59Z",
        "advanced_modules": ["smac_quiz"],
    }
}
GRADER = {"type": "Exam", "short_label": "Ex", "min_count": 1, "drop_count": 0, "weight": 1.0}
GRADING: dict[str, Any] = {"GRADER": [GRADER], "GRADE_CUTOFFS": {"Pass": 0.8}}


def good() -> Files:
    return {
        "course.xml": b'<course url_name="r" org="Acme" course="C1"/>',
        "course/r.xml": b'<course><chapter url_name="ch"/><wiki slug="a.b.c"/></course>',
        "chapter/ch.xml": b'<chapter display_name="Chapter"><sequential url_name="s"/><sequential url_name="ex"/></chapter>',
        "sequential/s.xml": b'<sequential display_name="S"><vertical url_name="v"/></sequential>',
        "sequential/ex.xml": b'<sequential display_name="Ex" graded="true" format="Exam" due="2027-06-30T23:59:59Z"><vertical url_name="w"/></sequential>',
        "vertical/v.xml": b'<vertical display_name="V"><html url_name="h"/><video url_name="f"/><problem url_name="p"/></vertical>',
        "vertical/w.xml": f'<vertical display_name="W">{QUIZ}</vertical>'.encode(),
        "html/h.xml": b'<html filename="h" display_name="H" editor="raw"/>',
        "html/h.html": b'<p><img src="/static/a.png" alt="A"> <a href="/jump_to_id/w">exam</a></p>',
        "video/f.xml": b'<video display_name="F" html5_sources="[&quot;/static/f.mp4&quot;]" youtube_id_1_0=""><source src="/static/f.mp4"/><transcript language="en" src="f.srt"/></video>',
        "problem/p.xml": b"<problem><multiplechoiceresponse><choicegroup><choice correct='true'>A</choice></choicegroup></multiplechoiceresponse></problem>",
        "static/a.png": b"png",
        "static/f.mp4": b"mp4",
        "static/f.srt": b"1\n00:00:01,000 --> 00:00:02,000\nHello\n",
        "policies/r/policy.json": json.dumps(POLICY).encode(),
        "policies/r/grading_policy.json": json.dumps(GRADING).encode(),
    }  # fmt: skip


def write(path: Path, files: Files, folder: str = "course") -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, data in files.items():
            entry = tarfile.TarInfo(f"{folder}/{name}" if folder else name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return path


def judged(files: Files, folder: Path, below: str = "course") -> Validated:
    return validate_zip(write(folder / "x.tar.gz", files, below))


def said(found: Validated) -> list[str]:
    return [f"{one.code} {one.at} {one.message}" for one in found.report]


def errors(found: Validated) -> list[Diagnostic]:
    return [one for one in found.report if one.severity == "error"]


Edit = Callable[[Files], None]


def put(name: str, data: str | bytes | None) -> Edit:
    def edit(files: Files) -> None:
        if data is None:
            del files[name]
        else:
            files[name] = data.encode() if isinstance(data, str) else data

    return edit


def change(name: str, old: str, new: str) -> Edit:
    def edit(files: Files) -> None:
        assert old.encode() in files[name], (name, old)
        files[name] = files[name].replace(old.encode(), new.encode())

    return edit


def both(*edits: Edit) -> Edit:
    def edit(files: Files) -> None:
        for one in edits:
            one(files)

    return edit


def grading(**values: Any) -> Edit:
    return put("policies/r/grading_policy.json", json.dumps({**GRADING, **values}))


def grader(**values: Any) -> Edit:
    one = {**GRADER, **values}
    return grading(GRADER=[{name: value for name, value in one.items() if value is not None}])


def policy(**values: Any) -> Edit:
    return put("policies/r/policy.json", json.dumps({"course/r": {**POLICY["course/r"], **values}}))


FAULTS: dict[str, tuple[str, Edit]] = {
    # Not a course
    "no course.xml": ("SMAC970", put("course.xml", None)),
    "course.xml is something else": ("SMAC970", put("course.xml", '<chapter url_name="r" org="A" course="C"/>')),
    # Pointer to a missing file
    "no course/RUN.xml": ("SMAC971", put("course/r.xml", None)),
    "a chapter without its file": ("SMAC971", change("course/r.xml", '"ch"/>', '"ch"/><chapter url_name="ch2"/>')),
    "a sequential without its file": ("SMAC971", change("chapter/ch.xml", '"s"/>', '"s"/><sequential url_name="s2"/>')),
    "a vertical without its file": ("SMAC971", change("sequential/s.xml", '"v"/>', '"v"/><vertical url_name="v2"/>')),
    "an html without its settings": ("SMAC971", change("vertical/v.xml", '<html url_name="h"/>', '<html url_name="h"/><html url_name="h2"/>')),
    "an html without its text": ("SMAC971", put("html/h.html", None)),
    "a problem without its file": ("SMAC971", put("problem/p.xml", None)),
    "a video without its file": ("SMAC971", put("video/f.xml", None)),
    "a pointer in another case": ("SMAC971", change("vertical/v.xml", '<problem url_name="p"/>', '<problem url_name="P"/>')),
    "a pointer in a conditional": ("SMAC971", change("vertical/w.xml", "</vertical>", '<conditional url_name="c" sources="q"><show/><html url_name="gone"/></conditional></vertical>')),
    "a pointer in a randomize": ("SMAC971", change("vertical/w.xml", "</vertical>", '<randomize url_name="c" display_name="R"><html url_name="gone"/></randomize></vertical>')),
    "a picture that is not there": ("SMAC971", put("static/a.png", None)),
    "a picture in single quotes that is not there": ("SMAC971", put("html/h.html", "<img src='/static/b.png'>")),
    "a picture that is not there, inline": ("SMAC971", change("vertical/v.xml", '<html url_name="h"/>', '<html url_name="h" display_name="H"><![CDATA[<img src="/static/b.png">]]></html>')),
    "a picture of a problem that is not there": ("SMAC971", change("problem/p.xml", "<problem>", '<problem><img src="/static/b.png"/>')),
    "a picture of a quiz that is not there": ("SMAC971", change("vertical/w.xml", "= x", "![Two](/static/b.png)\n\n= x")),
    "a film that is not there": ("SMAC971", put("static/f.mp4", None)),
    "a transcript that is not there": ("SMAC971", put("static/f.srt", None)),
    "a link to nowhere": ("SMAC971", change("html/h.html", "/jump_to_id/w", "/jump_to_id/x")),
    "a link of a quiz to nowhere": ("SMAC971", change("vertical/w.xml", "= x", "[Two](/jump_to_id/x)\n\n= x")),
    # Ill-formed
    "a problem that is not well-formed": ("SMAC972", change("problem/p.xml", "</problem>", "")),
    "an entity of HTML": ("SMAC972", change("problem/p.xml", ">A<", ">A&nbsp;B<")),
    "an entity of HTML behind a DOCTYPE": ("SMAC972", change("problem/p.xml", "<problem>", '<!DOCTYPE problem SYSTEM "x.dtd"><problem>&nbsp;')),
    "a vertical that is not well-formed": ("SMAC972", change("vertical/v.xml", "</vertical>", "</vertica>")),
    "an empty file": ("SMAC972", put("problem/p.xml", "")),
    "a bare ampersand": ("SMAC972", change("chapter/ch.xml", '"Chapter"', '"A & B"')),
    "a control character": ("SMAC972", change("problem/p.xml", ">A<", ">A\x01<")),
    "bytes that are not UTF-8": ("SMAC972", put("problem/p.xml", b"<problem>\xff</problem>")),
    "a policy that is no JSON": ("SMAC972", put("policies/r/policy.json", "{")),
    # Names
    "no org": ("SMAC973", change("course.xml", 'org="Acme" ', "")),
    "no url_name": ("SMAC973", change("vertical/w.xml", 'url_name="q" ', "")),
    "a url_name with a space": ("SMAC973", change("vertical/w.xml", 'url_name="q"', 'url_name="q q"')),
    "a url_name with a slash": ("SMAC973", change("vertical/w.xml", 'url_name="q"', 'url_name="q/q"')),
    "a url_name twice in one unit": ("SMAC973", change("vertical/w.xml", "</vertical>", f"{QUIZ}</vertical>")),
    "a url_name twice in two units": ("SMAC973", change("vertical/w.xml", "</vertical>", '<problem url_name="p"/></vertical>')),
    "a vertical in two sequentials": ("SMAC973", change("sequential/ex.xml", '"w"/>', '"w"/><vertical url_name="v"/>')),
    "a vertical in itself": ("SMAC973", change("vertical/v.xml", "</vertical>", '<vertical url_name="v"/></vertical>')),
    # Blocks that are not read
    "a pointer to a block of its own": ("SMAC974", both(change("vertical/w.xml", QUIZ, '<smac_quiz url_name="q"/>'), put("smac_quiz/q.xml", QUIZ))),
    "a pointer with a title": ("SMAC974", change("chapter/ch.xml", '<sequential url_name="s"/>', '<sequential url_name="s" display_name="S"/>')),
    "a comment in a vertical": ("SMAC974", change("vertical/v.xml", "</vertical>", "<!-- x --></vertical>")),
    "a comment in an itembank": ("SMAC974", change("vertical/v.xml", "</vertical>", '<itembank url_name="i" max_count="1"><!-- x --><problem url_name="p2"><p/></problem></itembank></vertical>')),
    "a vertical in a chapter": ("SMAC974", change("chapter/ch.xml", '<sequential url_name="s"/>', '<sequential url_name="s"/><vertical url_name="v9"><html url_name="h9">A</html></vertical>')),
    "a file that begins with another block": ("SMAC974", put("vertical/v.xml", b'<html display_name="V">A <a href="/jump_to_id/w">a</a></html>')),
    "a chapter file that is a page": ("SMAC974", put("course/r.xml", b"<p>A</p>")),
    "a script in a problem": ("SMAC974", change("problem/p.xml", "<problem>", "<problem><script>x=1</script>")),
    "a choice without a right answer": ("SMAC974", change("problem/p.xml", "</problem>", '<multiplechoiceresponse><choicegroup><choice correct="false">a</choice></choicegroup></multiplechoiceresponse></problem>')),
    "a list with two right answers": ("SMAC974", change("problem/p.xml", "</problem>", '<optionresponse><optioninput><option correct="True">a</option><option correct="true">b</option></optioninput></optionresponse></problem>')),
    "a script in a problem inline": ("SMAC974", change("vertical/v.xml", '<problem url_name="p"/>', '<problem url_name="p" display_name="P"><script type="loncapa/python">x=1</script></problem>')),
    "a due date that is none": ("SMAC974", change("sequential/ex.xml", "2027-06-30T23:59:59Z", "next week")),
    "a start that is none, in the policy": ("SMAC974", policy(start="soon")),
    "a start that is none, in the course": ("SMAC974", change("course/r.xml", "<course>", '<course start="soon">')),
    "variables that are no JSON": ("SMAC974", change("vertical/w.xml", 'variables="{}"', 'variables="{"')),
    "a quiz without words": ("SMAC974", change("vertical/w.xml", "\n### Why? {#why}\n\n= x\n", " ")),
    "a block that Studio does not have": ("SMAC974", policy(advanced_modules=[])),
    # Grading
    "no grading policy": ("SMAC975", put("policies/r/grading_policy.json", None)),
    "a format that no grader has": ("SMAC975", change("sequential/ex.xml", '"Exam"', '"Exams"')),
    "a graded sequential without a format": ("SMAC975", change("sequential/ex.xml", ' format="Exam"', "")),
    "a format of the policy that no grader has": ("SMAC975", put("policies/r/policy.json", json.dumps({**POLICY, "sequential/ex": {"graded": True, "format": "Homework"}}))),
    "no min_count": ("SMAC975", grader(min_count=None)),
    "no type": ("SMAC975", grader(type=None)),
    "weights above 1": ("SMAC975", grading(GRADER=[GRADER, {**GRADER, "type": "Homework", "weight": 0.5}])),
    "weights below 1": ("SMAC975", grader(weight=0.5)),
    "a weight that is NaN": ("SMAC975", grader(weight=float("nan"))),
    "a weight that is a word": ("SMAC975", grader(weight="1")),
    "two graders of one type": ("SMAC975", grading(GRADER=[{**GRADER, "weight": 0.5}, {**GRADER, "weight": 0.5}])),
    "a min_count that is a word": ("SMAC975", grader(min_count="many")),
    "GRADER is no list": ("SMAC975", grading(GRADER={"a": 1})),
    "no cutoffs": ("SMAC975", grading(GRADE_CUTOFFS={})),
    "a cutoff in per cent": ("SMAC975", grading(GRADE_CUTOFFS={"Pass": 80})),
    "the grading policy is a list": ("SMAC975", put("policies/r/grading_policy.json", "[]")),
}  # fmt: skip
FAULTS["a sequential in a course"] = (
    "SMAC974",
    change(
        "course/r.xml",
        '"ch"/>',
        '"ch"/><sequential url_name="s9" display_name="S"><vertical url_name="v9" display_name="V"><html url_name="h9">A</html></vertical></sequential>',
    ),
)


def test_the_good_one_is_good(tmp_path: Path) -> None:
    found = judged(good(), tmp_path)

    assert said(found) == []
    assert (found.scos, found.standard) == (2, "Open edX course (OLX)")


def test_there_are_enough_cases() -> None:
    assert len(FAULTS) >= 30
    assert len(LEGAL) >= 20


@pytest.mark.parametrize("name", FAULTS)
def test_one_fault_is_one_code(name: str, tmp_path: Path) -> None:
    code, edit = FAULTS[name]
    files = good()
    edit(files)
    found = judged(files, tmp_path)

    assert {one.code for one in errors(found)} == {code}, said(found)
    assert all(one.hint or one.remedy for one in errors(found)) if hasattr(Diagnostic, "remedy") else True
    assert all(len(one.message) < 1000 for one in errors(found))


def in_unit(xml: str) -> Edit:
    return change("vertical/v.xml", "</vertical>", f"{xml}</vertical>")


WHOLE = (
    b'<course url_name="r" org="Acme" course="C1" display_name="A course"><chapter url_name="ch" display_name="C">'
    b'<sequential url_name="ex" display_name="S" graded="true" format="Exam"><vertical url_name="w" display_name="V">'
    b'<html url_name="h" display_name="H">Text</html></vertical></sequential></chapter></course>'
)


def whole(files: Files) -> None:
    for name in list(files):
        if name.endswith(".xml") or name.startswith("html/"):
            del files[name]
    files["course.xml"] = WHOLE
    policy(advanced_modules=[])(files)


LEGAL: dict[str, Edit] = {
    "html inline": in_unit('<html url_name="z" display_name="Z"><p>Text</p></html>'),
    "html inline as CDATA": in_unit('<html url_name="z" display_name="Z"><![CDATA[<p>Text&nbsp;<br></p>]]></html>'),
    "html in a sub-folder": both(in_unit('<html url_name="z" filename="a/z"/>'), put("html/a/z.html", "Text")),
    "a problem inline": in_unit('<problem url_name="z" display_name="Z"><p>Text</p></problem>'),
    "a comment in a problem": in_unit('<problem url_name="z" display_name="Z"><!-- x --><p>Text</p></problem>'),
    "a comment in a chapter": change("chapter/ch.xml", "</chapter>", "<!-- x --></chapter>"),
    "library_content with children": in_unit('<library_content url_name="z" max_count="2" source_library_id=""><problem url_name="y"><p/></problem></library_content>'),
    "itembank with children": in_unit('<itembank url_name="z" max_count="2"><problem url_name="y"><p/></problem></itembank>'),
    "itembank in a file": both(in_unit('<itembank url_name="z"/>'), put("itembank/z.xml", '<itembank max_count="1"><problem url_name="y"><p/></problem></itembank>')),
    "library_content in a file": both(in_unit('<library_content url_name="z"/>'), put("library_content/z.xml", '<library_content max_count="1"><problem url_name="y"><p/></problem></library_content>')),
    "randomize in a file": both(in_unit('<randomize url_name="z"/>'), put("randomize/z.xml", '<randomize><problem url_name="y"><p/></problem></randomize>')),
    "the whole tree in course.xml": whole,
    "the whole tree inline, but for course.xml": put("course/r.xml", WHOLE.replace(b' org="Acme" course="C1" url_name="r"', b"")),
    "discussion": in_unit('<discussion url_name="z" display_name="D" discussion_category="A" discussion_id="abc" discussion_target="B"/>'),
    "openassessment": in_unit('<openassessment url_name="z" submission_start="2027-01-01T00:00:00+00:00"><title>A</title><!-- x --></openassessment>'),
    "word_cloud": in_unit('<word_cloud url_name="z" display_name="W"/>'),
    "lti_consumer": in_unit('<lti_consumer url_name="z" launch_url="https://example.com"/>'),
    "split_test": in_unit('<split_test url_name="z" user_partition_id="1" group_id_to_child="{}"><vertical url_name="y" display_name="Y"><html url_name="x">A</html></vertical></split_test>'),
    "a conditional with a link into it": both(in_unit('<conditional url_name="z" sources_list="[]" show_tag_list="[]"><html url_name="inside">A</html></conditional>'), change("html/h.html", "/jump_to_id/w", "/jump_to_id/inside")),
    "attributes as JSON": change("sequential/ex.xml", 'due="2027-06-30T23:59:59Z"', 'due="&quot;2027-06-30T23:59:59Z&quot;" hide_after_due="false" tags="[]"'),
    "a due date that is null": change("sequential/ex.xml", 'due="2027-06-30T23:59:59Z"', 'due="null"'),
    "graded as JSON text": change("sequential/ex.xml", 'graded="true"', 'graded="True"'),
    "a date with an offset": change("sequential/ex.xml", "2027-06-30T23:59:59Z", "2027-06-30T23:59:59+02:00"),
    "a date without seconds": change("sequential/ex.xml", "2027-06-30T23:59:59Z", "2027-06-30T23:59"),
    "a date in words": change("sequential/ex.xml", "2027-06-30T23:59:59Z", "Jun 30, 2027 23:59"),
    "a date with fractions": policy(start="2027-01-01T00:00:00.123Z"),
    "policies of other blocks": put("policies/r/policy.json", json.dumps({**POLICY, "sequential/ex": {"format": "Exam", "graded": True}, "chapter/ch": {"display_name": "C"}})),
    "graded in the policy alone": both(change("sequential/ex.xml", ' format="Exam"', ""), put("policies/r/policy.json", json.dumps({**POLICY, "sequential/ex": {"format": "Exam"}}))),
    "advanced_modules in the course": both(change("course/r.xml", "<course>", '<course advanced_modules="[&quot;smac_quiz&quot;]">'), put("policies/r/policy.json", '{"course/r": {}}')),
    "several graders": grading(GRADER=[{**GRADER, "weight": 0.6}, {**GRADER, "type": "Homework", "weight": 0.3, "drop_count": 2, "min_count": 12}, {**GRADER, "type": "Lab", "weight": 0.1}]),
    "several cutoffs": grading(GRADE_CUTOFFS={"A": 0.9, "B": 0.7, "C": 0.5}),
    "a grader without short_label": grader(short_label=None),
    "nothing graded, no graders": both(change("sequential/ex.xml", ' graded="true" format="Exam"', ""), grading(GRADER=[])),
    "graders without subsections": grading(GRADER=[{**GRADER, "weight": 0.6}, {**GRADER, "type": "Later", "weight": 0.4}]),
    "no policy.json": both(change("vertical/w.xml", QUIZ, "<html url_name='q'>A</html>"), put("policies/r/policy.json", None)),
    "the grading policy at the top": both(put("policies/r/grading_policy.json", None), put("grading_policy.json", json.dumps(GRADING))),
    "tabs, about, info, drafts": both(put("tabs/a.html", "A"), put("about/overview.html", "A"), put("info/updates.html", "A"), put("drafts/vertical/x.xml", "<vertical/>")),
    "a textbook": change("course/r.xml", "<wiki", '<textbook title="T" book_url="https://example.com/"/><wiki'),
    "a byte order mark": put("chapter/ch.xml", b"\xef\xbb\xbf" + good()["chapter/ch.xml"]),
    "an XML declaration": put("chapter/ch.xml", b'<?xml version="1.0" encoding="UTF-8"?>\n' + good()["chapter/ch.xml"]),
    "a url_name of 32 hex digits": in_unit('<html url_name="0123456789abcdef0123456789abcdef">A</html>'),
    "one url_name for two kinds": in_unit('<problem url_name="h" display_name="P"><p/></problem>'),
    "a link with a query and a fragment": change("html/h.html", "/jump_to_id/w", "/jump_to_id/w?x=1#y"),
    "a picture with a query": change("html/h.html", "/static/a.png", "/static/a.png?raw"),
    "a picture with an entity in its name": both(change("html/h.html", "/static/a.png", "/static/a&amp;b.png"), put("static/a&b.png", b"x")),
    "a picture with percents in its name": both(change("html/h.html", "/static/a.png", "/static/a%20b.png"), put("static/a b.png", b"x")),
    "a file without an end": put("static/Makefile", b"x"),
    "an empty vertical": change("sequential/s.xml", "</sequential>", '<vertical url_name="z" display_name="Z"/></sequential>'),
    "a chapter without sequentials": change("course/r.xml", '"ch"/>', '"ch"/><chapter url_name="z" display_name="Z"/>'),
    "blocks that the platform's sites install": in_unit('<edx_sga url_name="z" display_name="Z"/><google-document url_name="z" display_name="Z"/><annotatable url_name="z" display_name="Z"/>'),
    "customtag": both(in_unit('<customtag url_name="z" impl="book" page="1"/>')),
}  # fmt: skip


def test_a_block_that_is_not_known_is_a_warning(tmp_path: Path) -> None:
    files = good()
    change("vertical/v.xml", "</vertical>", '<minquiz url_name="z" a="b"/></vertical>')(files)

    assert [one[:7] for one in said(judged(files, tmp_path))] == ["SMAC976"]


@pytest.mark.parametrize("name", LEGAL)
def test_what_is_legal_gives_no_finding(name: str, tmp_path: Path) -> None:
    files = good()
    LEGAL[name](files)

    # Which blocks a site has is not known here.
    assert [one for one in said(judged(files, tmp_path)) if "SMAC976" not in one] == []


@pytest.mark.parametrize("below", ["", "a", "a/b", "./course"])
def test_the_course_may_lie_in_any_folder(below: str, tmp_path: Path) -> None:
    assert said(judged(good(), tmp_path, below)) == []


# -- hostile ------------------------------------------------------------------------------------------------


def hostile(path: Path, megabytes: int = 0) -> list[str]:
    """The lines of `smac validate` in a process of its own; every code of it. Nothing hangs, nothing is unpacked."""
    before = sorted(path.parent.iterdir())

    def limit() -> None:
        if megabytes:
            resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))

    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "smac_courses", "validate", str(path)],
        capture_output=True,
        text=True,
        timeout=SECONDS * 2,
        cwd=path.parent,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'xblocks'}"},
        preexec_fn=limit,
        check=False,
    )
    assert time.monotonic() - started < SECONDS
    assert "Traceback" not in done.stderr + done.stdout, done.stderr[-600:]
    assert "MemoryError" not in done.stderr, done.stderr[-600:]
    assert sorted(path.parent.iterdir()) == before
    assert len(done.stdout) < 200_000
    assert done.returncode == 1, done.stdout + done.stderr
    return [line for line in done.stdout.splitlines() if "error SMAC" in line]


def add(archive: tarfile.TarFile, files: Files) -> None:
    for name, data in files.items():
        entry = tarfile.TarInfo(f"course/{name}")
        entry.size = len(data)
        archive.addfile(entry, io.BytesIO(data))


def entries(path: Path, *infos: tarfile.TarInfo) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        add(archive, good())
        for info in infos:
            archive.addfile(info, io.BytesIO(bytes(info.size)) if info.size else None)
    return path


def info(name: str, kind: bytes = tarfile.REGTYPE, link: str = "", **values: Any) -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type, made.linkname = kind, link
    for one, value in values.items():
        setattr(made, one, value)
    return made


@pytest.mark.parametrize(
    "entry",
    [
        info("../x"),
        info("course/../../x"),
        info("/etc/x"),
        info("//etc/x"),
        info("course/link", tarfile.SYMTYPE, "/etc/passwd"),
        info("course/static/b.png", tarfile.SYMTYPE, "a.png"),
        info("course/hard", tarfile.LNKTYPE, "course/course.xml"),
        info("course/fifo", tarfile.FIFOTYPE),
        info("course/device", tarfile.CHRTYPE),
    ],
    ids=lambda one: f"{one.name} {one.type!r}",
)
def test_what_is_no_plain_file_is_refused(entry: tarfile.TarInfo, tmp_path: Path) -> None:
    (line,) = hostile(entries(tmp_path / "x.tar.gz", entry))

    assert "SMAC970" in line


def test_a_truncated_gzip(tmp_path: Path) -> None:
    data = write(tmp_path / "y", good()).read_bytes()
    (tmp_path / "y").unlink()
    for size in (2, 3, 9, 10, 11, 20, len(data) // 4, len(data) // 2, len(data) * 3 // 4):
        (tmp_path / "x.tar.gz").write_bytes(data[:size])
        found = validate_zip(tmp_path / "x.tar.gz")
        assert {one.code for one in errors(found)} == {"SMAC970"}, size


def test_changed_bytes_never_raise(tmp_path: Path) -> None:
    import random

    dice = random.Random(1)
    data = write(tmp_path / "x.tar.gz", good()).read_bytes()
    plain = gzip.decompress(data)
    for number in range(300):
        changed = bytearray(data if number % 2 else plain)
        for _ in range(dice.randint(1, 4)):
            changed[dice.randrange(10 if number % 2 else 0, len(changed))] = dice.randrange(256)
        (tmp_path / "x.tar.gz").write_bytes(bytes(changed) if number % 2 else gzip.compress(bytes(changed), 1))
        validate_zip(tmp_path / "x.tar.gz")


def test_a_gzip_of_something_else(tmp_path: Path) -> None:
    for data in (b"", b"hello", bytes(2_000), b"\x1f\x8b" * 600):
        (tmp_path / "x.tar.gz").write_bytes(gzip.compress(data))
        assert {one.code for one in errors(validate_zip(tmp_path / "x.tar.gz"))} == {"SMAC970"}


def test_no_course(tmp_path: Path) -> None:
    write(tmp_path / "x.tar.gz", {"readme.txt": b"x"})
    (line,) = hostile(tmp_path / "x.tar.gz")

    assert "SMAC970" in line


def test_a_file_of_two_gigabytes_of_nothing(tmp_path: Path) -> None:
    """The header says so; the gzip ends before."""
    path = tmp_path / "x.tar.gz"
    head = info("course/big", size=2 << 30).tobuf(tarfile.GNU_FORMAT)
    path.write_bytes(gzip.compress(head + bytes(1 << 20)))
    (line,) = hostile(path)

    assert "SMAC970" in line


def test_a_bomb_of_one_file(tmp_path: Path) -> None:
    path = tmp_path / "x.tar.gz"
    with gzip.open(path, "wb", 6) as pressed:
        pressed.write(info("course/static/big", size=900 << 20).tobuf())
        for _ in range(900):
            pressed.write(bytes(1 << 20))
        pressed.write(bytes(10_240))
    assert path.stat().st_size < 2 << 20

    assert "SMAC970" in hostile(path, 700)[0]


def test_a_bomb_in_a_long_name(tmp_path: Path) -> None:
    """A name of 800 MB, which a reader of tar takes into memory before anybody sees the entry."""
    path = tmp_path / "x.tar.gz"
    with gzip.open(path, "wb", 6) as pressed:
        pressed.write(info("././@LongLink", tarfile.GNUTYPE_LONGNAME, size=800 << 20).tobuf(tarfile.GNU_FORMAT))
        for _ in range(800):
            pressed.write(b"a" * (1 << 20))
        pressed.write(info("x").tobuf() + bytes(10_240))

    assert "SMAC970" in hostile(path, 700)[0]


def test_a_bomb_in_a_pax_header(tmp_path: Path) -> None:
    path = tmp_path / "x.tar.gz"
    with gzip.open(path, "wb", 6) as pressed:
        pressed.write(info("x", tarfile.XHDTYPE, size=800 << 20).tobuf())
        for _ in range(800):
            pressed.write(b"1" * (1 << 20))
        pressed.write(info("x").tobuf() + bytes(10_240))

    assert "SMAC970" in hostile(path, 700)[0]


@pytest.mark.parametrize("kind", [tarfile.DIRTYPE, tarfile.REGTYPE])
def test_very_many_entries_of_one_name(kind: bytes, tmp_path: Path) -> None:
    """A million headers are two megabytes as gzip; directories and names that come again are not counted."""
    path = tmp_path / "x.tar.gz"
    head = info("course/a", kind).tobuf() * 1000
    with gzip.open(path, "wb", 6) as pressed:
        for _ in range(1000):
            pressed.write(head)
        pressed.write(bytes(10_240))

    assert "SMAC970" in hostile(path)[0]


def test_a_sparse_file_whose_map_is_none(tmp_path: Path) -> None:
    path = tmp_path / "x.tar.gz"
    with tarfile.open(path, "w:gz", format=tarfile.PAX_FORMAT) as archive:
        add(archive, good())
        entry = info("course/static/s")
        entry.pax_headers = {"GNU.sparse.map": "x,y", "GNU.sparse.size": "1"}
        archive.addfile(entry)

    assert "SMAC970" in hostile(path)[0]


def test_a_sparse_file_that_is_large_when_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x.tar.gz"
    with tarfile.open(path, "w:gz", format=tarfile.PAX_FORMAT) as archive:
        entry = info("course/static/s")
        entry.pax_headers = {"GNU.sparse.map": "0,0", "GNU.sparse.size": "900000000"}
        archive.addfile(entry)

    assert "SMAC970" in hostile(path, 700)[0]


def test_a_size_below_nothing(tmp_path: Path) -> None:
    """The archive would be read backwards, for ever."""
    for size in (-512, -1024, -(1 << 40)):
        head = bytearray(info("course/a").tobuf(tarfile.GNU_FORMAT))
        head[124:136] = (size & ((1 << 96) - 1)).to_bytes(12, "big")
        head[124] = 0xFF
        total = sum(head[:148]) + sum(head[156:512]) + 8 * 32
        head[148:156] = b"%06o\0 " % total
        (tmp_path / "x.tar.gz").write_bytes(gzip.compress(bytes(head) * 3 + bytes(10_240)))
        assert "SMAC970" in hostile(tmp_path / "x.tar.gz")[0]


LAUGHS = (
    '<!DOCTYPE problem [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 10}">' for n in range(12))
    + "]>"
)
XML_BOMBS: dict[str, tuple[str, str]] = {
    "billion laughs": ("problem/p.xml", f"{LAUGHS}<problem>&m;</problem>"),
    "billion laughs in an attribute": ("problem/p.xml", f'{LAUGHS}<problem a="&m;"/>'),
    "billion laughs in a unit": ("vertical/v.xml", f"{LAUGHS}<vertical>&m;</vertical>"),
    "a file of the system": (
        "problem/p.xml",
        '<!DOCTYPE problem [<!ENTITY a SYSTEM "file:///etc/passwd">]><problem>&a;</problem>',
    ),
    "deep nesting": ("problem/p.xml", "<problem>" + "<p>" * 100_000 + "</p>" * 100_000 + "</problem>"),
    "deep verticals": (
        "vertical/v.xml",
        "<vertical>"
        + "".join(f'<vertical url_name="n{n}">' for n in range(240))
        + "</vertical>" * 240
        + "<minquiz/></vertical>",
    ),
    "a huge attribute": ("chapter/ch.xml", f'<chapter display_name="{"a" * 11_000_000}"/>'),
    "a huge url_name": (
        "vertical/v.xml",
        f'<vertical><html url_name="{"a" * 4_000_000}">x</html><html url_name="{"a" * 4_000_000}">x</html></vertical>',
    ),
    "very many attributes": (
        "vertical/v.xml",
        "<vertical " + " ".join(f'a{n}="1"' for n in range(150_000)) + "><minquiz/></vertical>",
    ),
    "very many unknown blocks": ("vertical/v.xml", "<vertical>" + "<minquiz/>" * 400_000 + "</vertical>"),
    "a policy that is nested": ("policies/r/policy.json", "[" * 200_000),
    "a number of a million digits": ("policies/r/policy.json", "1" * 1_000_000),
}


@pytest.mark.parametrize("name", XML_BOMBS)
def test_a_bomb_in_a_file_is_an_error(name: str, tmp_path: Path) -> None:
    path, text = XML_BOMBS[name]
    write(tmp_path / "x.tar.gz", {**good(), path: text.encode()})

    lines = hostile(tmp_path / "x.tar.gz", 1500)
    assert lines
    assert len(lines) <= MOST_OF_A_KIND * 6
    assert not any("root:" in line for line in lines)


ODD_JSON: dict[str, Edit] = {
    "advanced_modules is null": policy(advanced_modules=None),
    "advanced_modules is a number": policy(advanced_modules=5),
    "advanced_modules holds lists": policy(advanced_modules=[["a"]]),
    "advanced_modules is a word": policy(advanced_modules="smac_quiz"),
    "the course is a list": put("policies/r/policy.json", '{"course/r": []}'),
    "the policy is a list": put("policies/r/policy.json", "[]"),
    "the policy is null": put("policies/r/policy.json", "null"),
    "a type that is a list": grader(type=["Exam"]),
    "a type that is an object": grader(type={"a": 1}),
    "a weight without end": grader(weight=10**400),
    "weights without end and a half": grading(GRADER=[{**GRADER, "weight": 0.5}, {**GRADER, "weight": 10**400}]),
    "a weight that is infinite": grader(weight=float("inf")),
    "a weight that is true": grader(weight=True, min_count=None),
    "a cutoff without end": grading(GRADE_CUTOFFS={"Pass": 10**400}),
    "a start that is a number": policy(start=5),
    "GRADER holds null": grading(GRADER=[None]),
    "GRADER is a word": grading(GRADER="ab"),
    "a policy in another encoding": put("policies/r/policy.json", b"\xff\xfe{"),
}


@pytest.mark.parametrize("name", ODD_JSON)
def test_values_of_another_kind_are_findings_not_tracebacks(name: str, tmp_path: Path) -> None:
    files = good()
    ODD_JSON[name](files)

    assert errors(judged(files, tmp_path))
