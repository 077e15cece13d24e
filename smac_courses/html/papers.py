"""Pages of a course that need no script and are made for paper: handbook, job aids, a card with the principles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from smac_courses.html.blocks import blocks_html
from smac_courses.html.markup import Strings, attribute, filled, fragment, text
from smac_courses.html.page import PageFiles, html_document
from smac_courses.model.blocks import Block, JobAid
from smac_courses.model.course import Course, Module, Policy

_LINK_INSIDE = re.compile(r'<a href="#([^"]*)"[^>]*>(.*?)</a>', re.S)
_ID = re.compile(r'\bid="([^"]*)"')


def job_aids(course: Course) -> Iterator[JobAid]:
    """Every job aid of a course, in its order."""
    for module in course.modules:
        for group in module.groups():
            yield from (block for block in group if isinstance(block, JobAid))


def handbook_page(course: Course, strings: Strings, style: str) -> str:
    """The lessons of a course one after the other, with their questions and without the exam."""
    modules = [module for module in course.modules if not module.exam]
    contents = "".join(_entry(module) for module in modules)
    body = "".join(_chapter(module, strings) for module in modules)
    version = text(filled(strings["version_of"], version=course.version))
    head = f'<p class="lead">{text(course.description)}</p>' if course.description else ""
    return _page(
        course,
        f"{course.title} – {strings['handbook']}",
        f"<h1>{text(course.title)}</h1>{head}<p>{version}</p>"
        f'<nav aria-label="{attribute(strings["outline"])}"><ol>{contents}</ol></nav>{body}',
        style,
    )


def aid_page(course: Course, aid: JobAid, strings: Strings, style: str) -> str:
    """One job aid by itself."""
    inner = f"<h1>{fragment(aid.title, strings)}</h1>{blocks_html(aid.blocks, strings)}"
    return _page(course, aid.plain_title, f'<section class="job-aid">{inner}</section>', style)


def card_page(course: Course, policy: Policy, strings: Strings, style: str) -> str:
    """The principles of the policy, as large as a card for the wallet."""
    rules = "".join(f"<li>{text(clause.title)}</li>" for clause in policy.clauses)
    version = text(filled(strings["version_of"], version=policy.version))
    inner = f"<h1>{text(policy.title)}</h1><ol>{rules}</ol><p>{version}</p>"
    return _page(course, policy.title, f'<section class="card">{inner}</section>', style)


def with_links(page: str, handbook: str = "", address: str = "") -> str:
    """A page whose links lead somewhere: inside itself, to a handbook at `address`, or else become words."""
    own, there = set(_ID.findall(page)), set(_ID.findall(handbook))

    def mended(link: re.Match[str]) -> str:
        if link[1] in own:
            return link[0]
        return link[0].replace(f'href="#{link[1]}"', f'href="{address}#{link[1]}"') if link[1] in there else link[2]

    return _LINK_INSIDE.sub(mended, page)


def _page(course: Course, title: str, inner: str, style: str) -> str:
    return html_document(course, title, PageFiles(script="", style=style), [f"<main>{inner}</main>"], "paper")


def _entry(module: Module) -> str:
    lessons = "".join(
        f'<li><a href="#{attribute(lesson.key)}">{text(lesson.plain_title)}</a></li>' for lesson in module.lessons
    )
    return f'<li><a href="#{attribute(module.id)}">{text(module.title)}</a><ol>{lessons}</ol></li>'


def _chapter(module: Module, strings: Strings) -> str:
    lessons = "".join(
        f'<section id="{attribute(lesson.key)}"><h2>{fragment(lesson.title, strings)}</h2>'
        f"{_lower(lesson.blocks, strings)}{_notes(lesson.sources, strings)}</section>"
        for lesson in module.lessons
    )
    return (
        f'<section id="{attribute(module.id)}"><h2>{text(module.title)}</h2>{_aims(module, strings)}'
        f"{blocks_html(module.opening, strings)}{_notes(module.sources, strings)}{lessons}</section>"
    )


def _aims(module: Module, strings: Strings) -> str:
    aims = "".join(f"<li>{text(objective.text)}</li>" for objective in module.objectives)
    return f"<p>{text(strings['objectives'])}</p><ul>{aims}</ul>" if aims else ""


def _lower(blocks: Iterable[Block], strings: Strings) -> str:
    """Blocks without the remarks on answers: on paper nobody has answered yet."""
    return blocks_html(blocks, strings, with_remarks=False)


def _notes(sources: str, strings: Strings) -> str:
    if not sources:
        return ""
    return f'<div class="sources"><h3>{text(strings["sources"])}</h3>{fragment(sources, strings)}</div>'
