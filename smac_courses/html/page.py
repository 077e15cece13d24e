"""The one page of a package: complete HTML that reads and prints without any script."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from smac_courses.html.blocks import blocks_html, print_button
from smac_courses.html.markup import Strings, attribute, filled, fragment, text
from smac_courses.html.questions import exam_points, question_form
from smac_courses.model.course import Course, Exam, Lesson, Module
from smac_courses.model.languages import direction
from smac_courses.model.rules import Rules

# No inline script or style, no other host. `frame-ancestors` has no meaning in a meta element.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
    "font-src 'self'; connect-src {connect}; object-src 'none'; base-uri 'none'; form-action 'none'"
)
CONTENT_SECURITY_POLICY = _POLICY.format(connect="'self'")
# A record store may lie anywhere, and is known only when the course is launched.
POLICY_WITH_STORE = _POLICY.format(connect="'self' https: http:")
# An author's id never begins with an underscore, so the page's own ids cannot meet one.
HOME = "_home"
EXAM = "_exam"
HELP = "_help"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFiles:
    """Where the page finds its script and its style, relative to itself; `policy` is what it may load.

    `papers` are pages to print, each an address and a title.
    """

    script: str
    style: str
    policy: str = CONTENT_SECURITY_POLICY
    papers: tuple[tuple[str, str], ...] = ()


def course_page(course: Course, strings: Strings, data: dict[str, Any], files: PageFiles) -> str:
    """The whole page. `data` is what the script reads, put in as JSON that no parser can mistake for HTML."""
    screens = [_home(course, strings, files.papers)]
    for module in course.modules:
        screens += _module_screens(course, module, strings)
    screens.append(_help(strings))
    return html_document(
        course,
        course.title,
        files,
        [
            f'<a class="skip-link" href="#_main">{text(strings["skip"])}</a>',
            _header(course, strings),
            '<div class="layout" id="_layout">',
            _outline(course, strings),
            '<main id="_main" tabindex="-1">',
            '<div id="_notices" role="status"></div>',
            '<div id="_saving" role="status" tabindex="-1"></div>',
            '<div id="_offer" role="status"></div>',
            f'<p class="notice no-script">{text(strings["no_script"])}</p>',
            *screens,
            "</main>",
            "</div>",
            f'<script type="application/json" id="_course-data">{script_json(data)}</script>',
        ],
    )


def html_document(course: Course, title: str, files: PageFiles, body: list[str], kind: str = "") -> str:
    """A whole page in the language of the course; `kind` is the class of its body. Without a script there is none."""
    script = [f'<script src="{attribute(files.script)}" defer></script>'] if files.script else []
    return "\n".join(
        [
            "<!DOCTYPE html>",
            f'<html lang="{attribute(course.language)}" dir="{direction(course.language)}">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{attribute(files.policy)}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            f"<title>{text(title)}</title>",
            f'<link rel="stylesheet" href="{attribute(files.style)}">',
            *script,
            "</head>",
            f'<body class="{kind}">' if kind else "<body>",
            *body,
            "</body>",
            "</html>",
            "",
        ]
    )


def contents_page(course: Course, strings: Strings, pages: list[tuple[str, str]], files: PageFiles) -> str:
    """A page that leads to others, each an address and a title: by its links, or by the script for `?au=N`."""
    links = "".join(
        f'<li><a data-au="{number}" href="{attribute(page)}">{text(title)}</a></li>'
        for number, (page, title) in enumerate(pages, 1)
    )
    return html_document(
        course,
        course.title,
        files,
        [
            f'<header class="bar"><h1>{text(course.title)}</h1></header>',
            f'<main class="alone"><h2>{text(strings["in_this_course"])}</h2><ol class="modules">{links}</ol></main>',
        ],
    )


def player_words(course: Course, player: Strings, strings: Strings) -> dict[str, str]:
    """What the script says to a learner. Where an LMS launches each part by itself, none of them is the course."""
    return {**player, **({"course_done": strings["part_done"]} if course.part_of else {})}


def script_json(data: dict[str, Any]) -> str:
    """JSON for a `<script>` element: `<` cannot appear, so nothing inside can end the element."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _header(course: Course, strings: Strings) -> str:
    logo = f'<img class="logo" src="{attribute(course.brand.logo)}" alt="">' if course.brand.logo else ""
    return (
        f'<header class="bar">{logo}<h1>{text(course.part_of or course.title)}</h1>'
        '<div class="states"><p class="save-state" id="_save-state"></p>'
        '<p class="time-left" id="_time-left" hidden></p></div>'
        f'<button type="button" class="quiet needs-script" id="_save-exit" '
        f'aria-label="{attribute(strings["save_exit"])}"><span class="long">{text(strings["save_exit"])}</span>'
        f'<span class="short">{text(strings["exit"])}</span></button>'
        '<div id="_warning" role="status"></div></header>'
    )


