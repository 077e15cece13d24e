"""Every rule by the code that it reports."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from smac_courses.checks import accessibility, freshness, language, limits, program, quizzes, structure, translations
from smac_courses.checks.context import CheckContext
from smac_courses.diagnostics import Report
from smac_courses.model.course import Course

Rule = Callable[[Course, CheckContext, Report], None]
ProgramRule = Callable[[Sequence[Course], CheckContext, Report], None]

RULES: dict[str, Rule] = {
    "SMAC208": limits.answers_have_characters,
    "SMAC220": quizzes.pools_hold_their_draw,
    "SMAC221": quizzes.pools_hold_questions,
    "SMAC222": structure.one_exam,
    "SMAC223": quizzes.answers_have_feedback,
    "SMAC224": quizzes.answers_differ,
    "SMAC225": quizzes.objectives_exist,
    "SMAC226": quizzes.no_all_of_the_above,
    "SMAC227": quizzes.clauses_exist,
    "SMAC228": quizzes.right_answers_are_not_the_longest,
    "SMAC229": quizzes.right_answers_change_places,
    "SMAC230": quizzes.exams_forgive_a_mistake,
    "SMAC231": quizzes.time_can_be_extended,
    "SMAC232": quizzes.settings_have_an_effect,
    "SMAC242": quizzes.attestations_name_a_policy,
    "SMAC309": structure.lock_is_current,
    "SMAC330": structure.lessons_have_content,
    "SMAC331": structure.course_has_lessons,
    "SMAC332": structure.links_to_modules_lead_somewhere,
    "SMAC340": structure.questions_keep_their_kind,
    "SMAC401": accessibility.pictures_have_alternatives,
    "SMAC402": accessibility.headings_step_down_one_by_one,
    "SMAC403": accessibility.links_say_where_they_go,
    "SMAC404": accessibility.tables_have_headings,
    "SMAC405": accessibility.films_have_captions,
    "SMAC407": accessibility.nothing_means_by_colour_alone,
    "SMAC408": accessibility.hashtags_have_capitals,
    "SMAC409": accessibility.alternatives_say_something,
    "SMAC501": freshness.reviews_are_not_overdue,
    "SMAC502": freshness.modules_have_a_review_date,
    "SMAC503": freshness.facts_have_sources,
    "SMAC701": limits.progress_fits,
    "SMAC702": limits.lessons_fit_a_phone,
    "SMAC703": limits.titles_fit_a_list,
    "SMAC706": limits.structure_does_what_it_says,
    "SMAC707": limits.lms_takes_the_structure,
    "SMAC801": language.sentences_are_short,
    "SMAC802": language.lessons_are_readable,
    "SMAC803": language.minutes_fit_the_text,
    "SMAC804": language.player_speaks_the_language,
}
# Rules over a whole program, applied once.
PROGRAM_RULES: dict[str, ProgramRule] = {
    "SMAC410": program.brand_can_be_read,
    "SMAC329": program.assets_are_used,
    "SMAC334": program.modules_are_used,
    "SMAC601": program.certifications_name_courses_that_exist,
    "SMAC602": program.policy_fits_a_page,
    "SMAC603": program.somebody_owns_the_program,
    "SMAC604": program.learners_can_ask,
    "SMAC605": program.cut_scores_are_those_of_the_exams,
    "SMAC611": translations.translations_have_an_original,
    "SMAC612": translations.translations_are_whole,
    "SMAC613": translations.translations_are_current,
}


def check_course(course: Course, context: CheckContext, report: Report) -> None:
    """Apply every rule to one course."""
    for rule in RULES.values():
        rule(course, context, report)


def check_program(courses: Sequence[Course], context: CheckContext, report: Report) -> None:
    """Apply the program's rules to all of its courses together."""
    for rule in PROGRAM_RULES.values():
        rule(courses, context, report)
