"""Events in: `POST /api/v1/events`."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
)
from rest_framework import serializers, status
from rest_framework.exceptions import APIException
from rest_framework.parsers import BaseParser
from rest_framework.response import Response
from rest_framework.views import APIView

from assessments.api.authentication import OpensSource, SourceToken
from assessments.api.serializers.base import Problem
from assessments.services import lines, receiving
from assessments.services.refusals import Refusal
from assessments.tasks import telemetry

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import IO, Any

    from rest_framework.request import Request

_DEPLOYMENT = {
    "kind": "deployment",
    "id": "checkout-1042",
    "service": "checkout",
    "environment": "production",
    "sha": "4f1c0e9",
    "status": "success",
    "started_at": "2026-11-20T09:58:00+01:00",
    "finished_at": "2026-11-20T10:04:00+01:00",
}
_INCIDENT = {
    "kind": "incident",
    "id": "INC-7",
    "service": "checkout",
    "opened_at": "2026-11-20T10:10:00+01:00",
    "resolved_at": None,
    "deployment_id": "checkout-1042",
}


class TooMuch(APIException):
    """The batch is larger than what is taken at once."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE


class Unusable(APIException):
    """The body as a whole cannot be read."""

    status_code = status.HTTP_400_BAD_REQUEST


class Clash(APIException):
    """The Idempotency-Key came with another body before."""

    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY


class NotNow(APIException):
    """The source is paused."""

    status_code = status.HTTP_409_CONFLICT


_ANSWERS: tuple[tuple[type[Refusal], type[APIException]], ...] = (
    (lines.TooLarge, TooMuch),
    (receiving.KeyReused, Clash),
    (receiving.Paused, NotNow),
)


class Whole(BaseParser):
    """Take the body as it is, up to the limit; the service reads the lines."""

    media_type = "*/*"

    def parse(  # type: ignore[override]  # the library takes any value
        self,
        stream: IO[Any],
        media_type: str | None = None,  # noqa: ARG002  # the base's signature
        parser_context: Mapping[str, Any] | None = None,  # noqa: ARG002  # the same
    ) -> bytes:
        """Return the bytes; refuse more than the limit."""
        body: bytes = stream.read(receiving.MOST_BYTES + 1)
        if len(body) > receiving.MOST_BYTES:
            raise TooMuch(
                _(
                    "More than %(most)s MiB: send smaller batches, or pack them with"
                    " gzip."
                )
                % {"most": receiving.MOST_BYTES // 1024**2}
            )
        return body


class RejectedLine(serializers.Serializer[dict[str, object]]):
    """A line that was not stored."""

    line = serializers.IntegerField(
        allow_null=True, help_text="Its number, from 1; null for the file as a whole."
    )
    reason = serializers.CharField()


class Receipt(serializers.Serializer[dict[str, object]]):
    """What became of a batch."""

    stored = serializers.IntegerField(help_text="New events and changed ones.")
    unchanged = serializers.IntegerField(help_text="Events that were known already.")
    rejected = RejectedLine(many=True)


class Events(APIView):
    """The door for events that platforms and pipelines send."""

    authentication_classes = (SourceToken,)
    permission_classes = (OpensSource,)
    parser_classes = (Whole,)

    @extend_schema(
        operation_id="events_send",
        summary="Send a batch of events",
        description=(
            "One JSON object a line, or one array; plain or gzip. CDEvents envelopes"
            " are accepted. Events are upserts by (source, kind, id): sending one again"
            " is harmless. Good lines are stored, bad ones are listed with why.\n\n"
            f"At most {receiving.MOST_BYTES // 1024**2} MiB,"
            f" {receiving.MOST_UNPACKED // 1024**2} MiB after unpacking,"
            f" and {receiving.MOST_LINES} events."
        ),
        parameters=[
            OpenApiParameter(
                "Idempotency-Key",
                OpenApiTypes.STR,
                OpenApiParameter.HEADER,
                description=(
                    "Names this batch, up to 200 characters. The same key with the same"
                    " body gets the first answer again; with another it is refused."
                ),
            )
        ],
        request={
            "application/x-ndjson": OpenApiTypes.STR,
            "application/json": {
                "type": "array",
                "items": {"type": "object", "additionalProperties": True},
            },
        },
        responses={
            200: OpenApiResponse(Receipt, description="Every line was understood."),
            207: OpenApiResponse(Receipt, description="Some lines were rejected."),
            400: OpenApiResponse(Problem, description="The body cannot be read."),
            401: OpenApiResponse(Problem, description="No token, or a wrong one."),
            409: OpenApiResponse(Problem, description="The source is paused."),
            413: OpenApiResponse(Problem, description="The batch is too large."),
            422: OpenApiResponse(Problem, description="The key had another body."),
        },
        examples=[
            OpenApiExample(
                "A deployment and an incident",
                value=[_DEPLOYMENT, _INCIDENT],
                media_type="application/json",
                request_only=True,
            ),
            OpenApiExample(
                "One line rejected",
                value={
                    "stored": 2,
                    "unchanged": 0,
                    "rejected": [{"line": 3, "reason": "status: is missing"}],
                },
                status_codes=["207"],
                response_only=True,
            ),
        ],
    )
    def post(self, request: Request) -> Response:
        """Store a batch of events."""
        key = request.headers.get("Idempotency-Key", "").strip()
        if len(key) > receiving.LONGEST_KEY:
            raise Unusable(
                _("Idempotency-Key: longer than %(most)s characters.")
                % {"most": receiving.LONGEST_KEY}
            )
        source = cast("receiving.Pushed", request.auth)  # by OpensSource
        body: object = request.data  # by Whole, but for an empty body
        try:
            answer = receiving.receive(
                source_id=source.source_id,
                body=body if isinstance(body, bytes) else b"",
                key=key,
                now=timezone.now(),
            )
        except Refusal as refusal:
            raise _answer_to(refusal) from refusal
        # A broker that cannot be reached loses no event: what is late is found.
        transaction.on_commit(
            partial(telemetry.refresh_rollups.delay, source.workspace_id), robust=True
        )
        return Response(
            answer,
            status=status.HTTP_207_MULTI_STATUS
            if answer["rejected"]
            else status.HTTP_200_OK,
        )


def _answer_to(refusal: Refusal) -> APIException:
    for refused, answer in _ANSWERS:
        if isinstance(refusal, refused):
            return answer(refusal.sentence)
    return Unusable(refusal.sentence)
