"""Small courses with other rules: feedback after each question or never, no exam, an update in mid-course."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from learner import Sit
from lms_server import Lms
from playwright.sync_api import expect
from support import MODULE

Load = Callable[..., None]
COURSE = "id: c\ntitle: A course\nversion: 1.0.0\nmodules: [../modules/m.md, exam.md]\n"
QUESTIONS = """
### One right answer? {#one}

- ( ) No. {#no}
  > Wrong, because.
- (x) Yes. {#yes}
  > Right, because.

> For everyone.

### Several right answers? {#several points=3}

- [x] This.
  > Right.
- [ ] That.
  > Wrong.
- [x] And this.
  > Right too.
"""


def exam(**rules: object) -> str:
    written = "".join(f"  {name}: {value}\n" for name, value in rules.items())
    return f"---\nid: e\ntitle: The exam\nexam:\n  pass_percent: 70\n{written}---\n\nGood luck.\n\n## Pool {{#pool}}\n{QUESTIONS}"


def test_feedback_after_each_question_makes_an_answer_final(load: Load, sit: Sit, lms: Lms) -> None:
    load(course=COURSE, exam=exam(feedback="each", shuffle="false", attempts=1))
    seat = sit()
    seat.do_lessons()
    seat.press("Start the exam")
    seat.press("Check answer")
    expect(seat.sco.get_by_text("Choose an answer first.")).to_be_visible()
    seat.answer(seat.shown_question(), right=False)
    seat.press("Check answer")

    expect(seat.sco.locator(".feedback")).to_contain_text("Wrong, because.")
    expect(seat.sco.locator(".feedback")).to_contain_text("For everyone.")
    expect(seat.sco.get_by_role("button", name="Check answer")).to_have_count(0)
    expect(seat.sco.locator("form.question:visible input:enabled")).to_have_count(0)
    expect(seat.sco.get_by_role("button", name="Next question")).to_be_focused()
    assert lms.told[0]["result"] == "wrong"
    seat.press("Next question")
    seat.press("Previous question")
    expect(seat.sco.locator(".feedback")).to_contain_text("Wrong, because.")
    seat.press("Next question")
    seat.answer(seat.shown_question())
    seat.press("Check answer")
    seat.press("Overview")
    expect(seat.sco.get_by_role("button", name="Look at question 1 again")).to_be_visible()
    seat.press("Submit my answers")
    assert len(lms.told) == 2
    assert (lms.status, lms.score) == ("passed", "75")


def test_without_feedback_the_result_shows_no_answers(load: Load, sit: Sit, lms: Lms) -> None:
    load(course=COURSE, exam=exam(feedback="never"))
    seat = sit()
    seat.do_lessons()
    seat.press("Start the exam")
    seat.do_exam()

    expect(seat.sco.get_by_role("heading", name="You passed")).to_be_visible()
    expect(seat.sco.locator("form.question:visible")).to_have_count(0)
    assert lms.told[1]["response"] == lms.told[1]["patterns"][0]


def test_who_passed_keeps_a_statement_that_prints_alone(load: Load, sit: Sit, lms: Lms) -> None:
    load(course=COURSE, exam=exam())
    seat = sit()
    seat.do_lessons()
    seat.press("Start the exam")
    seat.do_exam(right=False)
    expect(seat.sco.get_by_role("heading", name="Not passed")).to_be_visible()
    expect(seat.sco.get_by_role("heading", name="Statement of result")).to_have_count(0)
    seat.press("Try the exam again")
    seat.do_exam()

    statement = seat.sco.get_by_role("region", name="Statement of result")
    facts = dict(
        zip(statement.locator("dt").all_inner_texts(), statement.locator("dt + dd").all_inner_texts(), strict=True)
    )
    assert facts["Name"] == "Doe, Jo"
    assert facts["Course"] == "A course"
    assert facts["Score"] == "100%"
    assert str(date.today().year) in facts["Passed on"]
    expect(statement).to_contain_text("Version 1.0.0")
    expect(statement).to_contain_text("Self-reported until the record of your learning system (LMS) confirms it.")
    # No certification of this program counts the course.
    expect(statement).not_to_contain_text("counts toward")
    seat.sco.evaluate("window.print = () => { window.wasPrinted = true; }")
    seat.press("Print: Statement of result")
    seat.page.emulate_media(media="print")
    assert seat.sco.evaluate("window.wasPrinted")
    expect(statement).to_be_visible()
    expect(seat.sco.get_by_role("heading", name="You passed")).to_be_hidden()
    expect(seat.sco.locator(".score")).to_be_hidden()


def test_a_course_without_an_exam_completes_with_its_last_lesson(load: Load, sit: Sit, lms: Lms) -> None:
    load(module=MODULE + "\n## Second {#second}\n\nText.\n")
    seat = sit()
    seat.press("Start")
    seat.press("Continue")
    seat.press("Continue")
    assert lms.status == "incomplete"
    seat.press("Continue")

    assert lms.status == "completed"
    assert lms.score == ""
    expect(seat.sco.get_by_text("You have completed this course.")).to_be_visible()


def test_an_exit_that_closes_the_attempt_is_taken_by_the_lms(load: Load, sit: Sit, lms: Lms) -> None:
    load(course=COURSE + "report: {exit_on_pass: normal}\n", exam=exam(opens="any-time"))
    seat = sit()
    seat.outline("The exam").click()
    seat.press("Start the exam")
    seat.do_exam()

    closed = {"scorm12": "", "scorm2004": "normal"}[lms.standard]
    assert seat.calls("SetValue")[-1][0] != lms.name("exit")
    assert [lms.name("exit"), closed, "true"] in seat.calls("SetValue")
    assert lms.last("exit") == closed


def test_where_the_lms_still_sends_the_course_says_when_it_can_be_closed(load: Load, sit: Sit, lms: Lms) -> None:
    load(course="id: c\ntitle: A course\nversion: 1.0.0\nmodules: [../modules/m.md]\nlms: open-edx-scorm\n")
    seat = sit()
    seat.press("Save and exit")

    expect(seat.sco.get_by_text("Please keep this page open for a moment.")).to_be_visible()
    expect(seat.sco.get_by_role("heading", name="You can close this page now")).to_be_focused()


def test_the_exam_may_open_at_once(load: Load, sit: Sit, lms: Lms) -> None:
    load(course=COURSE, exam=exam(opens="any-time"))
    seat = sit()
    seat.outline("The exam").click()
    seat.press("Start the exam")
    seat.do_exam()

    assert lms.status == "passed"


def test_a_new_version_of_the_course_keeps_what_still_exists(load: Load, sit: Sit, lms: Lms) -> None:
    practice = "\n### Still here? {#still}\n\n- (x) Yes.\n- ( ) No.\n\n> So.\n"
    load(course=COURSE, module=MODULE + practice, exam=exam())
    seat = sit()
    seat.do_lessons()
    seat.press("Start the exam")
    seat.answer(seat.shown_question())
    seat.press("Save and exit")
    seat.page.close()

    first = MODULE.replace("## A lesson {#lesson}", "## New and first {#new}\n\nNew.\n\n## A lesson, renamed {#lesson}")
    lock = "# smac course.lock 1\nlesson 0 m.lesson\nlesson 1 m.new\nquestion 0 m.still\nquestion 1 e.one\nquestion 2 e.several\n"
    load(course=COURSE, module=first + practice, exam=exam(), lock=lock)
    again = sit()

    expect(again.sco.get_by_role("link", name="A lesson, renamed")).to_contain_text("Done")
    expect(again.sco.get_by_role("link", name="New and first")).not_to_contain_text("Done")
    again.press("Continue the exam")
    expect(again.sco.locator("form.question:visible input:checked")).to_have_count(0)
    again.press("Previous question")
    assert again.sco.locator("form.question:visible input:checked").count() > 0


def test_leaving_waits_until_everything_is_safe(load: Load, sit: Sit, lms: Lms) -> None:
    load(course=COURSE, exam=exam(opens="any-time"))
    seat = sit()
    seat.page.context.set_offline(True)
    seat.press("Start")
    seat.press("Continue")
    seat.press("Save and exit")

    expect(seat.sco.get_by_text("So the course stays open.")).to_be_visible()
    expect(seat.sco.locator("#_saving")).to_be_focused()
    expect(seat.sco.locator("#_save-state")).to_have_text("Not saved yet")
    seat.press("Continue")
    expect(seat.sco.get_by_text("So the course stays open.")).to_be_visible()
    seat.page.context.set_offline(False)
    expect(seat.sco.locator("#_save-state")).to_have_text("Saved")
    seat.press("Save and exit")
    expect(seat.sco.get_by_text("Your progress is saved.")).to_be_visible()
    seat.sco.evaluate("history.back()")
    seat.page.wait_for_timeout(300)
    seat.problems[:] = [one for one in seat.problems if "ERR_INTERNET_DISCONNECTED" not in one and "favicon" not in one]


def test_who_must_leave_can_leave_and_comes_back_to_everything(load: Load, sit: Sit, lms: Lms) -> None:
    load(course=COURSE, exam=exam(opens="any-time"))
    seat = sit()
    seat.page.context.set_offline(True)
    seat.outline("The exam").click()
    seat.press("Start the exam")
    question = seat.shown_question()
    seat.answer(question)
    seat.press("Save and exit")
    expect(seat.sco.locator("#_saving").get_by_role("button", name="Download my answers")).to_be_visible()
    seat.press("Leave all the same")
    expect(seat.sco.get_by_role("heading", name="You can close this page now")).to_be_focused()
    seat.page.context.set_offline(False)
    seat.page.reload()
    seat.press("Go on with it")  # the LMS knows nothing of it

    seat.press("Continue the exam")
    seat.press("Review your answers")
    expect(seat.sco.locator(".review li ul")).to_have_count(1)
    seat.problems.clear()
    seat.page.evaluate("window.refused = []")


def test_the_way_back_from_a_footnote_leads_to_the_lesson(load: Load, sit: Sit, lms: Lms) -> None:
    load(module=MODULE + "\nA fact.[^a]\n\n## Second {#second}\n\nText.\n\n[^a]: A book.\n")
    seat = sit()
    seat.press("Start")
    seat.press("Continue")
    seat.press("Save and exit")
    seat.page.close()
    again = sit()
    again.sco.locator("[role=doc-noteref]").click()
    again.sco.evaluate("history.back()")
    again.page.wait_for_timeout(300)

    assert again.heading() == "A lesson"


def test_a_frame_that_forbids_forms_and_files_of_the_course_do_not_end_the_session(
    load: Load, sit: Sit, lms: Lms
) -> None:
    load(
        module=MODULE + "\nSee [the plan](plan.txt).\n\n### Why? {#why}\n\n- (x) So.\n- ( ) Not.\n\n> So.\n",
        plan="A plan.",
    )
    seat = sit()
    seat.page.evaluate(
        "frame = document.querySelector('iframe'); frame.sandbox = 'allow-scripts allow-same-origin allow-popups'; frame.contentWindow.location.reload()"
    )
    seat.page.wait_for_timeout(500)
    seat.press("Start")
    seat.press("Continue")
    seat.sco.get_by_label("So.", exact=True).check()
    seat.press("Check answer")
    expect(seat.sco.locator(".verdict")).to_have_text("Correct")
    link = seat.sco.get_by_role("link", name="the plan")

    assert link.get_attribute("target") == "_blank"
    # The reload and the sandbox are the test's own doing; the course asks for a while whether an LMS comes.
    seat.page.goto("about:blank")
    seat.problems.clear()


def test_a_result_stands_when_an_update_changed_its_questions(load: Load, sit: Sit, lms: Lms) -> None:
    load(course=COURSE, exam=exam(opens="any-time", attempts=1))
    seat = sit()
    seat.outline("The exam").click()
    seat.press("Start the exam")
    seat.do_exam()
    seat.press("Save and exit")
    seat.page.close()
    lock = "# smac course.lock 1\nlesson 0 m.lesson\nquestion 0 e.one no yes\nquestion 1 e.several a b c\n"
    changed = exam(opens="any-time", attempts=1).replace("{#one}", "{#new}").replace("{#several", "{#newer")
    load(course=COURSE, exam=changed, lock=lock)
    again = sit()

    expect(again.sco.get_by_text("Your score: 100")).to_be_visible()
    expect(again.sco.get_by_role("heading", name="You passed")).to_be_visible()
    expect(again.sco.locator("form.question:visible")).to_have_count(0)
