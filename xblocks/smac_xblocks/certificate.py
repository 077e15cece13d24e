"""The XBlock `smac_certificate`: what is still needed for a certificate, and the certificate itself."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from importlib import resources
from typing import Any

from web_fragments.fragment import Fragment
from webob import Request, Response
from xblock.core import XBlock
from xblock.fields import Integer, Scope, String
from xblock.utils.studio_editable import StudioEditableXBlockMixin

from smac_courses.model.languages import direction
from smac_courses.player import bundle
from smac_xblocks.platform import Platform, Standing, platform
from smac_xblocks.requests import Refusal, posted

_MOST_LETTERS = 500


@XBlock.needs("i18n")
@XBlock.wants("user")
class SmacCertificateBlock(StudioEditableXBlockMixin, XBlock):
    """Shows what a learner still needs, then lets the platform issue its certificate."""

    icon_class = "other"
    has_score = False
    show_in_read_only_mode = True

    display_name = String(display_name="Title", default="Certificate", scope=Scope.settings)
    certification = String(
        display_name="Certification",
        help="What the certificate is called, as in program.yml.",
        default="",
        scope=Scope.settings,
    )
    pass_percent = Integer(
        display_name="Pass mark",
        help="In per cent, for the words on the page; the course's grading policy decides.",
        default=80,
        values={"min": 1, "max": 100},
        scope=Scope.settings,
    )
    language = String(display_name="Language", default="en", scope=Scope.settings)
    editable_fields = ("display_name", "certification", "pass_percent", "language")

    def platform(self) -> Platform | None:
        """The platform's grades and certificates, where they can be reached."""
        return platform()

    def student_view(self, context: dict[str, Any] | None = None) -> Fragment:
        """Where the learner stands."""
        del context
        page = Fragment(
            f'<div class="smac" data-smac-certificate lang="{escape(self.language)}" dir="{direction(self.language)}">'
            f"<h3>{escape(self.display_name)}</h3><div data-standing></div>"
            f'<p class="how" role="status" data-said></p></div>'
        )
        page.add_css(bundle.block_style(".smac"))
        page.add_javascript(resources.files("smac_xblocks").joinpath("static/certificate.js").read_text("utf-8"))
        page.initialize_js("SmacCertificateBlock", self.view())
        return page

    def view(self) -> dict[str, Any]:
        """What may be seen: of this learner alone."""
        locale = bundle.locale(self.language)
        found = self._standing()
        data: dict[str, Any] = {
            "words": locale.certificate,
            "locale": locale.tag,
            "certification": self.certification,
            "passPercent": self.pass_percent,
            "isStaff": self._is_staff(),
            "standing": None,
        }
        if found:
            data["standing"] = {
                "percent": found.percent,
                "isPassed": found.is_passed,
                "status": found.status,
                "url": found.url if found.url.startswith(("/", "https://", "http://")) else "",
                "parts": [
                    {"title": title, "earned": earned, "possible": possible} for title, earned, possible in found.parts
                ],
            }
        return data

    @XBlock.handler
    def standing(self, request: Request, suffix: str = "") -> Response:
        """How things stand now."""
        return posted(request, suffix, lambda body: {"view": self.view()})

    @XBlock.handler
    def issue(self, request: Request, suffix: str = "") -> Response:
        """Ask the platform for the certificate of a course that was passed."""

        def act(body: dict[str, Any]) -> dict[str, Any]:
            del body
            here, user = self._here(), self._user_id()
            found = here.standing(user, self._course_key())
            if not found.is_passed:
                raise Refusal(403, "not passed")
            if found.status == "revoked":
                raise Refusal(403, "revoked")
            if found.status == "none":
                here.issue(user, self._course_key())
            return {"view": self.view()}

        return posted(request, suffix, act)

    @XBlock.handler
    def look(self, request: Request, suffix: str = "") -> Response:
        """For the course team: where a learner stands. `{username}`."""

        def act(body: dict[str, Any]) -> dict[str, Any]:
            username = body.get("username")
            if not isinstance(username, str) or not 0 < len(username) <= _MOST_LETTERS:
                raise Refusal(400, "shape")
            found = self._here().standing_of(username, self._course_key())
            if found is None:
                raise Refusal(404, "nobody")
            return {"percent": found.percent, "isPassed": found.is_passed, "status": found.status}

        return posted(request, suffix, lambda body: self._as_staff(lambda: act(body)))

    @XBlock.handler
    def revoke(self, request: Request, suffix: str = "") -> Response:
        """For the course team: take a learner's certificate back. `{username, reason}`."""

        def act(body: dict[str, Any]) -> dict[str, Any]:
            username, reason = body.get("username"), body.get("reason")
            if not (isinstance(username, str) and username and isinstance(reason, str) and reason.strip()):
                raise Refusal(400, "shape")
            if max(len(username), len(reason)) > _MOST_LETTERS:
                raise Refusal(400, "shape")
            was = self._here().revoke(username, self._course_key(), self._user_id(), reason.strip())
            self.runtime.publish(self, "smac.certificate.revoked", {"username": username, "found": was})
            return {"revoked": was}

        return posted(request, suffix, lambda body: self._as_staff(lambda: act(body)))

    def _as_staff(self, act: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        if not self._is_staff():
            raise Refusal(403, "staff")
        return act()

    def _here(self) -> Platform:
        here = self.platform()
        if here is None:
            raise Refusal(503, "no platform")
        return here

    def _standing(self) -> Standing | None:
        here, user = self.platform(), self._user_id()
        return here.standing(user, self._course_key()) if here and user else None

    def _user_id(self) -> int:
        found = self._of_user("edx-platform.user_id")
        return found if isinstance(found, int) else 0

    def _is_staff(self) -> bool:
        return bool(self._of_user("edx-platform.user_is_staff"))

    def _of_user(self, name: str) -> Any:
        service = self.runtime.service(self, "user")
        user = service.get_current_user() if service else None
        return user.opt_attrs.get(name) if user else None

    def _course_key(self) -> Any:
        return getattr(self.scope_ids.usage_id, "course_key", None)