def _outline(course: Course, strings: Strings) -> str:
    items = [_outline_link(HOME, strings["home"])]
    for module in course.modules:
        if module.exam:
            items.append(_outline_link(EXAM, module.title))
            continue
        lessons = "".join(_outline_link(lesson.key, lesson.plain_title) for lesson in module.lessons)
        items.append(f"{_outline_link(module.id, module.title).removesuffix('</li>')}<ol>{lessons}</ol></li>")
    items.append(_outline_link(HELP, strings["help"]).replace("<li>", '<li class="needs-script">'))
    return (
        f'<nav class="outline" aria-label="{attribute(strings["outline"])}">'
        f'<button type="button" class="quiet needs-script" id="_outline-button" aria-expanded="false" '
        f'aria-controls="_outline-list">{text(strings["outline_button"])}</button>'
        f'<ol id="_outline-list">{"".join(items)}</ol></nav>'
    )


def _outline_link(target: str, words: str) -> str:
    return f'<li><a href="#{attribute(target)}">{text(words)}<span class="state"></span></a></li>'


def _home(course: Course, strings: Strings, papers: tuple[tuple[str, str], ...]) -> str:
    time = f'<p class="time">{_minutes(course.minutes, strings)}</p>' if course.minutes else ""
    description = f'<p class="lead">{text(course.description)}</p>' if course.description else ""
    modules = "".join(_module_entry(module, strings) for module in course.modules)
    # A list of one thing, whose name stands above it already, says nothing.
    contents = f'<h3>{text(strings["in_this_course"])}</h3><ol class="modules">{modules}</ol>'
    return _screen(
        HOME,
        "home",
        f'<div class="hero">{_title(HOME, text(course.title))}{description}{time}</div>'
        '<div class="home-actions needs-script" id="_home-actions"></div>'
        f"{contents if not course.part_of else ''}{_papers(papers, strings)}",
    )


def _papers(papers: tuple[tuple[str, str], ...], strings: Strings) -> str:
    links = "".join(f'<li><a href="{attribute(page)}">{text(title)}</a></li>' for page, title in papers)
    return f'<h3>{text(strings["to_keep"])}</h3><ul class="papers">{links}</ul>' if papers else ""


def _module_entry(module: Module, strings: Strings) -> str:
    """A module on the start page: its title, how many lessons or questions, how long."""
    if module.exam:
        target, facts = EXAM, [text(filled(strings["question_count"], count=module.exam.asked))]
    else:
        count = [text(filled(strings["lesson_count"], count=len(module.lessons)))]
        target, facts = module.id, count if module.lessons else []
    if module.minutes:
        facts.append(_minutes(module.minutes, strings))
    return (
        f'<li><a href="#{attribute(target)}">{text(module.title)}</a>'
        f'<span class="module-facts">{" · ".join(facts)}</span></li>'
    )


def _minutes(minutes: int, strings: Strings) -> str:
    return text(filled(strings["minutes"], minutes=minutes))


