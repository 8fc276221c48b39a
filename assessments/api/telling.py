"""How an operation is told of in OpenAPI: its answers, its refusals, its examples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse

from assessments.api.serializers.base import Problem, Refused, Wrong

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from assessments.api.serializers.base import Plain

_PROBLEMS = {
    401: "Nobody is known: send a token, or sign in.",
    403: "You are a member, but your role, or your token, does not allow this.",
    404: "No such thing in a workspace of yours.",
}
READING: dict[int, OpenApiResponse] = {
    400: OpenApiResponse(Wrong, description="A filter or the body cannot be read."),
    **{
        status: OpenApiResponse(Problem, description=why)
        for status, why in _PROBLEMS.items()
    },
}
WRITING: dict[int, OpenApiResponse] = {
    **READING,
    409: OpenApiResponse(
        Refused, description="It cannot be done as things stand; the sentence says why."
    ),
    422: OpenApiResponse(
        Wrong, description="What was sent cannot be; the sentence says what to change."
    ),
}
_REFUSED: dict[int, tuple[str, object]] = {
    400: (
        "A cursor of another list",
        {
            "field": "cursor",
            "sentence": "Not a cursor of this list: take it from `next`.",
        },
    ),
    401: (
        "Nobody is known",
        {"detail": "Sign in, or send an API token as `Authorization: Bearer …`."},
    ),
    403: (
        "Not allowed",
        {"detail": "Your role does not allow this: ask a lead of the workspace."},
    ),
    404: ("Not found", {"detail": "Not found."}),
    409: (
        "Not now",
        {"sentence": "This cycle is locked: its answers can no longer be changed."},
    ),
    422: (
        "A field cannot be so",
        {"field": "title", "sentence": "Give it a title."},
    ),
}
CURSOR = OpenApiParameter(
    "cursor",
    OpenApiTypes.STR,
    description="From `next` of the page before; opaque.",
)


def is_write(method: Callable[..., Any]) -> bool:
    """Say whether a method changes something, by its name."""
    return method.__name__ != "get"


def answers(
    gives: type[Plain] | Mapping[tuple[int, str], Any] | None,
    *,
    status: int,
    many: bool,
    writes: bool,
) -> dict[Any, Any]:
    """Return every answer of an operation."""
    refusals = WRITING if writes else READING
    if gives is None:
        return {204: OpenApiResponse(description="Done."), **refusals}
    if isinstance(gives, type):
        return {status: gives(many=many) if many else gives, **refusals}
    return {**gives, **refusals}


def examples(
    *, sent: object, told: object, status: int, writes: bool
) -> list[OpenApiExample]:
    """Return what is sent and answered, and what each refusal looks like."""
    found = []
    if sent is not None:
        found.append(OpenApiExample("Sent", value=sent, request_only=True))
    # Of a list, each row is an example of its own: the description makes lists of them.
    rows = told if isinstance(told, list) else [] if told is None else [told]
    for number, one in enumerate(rows, start=1):
        name = "Answered" if number == 1 else f"Answered {number}"
        found.append(
            OpenApiExample(
                name, value=one, response_only=True, status_codes=[str(status)]
            )
        )
    refusals = WRITING if writes else READING
    for code in refusals:
        title, value = _REFUSED[code]
        found.append(
            OpenApiExample(
                title, value=value, response_only=True, status_codes=[str(code)]
            )
        )
    return found
