"""What a browser sends: read with suspicion, answered in one way."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from webob import Request, Response

from smac_xblocks.sitting import Refused

MOST_BYTES = 100_000
_MOST_PARTS = 100
# Of all parts of an answer together, by the kind of question.
_MOST_LETTERS = {"essay": 20_000, "post-draft": 6_000}
_USUAL_LETTERS = 2_500
# What the rules do not allow, and how HTTP calls that.
_STATUS = {"attempt": 409, "final": 409, "open": 409, "question": 409}


class Refusal(Exception):
    """A request that cannot be meant: `status` of HTTP, and a name for what is wrong."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


def posted(request: Request, suffix: str, act: Callable[[dict[str, Any]], dict[str, Any]]) -> Response:
    """Do what a request asks, and answer with what came of it. Raises nothing for what cannot be meant."""
    try:
        if suffix:
            raise Refusal(404, "suffix")
        return Response(json_body=act(_body_of(request)))
    except Refusal as refusal:
        return Response(json_body={"error": refusal.reason}, status=refusal.status)


def handler(block: Any, request: Request, suffix: str, act: Callable[[dict[str, Any]], dict[str, Any]]) -> Response:
    """Do what a request asks, and answer with what came of it; where that is nothing of its own, with the view.

    A refusal has the view, too: the page can show how things really stand.
    """

    def answered(body: dict[str, Any]) -> dict[str, Any]:
        done = act(body)
        return done if done else {"view": block.view()}

    try:
        return posted(request, suffix, answered)
    except Refused as refused:
        status = _STATUS.get(refused.reason, 403)
        return Response(json_body={"error": refused.reason, "view": block.view()}, status=status)


def _body_of(request: Request) -> dict[str, Any]:
    if request.method != "POST":
        raise Refusal(405, "method")
    if (request.content_length or 0) > MOST_BYTES:
        raise Refusal(413, "size")
    data = request.body_file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise Refusal(413, "size")
    try:
        body = json.loads(data or b"{}")
    except (ValueError, RecursionError):
        raise Refusal(400, "json") from None
    if not isinstance(body, dict):
        raise Refusal(400, "shape")
    return body


def learner_answer(value: Any, kind: str) -> list[str]:
    """An answer to a question of a kind: a list of words. Raises Refusal for anything else."""
    if not isinstance(value, list) or len(value) > _MOST_PARTS:
        raise Refusal(400, "shape")
    if not all(isinstance(one, str) for one in value):
        raise Refusal(400, "shape")
    if sum(map(len, value)) > _MOST_LETTERS.get(kind, _USUAL_LETTERS):
        raise Refusal(400, "size")
    try:
        "".join(value).encode()
    except UnicodeEncodeError:  # half a letter, which no database keeps
        raise Refusal(400, "shape") from None
    return value