def _module_screens(course: Course, module: Module, strings: Strings) -> list[str]:
    if module.exam:
        return [_exam_screen(course, module, module.exam, strings)]
    total = len(module.lessons)
    with_remarks = course.grading == "practice"
    return [
        _opening_screen(module, strings),
        *(
            _lesson_screen(module, lesson, (number, total), strings, with_remarks=with_remarks)
            for number, lesson in enumerate(module.lessons, start=1)
        ),
    ]


def _opening_screen(module: Module, strings: Strings) -> str:
    objectives = "".join(f"<li>{text(objective.text)}</li>" for objective in module.objectives)
    goals = f'<div class="goals"><h3>{text(strings["objectives"])}</h3><ul>{objectives}</ul></div>'
    return _screen(
        module.id,
        "opening",
        f"{_title(module.id, text(module.title))}"
        f"{blocks_html(module.opening, strings)}{goals if objectives else ''}{_continue(strings)}"
        f"{_sources(module.sources, strings)}",
    )


def _lesson_screen(
    module: Module, lesson: Lesson, place: tuple[int, int], strings: Strings, *, with_remarks: bool
) -> str:
    number, total = place
    where = filled(strings["lesson_of"], module=module.title, number=number, total=total)
    return _screen(
        lesson.key,
        "lesson",
        f'<p class="where">{text(where)}</p>{_title(lesson.key, fragment(lesson.title, strings))}'
        f"{blocks_html(lesson.blocks, strings, with_remarks=with_remarks)}"
        f'<div class="problems" data-problems></div>{_answered(lesson)}{_continue(strings)}'
        f"{_sources(lesson.sources, strings)}",
    )


def _answered(lesson: Lesson) -> str:
    return '<p class="answered needs-script" data-answered></p>' if any(lesson.questions()) else ""


def _sources(notes: str, strings: Strings) -> str:
    if not notes:
        return ""
    return f'<div class="sources"><h3>{text(strings["sources"])}</h3>{fragment(notes, strings)}</div>'


def exam_facts(exam: Exam, strings: Strings) -> str:
    """The rules of an exam as a list of terms: how many questions, what it takes to pass, how often, how long."""
    rules = exam.rules
    attempts = [str(rules.attempts) if rules.attempts else strings["exam_any_attempts"]]
    if rules.wait_hours:
        attempts.append(filled(strings["exam_wait"], hours=rules.wait_hours))
    needed = [filled(strings["exam_pass_value"], percent=rules.pass_percent)]
    needed += [
        filled(strings["exam_topic_value"], title=pool.title, percent=pool.must_pass)
        for pool in exam.pools
        if pool.must_pass
    ]
    facts = "".join(
        f"<dt>{text(strings[name])}</dt>" + "".join(f"<dd>{text(value)}</dd>" for value in values)
        for name, values in (
            ("exam_questions", [str(exam.asked)]),
            ("exam_pass", needed),
            ("exam_attempts", attempts),
            ("exam_time", _time_rules(rules, strings)),
            ("exam_answers", [strings[f"exam_answers_{rules.feedback}"]]),
        )
    )
    # An LMS may ask for another pass mark: then the script writes it here.
    facts = facts.replace(f"<dd>{text(needed[0])}</dd>", f"<dd data-pass>{text(needed[0])}</dd>", 1)
    return f'<dl class="facts">{facts}</dl>'


def _exam_screen(course: Course, module: Module, exam: Exam, strings: Strings) -> str:
    with_remarks = course.grading == "practice"
    bank = "".join(
        f'<template data-bank="{attribute(question.key)}">'
        f'<p class="points">{exam_points(question.points, strings)}</p>'
        + question_form(question, strings, level=4, with_check=exam.rules.feedback == "each", with_remarks=with_remarks)
        + "</template>"
        for question in exam.questions()
    )
    sources = _sources(exam.sources, strings).replace('class="sources"', 'class="sources" data-sources hidden')
    return _screen(
        EXAM,
        "exam",
        f"{_title(EXAM, text(module.title))}"
        f'<div data-part="intro">{blocks_html(module.opening, strings)}'
        f"{_sources(module.sources, strings)}<h3>{text(strings['exam_rules'])}</h3>"
        f'{exam_facts(exam, strings)}<div class="exam-start needs-script"></div></div>'
        f'<div data-part="work"></div>{sources}{bank}{_statement(course, strings)}',
    )


