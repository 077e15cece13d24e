# ruff: noqa: E402 (settings come before what reads them)
"""Asks Open edX's own engine (capa): run by the Python of an environment that has it, with JSON in and JSON out.

In: a list of `{"xml": a problem's file, "answers": [{"1": …, "2": …}, …]}`; an answer is keyed by the number of its
field, and names a choice by its place from 0, a text by itself. Out: for each problem `html` (what a learner sees before
answering), `fields` (tag, label, choices of each field) and `results` (score, whether it is all right, what is said).
"""

from __future__ import annotations

import json
import os
import re
import sys
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

os.environ.setdefault("TMPDIR", "/tmp")

import django
from django.conf import settings

HERE = Path(str(next(iter(find_spec("xblocks_contrib").submodule_search_locations)))) / "problem"
settings.configure(
    SECRET_KEY="x",
    STATIC_URL="/static/",
    DATABASES={},
    INSTALLED_APPS=[],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [HERE / "capa" / "templates", HERE / "templates"],
        }
    ],
    USE_I18N=False,
)
django.setup()

import gettext

from django.template.loader import render_to_string
from lxml import etree
from lxml import html as lxml_html
from xblocks_contrib.legacy_utils.xml_utils import EDX_XML_PARSER
from xblocks_contrib.problem.capa.capa_problem import LoncapaProblem, LoncapaSystem
from xblocks_contrib.problem.capa_block import ProblemBlock

SYSTEM = LoncapaSystem(
    ajax_url="/ajax",
    anonymous_student_id="learner",
    cache=None,
    can_execute_unsafe_code=lambda: False,
    get_python_lib_zip=lambda: None,
    DEBUG=False,
    i18n=gettext.NullTranslations(),
    render_template=render_to_string,
    resources_fs=None,
    seed=1,
    xqueue=None,
)
BLOCK = SimpleNamespace(
    correctness_available=lambda: True,
    usage_key="problem",
    display_name="problem",
    data="",
    show_correctness="always",
    runtime=SimpleNamespace(publish=lambda *_: None),
)
_OPTION = re.compile(r"\s+")


def main() -> None:
    json.dump([asked(**one) for one in json.load(sys.stdin)], sys.stdout)


def asked(xml: str, answers: list[dict[str, Any]]) -> dict[str, Any]:
    # As the importer reads a file and the block keeps it.
    root = etree.fromstring(xml.encode(), EDX_XML_PARSER)
    kept = etree.tostring(root, pretty_print=True, encoding="unicode")
    problem = made(kept)
    page = shown(problem)
    fields = [field for response in problem.responders.values() for field in response.inputfields]
    return {
        "html": page,
        "kept": kept,
        "fields": [described(field, problem) for field in fields],
        "most": problem.get_max_score(),
        "results": [graded(made(kept), one) for one in answers],
        "demand_hints": [inner(one) for one in root.findall(".//demandhint/hint")],
    }


def made(kept: str) -> LoncapaProblem:
    return LoncapaProblem(kept, "p", SYSTEM, BLOCK, seed=1)


def shown(problem: LoncapaProblem) -> str:
    return ProblemBlock.remove_tags_from_html(None, problem.get_html())


def inner(node: Any) -> str:
    return "".join(node.itertext())


def described(field: Any, problem: LoncapaProblem) -> dict[str, Any]:
    data = problem.problem_data[field.get("id")]
    known = problem.inputs.get(field.get("id"))
    choices = [str(words) for _, words in getattr(known, "choices", ())]
    if field.tag == "optioninput":
        choices = [words for words, _ in known.loaded_attributes["options"]]
    return {"tag": field.tag, "label": str(data["label"]), "choices": choices}


def graded(problem: LoncapaProblem, answer: dict[str, Any]) -> dict[str, Any]:
    problem.get_html()
    sent = {}
    fields = [field for response in problem.responders.values() for field in response.inputfields]
    for number, given in answer.items():
        field = fields[int(number) - 1]
        if field.tag == "checkboxgroup":
            given = [f"choice_{one}" for one in given]
        elif field.tag == "choicegroup":
            given = f"choice_{given}"
        sent[field.get("id")] = given
    found = problem.grade_answers(sent)
    score = problem.calculate_score(found)
    problem.done = True
    said = " ".join(str(found.get_msg(field.get("id")) or "") for field in fields)
    after = shown(problem)
    text = lxml_html.fromstring(f"<div>{said}</div>").text_content()
    return {
        "score": score["score"],
        "total": score["total"],
        "right": [found.is_correct(field.get("id")) for field in fields],
        "said": _OPTION.sub(" ", text).strip(),
        "html": after,
    }


main()
