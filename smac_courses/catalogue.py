"""Every finding that the compiler can make: its code, its severity, what it means and the usual remedy.

Codes never change their meaning. 1xx reading a file, 2xx questions and exams, 3xx structure, links and
files, 4xx accessibility, 5xx freshness, 6xx program, 7xx limits of the formats, 8xx language, 9xx packages.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Finding:
    """One kind of finding. With `--release`, kinds marked `blocks_release` count as errors."""

    severity: Literal["error", "warning", "note"]
    title: str
    remedy: str
    blocks_release: bool = False


def _error(title: str, remedy: str) -> Finding:
    return Finding("error", title, remedy)


def _warning(title: str, remedy: str, *, blocks_release: bool = False) -> Finding:
    return Finding("warning", title, remedy, blocks_release)


FINDINGS: dict[str, Finding] = {
    "SMAC101": _error("File too large", "split the module into two"),
    "SMAC102": _error("File cannot be read", "check its name and its permissions"),
    "SMAC103": _error("File is not UTF-8 text", "save the file as UTF-8"),
    "SMAC104": _error("No front matter", "begin the file with --- and the lines id: … and title: …, closed by ---"),
    "SMAC105": _error("Front matter never closed", "write --- on a line of its own behind the last key"),
    "SMAC106": _error(
        "Code block or comment never closed",
        "close a code block with the same characters on a line of their own, a comment with -->",
    ),
    "SMAC107": _error("Text that cannot be rendered in reasonable time", "split it up, or take the markup out"),
    "SMAC108": _warning(
        "Hidden change of writing direction",
        "delete the character; to mark foreign words, write <span dir=rtl>…</span>",
    ),
    "SMAC110": _error(
        "YAML that cannot be read", "write 'key: value', and put values with special characters in quotes"
    ),
    "SMAC111": _error("YAML too large", "keep settings short; text belongs in the body"),
    "SMAC112": _error(
        "YAML feature that is not allowed", "write the value out, or put it in quotes if it is meant as text"
    ),
    "SMAC113": _error("Key stands twice", "remove one of the two"),
    "SMAC120": _error("Unknown key", "remove it"),
    "SMAC121": _error("Key missing", "add it"),
    "SMAC122": _error("Value not allowed", "correct the value"),
    "SMAC130": _error("Braces that cannot be read", "write {#id key=value}"),
    "SMAC131": _error("Attribute without meaning here", "remove it"),
    "SMAC132": _error(
        "Braces on a text", "braces mean something on headings and answers only; give the part a heading"
    ),
    "SMAC140": _error("Unknown variable", "define it in program.yml"),
    "SMAC141": _error("Variable not closed", "write {{ company.name }}, with two braces on each side"),
    "SMAC142": _error("Formula that cannot be read", "correct the LaTeX between the dollar signs"),
    "SMAC143": _warning("Unknown language of code", "correct the word behind the opening backticks"),
    "SMAC150": _warning("Ignored without a reason", "say why, behind the code: <!-- smac: ignore=SMAC223 … -->"),
    "SMAC151": _warning("Nothing to ignore", "remove the comment"),
    "SMAC152": _error("Comment that cannot ignore", "write <!-- smac: ignore=SMAC223 the reason -->"),
    "SMAC160": _error("Unknown insert", "list it under inserts: in program.yml"),
    "SMAC202": _error(
        "Question without answers", "write answers as '- ( ) …' and '- (x) …', or make it a heading without points"
    ),
    "SMAC203": _error("Question without a correct answer", "mark the right answer with (x)"),
    "SMAC204": _error(
        "Odd brackets",
        "write '- ( ) text' or '- (x) text': one space or an x in the brackets, one space on each side of them",
    ),
    "SMAC205": _error("Round and square brackets mixed", "use ( ) where one answer is right, [ ] where several may be"),
    "SMAC206": _error("Several correct answers in round brackets", "use [ ] and [x] when several answers are right"),
    "SMAC207": _error("Only one answer", "add an answer that a learner could take for right"),
    "SMAC208": _error("Too many answers", "give the question a new id: it has had too many different answers"),
    "SMAC209": _error("Empty answer", "write the answer behind the brackets"),
    "SMAC210": _error("Number out of range", "correct the number"),
    "SMAC211": _error("Callout inside a question", "use [!HINT], or a plain quote for feedback"),
    "SMAC212": _error(
        "Text behind the answers",
        "move it before the answers, quote it with > as feedback, or end the question with ---",
    ),
    "SMAC213": _error("Text outside a question in an exam", "move it before the first ## as the exam's opening page"),
    "SMAC214": _error("Question outside a pool", "begin a pool with a ## heading"),
    "SMAC215": _error("Answers outside a question", "put a ### heading above them"),
    "SMAC216": _warning(
        "Feedback that may be meant for one answer",
        "indent it by two spaces if it is for the answer above; else put a blank line before it",
    ),
    "SMAC217": _error(
        "Question in a job aid", "move it behind the job aid: learners take that along to look things up"
    ),
    "SMAC220": _error("Pool smaller than its draw", "add questions, or draw fewer"),
    "SMAC221": _error("Empty exam or pool", "add questions"),
    "SMAC222": _error("More than one exam", "put all graded questions into one exam with several pools"),
    "SMAC223": _warning("Answer without feedback", "say why, in a quote indented under the answer"),
    "SMAC224": _warning("Two answers say the same", "change one of the two"),
    "SMAC225": _error("Unknown objective", "use an id from 'objectives' in the front matter"),
    "SMAC226": _warning("All of the above", "ask which ones are right, with [ ] answers"),
    "SMAC227": _error("Unknown clause of the policy", "use the {#id} of a clause of policy.md"),
    "SMAC228": _warning("The longest answer is right", "shorten the right answers, or lengthen wrong ones"),
    "SMAC229": _warning("The right answer stands in one place", "move the right answers about"),
    "SMAC230": _warning("No mistake allowed", "ask more questions, or lower the pass mark"),
    "SMAC231": _warning(
        "Time limit that nobody can extend", "remove 'extra_time: []', or list what learners may choose: [1.5, 2, none]"
    ),
    "SMAC232": _warning("Setting without effect", "remove it, or add the setting that it needs"),
    "SMAC233": _error(
        "Question that lacks what its kind needs", "write it as its kind wants it, or choose another kind"
    ),
    "SMAC234": _error("Answer that cannot be read", "write = words, or a number: = 80, = 80 ± 2, = 10 .. 20"),
    "SMAC235": _error(
        "Gap that cannot be read", "write [[=answer / other answer]], or [[one / (the right one) / another]]"
    ),
    "SMAC236": _error("Question without a score in an exam", "move it into a lesson"),
    "SMAC238": _error("Step that is not there", "correct the number behind =>"),
    "SMAC239": _error("Step that nobody reaches", "lead to it with =>, or remove it"),
    "SMAC240": _error("Conversation that can go on for ever", "lead on to a later step"),
    "SMAC241": _error("Criterion that cannot be tested", "end it with one test in braces, such as {length=280}"),
    "SMAC242": _warning(
        "Statement that names no policy",
        "add policy: policy.md to program.yml, so that the record says to which version",
    ),
    "SMAC243": _warning("Answer stands twice", "remove one of the two"),
    "SMAC244": _error("Two kinds on one question", "keep the one that fits the lines below"),
    "SMAC245": _error("Criteria that contradict each other", "change one of the two"),
    "SMAC301": _error("Heading without words", "write the heading, or remove the # signs"),
    "SMAC302": _error("Id stands twice", "change one of the two"),
    "SMAC303": _error(
        "Malformed id", "use lower-case letters, digits and hyphens, at most 48, beginning with a letter"
    ),
    "SMAC304": _warning(
        "Id missing", "write {#id} behind the heading, or let 'smac check --fix' do it", blocks_release=True
    ),
    "SMAC305": _error("Heading with one #", "the module's title stands in the front matter; begin lessons with ##"),
    "SMAC306": _error("Link to nowhere", "link to the {#id} of a heading in this file, or to another one: other.md#id"),
    "SMAC307": _error("Course id used twice", "give each course an id of its own"),
    "SMAC308": _error(
        "Damaged course.lock", "take the last good version from version control; never edit numbers by hand"
    ),
    "SMAC309": _warning("course.lock out of date", "run 'smac check --fix' and commit the file", blocks_release=True),
    "SMAC310": _error("Footnote missing", "add its text"),
    "SMAC311": _warning("Footnote unused", "cite it as [^label], or remove it"),
    "SMAC312": _error("Footnote defined twice", "remove one of the two"),
    "SMAC313": _error(
        "HTML that does not close where it opens", "close the element before the next heading, picture or question"
    ),
    "SMAC314": _error("Heading underlined", "write headings with #: ## for a lesson, ### for a part of it"),
    "SMAC315": _error("Table whose lines do not fit", "write a line such as | --- | --- | under the first one"),
    "SMAC316": _error("Heading without a space", "put a space behind the # signs"),
    "SMAC317": _warning("HTML that does not travel", "take it out; if it is meant as words, put `backticks` around it"),
    "SMAC318": _error("Link that does not travel", "link with http:, https:, mailto: or tel:"),
    "SMAC319": _error("Callout that is not understood", "write > [!NOTE] on a line of its own, and the text below"),
    "SMAC320": _error("File not found", "correct the path; it is relative to the file that names it, and case counts"),
    "SMAC321": _error("File outside the course source", "copy it into the folder of program.yml"),
    "SMAC322": _error("File type not allowed", "save it as another type, such as PDF, PNG or MP4"),
    "SMAC323": _error("File name not portable", "use letters, digits, '.', '-' and '_' only"),
    "SMAC324": _error("File too large", "compress it, or link to where it is published"),
    "SMAC325": _error("File name used twice", "rename one: some LMSs find files by name alone, without the folder"),
    "SMAC326": _error("File on another computer", "save it under assets/ and link to it there"),
    "SMAC327": _error(
        "Picture that runs something", "remove scripts, links and embedded pages from the SVG, or export it anew"
    ),
    "SMAC328": _error("Caption file that cannot be read", "save the captions as WebVTT"),
    "SMAC329": _warning("File that nothing uses", "use it, or delete it"),
    "SMAC330": _warning("Lesson without content", "write it, or remove its heading"),
    "SMAC331": _error("Course without lessons", "add a module with a ## lesson"),
    "SMAC332": _error("Link to a module that is not there", "add the module to course.yml, or correct the link"),
    "SMAC333": _error("Film or recording inside a text", "put it on a line of its own, outside of lists and questions"),
    "SMAC334": _warning("Module in no course", "list it in a course.yml, or delete it"),
    "SMAC335": _warning("Line that GitHub takes for a heading", "put a blank line above it"),
    "SMAC336": _error("Words in angle brackets", "put them in `backticks`, or write &lt; instead of <"),
    "SMAC337": _warning("Markdown that HTML swallows", "put a blank line between the HTML and the Markdown"),
    "SMAC338": _warning("Link that is not read as one", "write `[words](address)`, without a space between"),
    "SMAC340": _error(
        "Question of another kind under its old id", "give it a new id: answers that were recorded would be misread"
    ),
    "SMAC401": _error(
        "Picture without alternative text",
        "say in the brackets what a reader must know from it: ![A post with …](…)",
    ),
    "SMAC402": _warning("Heading level skipped", "use one # more than the heading above"),
    "SMAC403": _warning(
        "Link text without meaning",
        "name the target: a screen-reader user hears links without their sentence",
    ),
    "SMAC404": _warning("Table without a heading", "give every column of the table a heading"),
    "SMAC405": _error("Film without captions", "put captions beside it: talk.en.vtt beside talk.mp4"),
    "SMAC406": _error("Recording without a transcript", "put the words beside it: talk.txt beside talk.mp3"),
    "SMAC407": _warning("Meaning by colour alone", "name the thing by its words or place, too"),
    "SMAC408": _warning("Hashtag without capitals", "write a capital for each word, or let 'smac check --fix' do it"),
    "SMAC409": _warning("Alternative text that says too little", "say what a reader must know from the picture"),
    "SMAC410": Finding(
        "note",
        "Brand colour too light for text",
        "nothing: texts and lines take a darker shade, areas the colour itself",
    ),
    "SMAC501": _warning("Review overdue", "review the module, then correct the date"),
    "SMAC502": _warning("No review date", "add review_by: to the front matter"),
    "SMAC503": _warning("Figure or law without a source", "cite where it comes from, as a footnote[^name]"),
    "SMAC601": _error("Certification names an unknown course", "correct the id, or remove it"),
    "SMAC602": _warning("Policy over one page", "shorten it; move examples into the courses"),
    "SMAC603": _warning("Program without an owner", "add to program.yml: owner: Who answers for it"),
    "SMAC604": _warning("Program without a contact", "add to program.yml: contacts: {help: help@example.com}"),
    "SMAC605": _warning("Pass mark that is not the one that was set", "change pass_percent of the exam, or cut_score"),
    "SMAC611": _error(
        "Translation without an original", "write the id of the original under translates: in course.yml"
    ),
    "SMAC612": _warning(
        "Translation that is not whole", "translate what is missing, under the same id", blocks_release=True
    ),
    "SMAC613": _warning(
        "Translation out of date", "compare it with the original, then type: smac translated", blocks_release=True
    ),
    "SMAC701": _error("Progress does not fit into the LMS", "split the course: see 'State' in docs/how-it-works.md"),
    "SMAC702": _warning("Lesson too long for a phone", "split the lesson"),
    "SMAC703": _warning("Title too long for a list", "shorten it: LMSs cut it in their lists"),
    "SMAC704": _error(
        "Key that this format cannot keep", "build for Open edX, or write grading: deter; see 'Who grades' in the guide"
    ),
    "SMAC705": _warning(
        "Progress too large for SCORM 1.2", "build for SCORM 2004 only, write structure: modules, or split the course"
    ),
    "SMAC706": _warning("Exam that opens before its lessons", "write sequencing: full, or opens: any-time in the exam"),
    "SMAC707": _error("Sequencing that this LMS cannot import", "remove sequencing: full, or choose another lms:"),
    "SMAC709": _warning("Format that this LMS does not take", "build one that it takes, or choose another lms:"),
    "SMAC708": _warning("Modules apart in an LMS that needs one SCO", "remove structure: modules"),
    "SMAC801": _warning("Long sentence", "make two sentences of it"),
    "SMAC802": _warning("Hard to read", "use shorter sentences and everyday words"),
    "SMAC803": _warning("Minutes that do not fit the text", "correct minutes:, or split the module"),
    "SMAC804": _warning(
        "Language that the player does not speak", "its buttons are English; choose another language, or translate them"
    ),
    "SMAC901": _error("Zip that cannot be read", "make the zip again, without a password, with deflate"),
    "SMAC902": _error(
        "Path that leads out of the package", "make the zip again from inside the folder of the manifest"
    ),
    "SMAC903": _error("Package too large to be looked at", "split the package, or take out what is not needed"),
    "SMAC904": _error(
        "No manifest at the top", "zip the files in the folder, not the folder, and name it imsmanifest.xml"
    ),
    "SMAC905": _error("Two files at one path", "make the zip again; keep one of the two"),
    "SMAC906": _warning("File name that not every LMS can unpack", "use letters, digits, '.', '-' and '_'"),
    "SMAC907": _warning("Zip of an unusual form", "zip with deflate, without zip64 and without encryption"),
    "SMAC908": _warning("File type that LMSs refuse", "rename the file, for example to .txt"),
    "SMAC910": _error("Manifest that is not XML", "correct it at this place; an XML editor shows what is missing"),
    "SMAC911": _error("Manifest with entities of its own", "write the characters themselves, and remove the DOCTYPE"),
    "SMAC912": _error("Not a manifest that is known", "begin with the element and the namespace of the standard"),
    "SMAC913": _error("Version of SCORM that is not understood", "write 1.2, 2004 3rd Edition or 2004 4th Edition"),
    "SMAC914": _warning(
        "Version of SCORM not named, or old", "make the package again as SCORM 1.2 or SCORM 2004 3rd Edition"
    ),
    "SMAC920": _error("Element that may not stand here", "remove it, or move it to where the standard has it"),
    "SMAC921": _error("Elements in the wrong order", "bring them into the order of the standard"),
    "SMAC922": _error("Element missing", "add it"),
    "SMAC923": _error("Element too often", "keep one"),
    "SMAC924": _error("Attribute missing", "add it"),
    "SMAC925": _error("Attribute that may not stand here", "remove it"),
    "SMAC926": _error(
        "Value that the standard does not allow",
        "correct it; if a program wrote it from a title, change the title there",
    ),
    "SMAC927": _error("Text between elements", "remove it, or put it into the element that it belongs to"),
    "SMAC930": _error("Identifier that stands twice", "give each its own"),
    "SMAC931": _error("Reference to what is not there", "correct the identifier"),
    "SMAC932": _error("File that is not in the package", "add the file, or correct its path; case counts"),
    "SMAC933": _warning("File that the manifest does not list", "list it as <file> of a resource, or leave it out"),
    "SMAC934": _error(
        "Item that cannot be launched", "let every item without items in it name a resource with an href"
    ),
    "SMAC935": _error("Resource without its kind", "say whether it is a sco or an asset"),
    "SMAC936": _warning("Course that reports nothing", "make it a sco, if its score or completion matters"),
    "SMAC937": _warning("Content on another computer", "put everything into the package"),
    "SMAC938": _warning("Title too long", "keep titles below 200 characters"),
    "SMAC940": _error("Part of a later edition", "build for the 4th Edition, or leave it out"),
    "SMAC941": _error(
        "Objective used against the rules", "let each objective be written once, and name it where it is used"
    ),
    "SMAC950": _warning("What Moodle cannot import", "leave out mapInfo, or do not use this package in Moodle"),
    "SMAC951": _warning(
        "Completion that the LMS decides", "add deliveryControls with completionSetByContent and objectiveSetByContent"
    ),
    "SMAC952": _warning("Several SCOs in SCORM 2004", "put everything into one SCO for Moodle"),
    "SMAC953": _warning("Prefix that is not the usual one", "use the prefixes adlcp, adlseq, adlnav and imsss"),
    "SMAC954": _warning(
        "Control documents missing", "add the XML Schemas of the standard, and name them in schemaLocation"
    ),
    "SMAC955": _error("Nothing talks to the LMS", "load the script that finds the API and calls it"),
    "SMAC956": _warning(
        "Objective that nobody writes", "correct targetObjectiveID: it must be one that another item writes"
    ),
    "SMAC960": Finding("note", "Legal, and seldom understood", "nothing, if your LMS can do it"),
    "SMAC961": _error("Address that cannot be launched", "name a file of the package, or a page with https://"),
    "SMAC962": _warning("Address that some players do not find", "name the file as it is, without # and without %"),
    "SMAC963": _error("Extension without its schema", "put the XML Schema of these elements into the package"),
    "SMAC964": _error("Not one activity to launch", "give exactly one <activity> a <launch>"),
    "SMAC970": _error("Not a course for Open edX", "pack the folder that holds course.xml, as tar.gz"),
    "SMAC971": _error("File that the course names and does not have", "add the file, or take the pointer to it out"),
    "SMAC972": _error("XML that Open edX drops", "make it well-formed, with numbers for entities of HTML"),
    "SMAC973": _error("Name of a block that is missing or used twice", "give each block a url_name of its own"),
    "SMAC974": _error("Block that Open edX does not read", "write it as the importer expects it"),
    "SMAC975": _error("Grading policy that does not fit", "list every format with its weight; the weights add up to 1"),
    "SMAC976": _warning("Block that is not known here", "see that the platform has it: learners see nothing of others"),
}