def _statement(course: Course, strings: Strings) -> str:
    """What a learner keeps of a pass, and how the certificate comes. The script fills in who, how much and when."""
    title = text(strings["statement"])
    # By the script, too: a page that differs in its version only has the same words.
    version = text(strings["version_of"]).replace("{version}", "<span data-told></span>")
    told = "<dd data-told></dd>"
    facts = "".join(
        f"<dt>{text(strings[name])}</dt>{value}"
        for name, value in (
            ("statement_name", told),
            ("statement_course", f"<dd>{text(course.title)}</dd><dd>{version}</dd>"),
            ("statement_score", told),
            ("statement_date", told),
        )
    )
    way = [strings["statement_note"]]
    if course.counts_toward:
        titles = ", ".join(course.counts_toward)
        way.append(filled(strings["statement_toward"], titles=titles))
        if course.issuer:
            way.append(filled(strings["statement_issuer"], issuer=course.issuer))
    return (
        '<template data-statement><section class="job-aid" aria-labelledby="_statement">'
        f'<h4 id="_statement">{title}</h4><dl class="facts">{facts}</dl><p>{text(" ".join(way))}</p>'
        f"{print_button(strings, strings['statement'])}</section></template>"
    )


def _time_rules(rules: Rules, strings: Strings) -> list[str]:
    """What is said about time before the exam begins: the limit, and whether it ever stands still."""
    if not rules.time_limit_minutes:
        return [strings["exam_no_limit"]]
    going = strings["exam_time_pauses" if rules.pause else "exam_time_runs"]
    return [f"{filled(strings['exam_limit'], minutes=rules.time_limit_minutes)} {going}"]


def _help(strings: Strings) -> str:
    themes = "".join(
        f'<div class="option"><input type="radio" name="_theme" id="_theme.{value}" value="{value}"{checked}>'
        f'<label for="_theme.{value}">{text(strings[name])}</label></div>'
        for value, name, checked in (
            ("", "theme_device", " checked"),
            ("light", "theme_light", ""),
            ("dark", "theme_dark", ""),
        )
    )
    download, copy = (
        f'<p class="actions"><button type="button" class="quiet" data-{what}>{text(strings[name])}</button></p>'
        for what, name in (("download", "download"), ("copy", "copy"))
    )
    return _screen(
        HELP,
        "help",
        f"{_title(HELP, text(strings['help']))}"
        f'<h3>{text(strings["help_saving"])}</h3><div id="_help-saving"></div>'
        f"<p>{text(strings['help_answers'])}</p>{download}"
        f'<pre id="_answers" tabindex="0" role="region" aria-label="{attribute(strings["exam_answers"])}" hidden></pre>'
        f'<fieldset class="theme"><legend>{text(strings["theme"])}</legend>{themes}</fieldset>'
        f"<h3>{text(strings['report'])}</h3><p>{text(strings['report_text'])}</p>{copy}"
        f'<p role="status" id="_copied"></p>'
        f'<pre id="_report" tabindex="0" role="region" aria-label="{attribute(strings["report"])}"></pre>',
        "needs-script",
    )


def _screen(screen_id: str, kind: str, inner: str, more: str = "") -> str:
    classes = " ".join(filter(None, ("screen", "is-current" if kind == "home" else "", more)))
    return (
        f'<section class="{classes}" id="{attribute(screen_id)}" data-screen="{kind}" '
        f'aria-labelledby="{attribute(screen_id)}._title">{inner}</section>'
    )


def _title(screen_id: str, inner: str) -> str:
    return f'<h2 id="{attribute(screen_id)}._title" tabindex="-1">{inner}</h2>'


def _continue(strings: Strings) -> str:
    words = text(strings["continue"])
    return f'<p class="actions needs-script"><button type="button" data-continue>{words}</button></p>'
