"""The frame of every operation in a workspace: who may, what came, what goes back."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import wraps
from typing import TYPE_CHECKING, Any, NoReturn, cast
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import status as http
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import (
    APIException,
    NotAuthenticated,
    ParseError,
    PermissionDenied,
    ValidationError,
)
from rest_framework.parsers import JSONParser
from rest_framework.permissions import SAFE_METHODS
from rest_framework.response import Response
from rest_framework.views import APIView

from assessments.api import telling
from assessments.api.tokens import Known, MemberToken
from assessments.queries import cycles, members
from assessments.services import api_tokens
from assessments.services.refusals import Refusal, Unfit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date, datetime, tzinfo

    from django.contrib.auth.models import User
    from drf_spectacular.utils import OpenApiParameter
    from rest_framework.parsers import BaseParser
    from rest_framework.request import Request

    from assessments import access
    from assessments.api.serializers.base import Plain
    from assessments.queries.members import Membership

SIZE = 50
Given = dict[str, Any]


class TooMuch(APIException):
    """A body is larger than what is taken; nothing of it was read."""

    status_code = http.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = "This is larger than what is taken at once: send less."


class Room(APIView):
    """Operations in one workspace; everybody else's answers 404."""

    authentication_classes = (MemberToken, SessionAuthentication)
    permission_classes = (Known,)
    parser_classes: Sequence[type[BaseParser]] = (JSONParser,)
    me: Membership
    now: datetime

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Find the membership, or say that there is no such workspace or cycle."""
        super().initial(request, *args, **kwargs)
        slug, cycle_id = kwargs["workspace_slug"], kwargs.get("cycle_id")
        opened: object = request.auth
        if isinstance(opened, api_tokens.Opened) and opened.workspace_slug != slug:
            raise Http404
        me = self._membership(slug, cycle_id)
        if me is None:
            raise Http404
        self.me = me
        self.now = timezone.now()

    @property
    def user(self) -> User:
        """Who asks."""
        return cast("User", self.request.user)  # `Known` lets nobody else in

    @property
    def zone(self) -> tzinfo:
        """The workspace's time zone."""
        return ZoneInfo(self.me.time_zone)

    @property
    def today(self) -> date:
        """The day that it is in the workspace."""
        return self.now.astimezone(self.zone).date()

    def admit(self, verb: access.Verb, *, somewhere: bool = False) -> None:
        """Let those go on who may do this here, or anywhere if that is enough."""
        opened: object = self.request.auth
        if (
            isinstance(opened, api_tokens.Opened)
            and not opened.writes
            and self.request.method not in SAFE_METHODS
        ):
            raise PermissionDenied(
                _("This token only reads: make one that reads and writes.")
            )
        if not (
            self.me.may(verb) or (somewhere and self.me.standing.may_somewhere(verb))
        ):
            raise self.denied()

    def denied(self) -> PermissionDenied:
        """Return what a member is told who may not do this."""
        return PermissionDenied(
            _("Your role does not allow this: ask a lead of the workspace.")
        )

    def at(self, cycle_id: int) -> Membership:
        """Return who asks, at a cycle that the body names; 404 if there is none."""
        me = self._membership(self.me.workspace_slug, cycle_id)
        if me is None:
            raise Http404
        return me

    def _membership(self, slug: str, cycle_id: int | None) -> Membership | None:
        me = members.membership(
            user_id=self.user.pk, workspace_slug=slug, cycle_id=cycle_id
        )
        if me is None or cycle_id is None:
            return me
        there = cycles.state_of(workspace_id=me.workspace_id, cycle_id=cycle_id)
        return me if there else None

    def admit_at(self, verb: access.Verb, path: str | None) -> None:
        """Let those go on who may do this at a node of this workspace's tree."""
        if path is None:
            raise Http404
        if not self.me.standing.may(verb, at=path):
            raise self.denied()

    def paged(self, rows: Sequence[Any]) -> dict[str, Any]:
        """Return the part of a whole list that the cursor asks for."""
        start = self.after() or 0
        end = start + SIZE
        return self.page(rows[start:end], end if end < len(rows) else None)

    def page(self, rows: Sequence[Any], after: int | None) -> dict[str, Any]:
        """Return rows, and the address that goes on after them."""
        if after is None:
            return {"next": None, "results": rows}
        asked = self.request.query_params.copy()
        asked["cursor"] = urlsafe_b64encode(f"after:{after}".encode()).decode()
        address = f"{self.request.path}?{asked.urlencode()}"
        return {"next": self.request.build_absolute_uri(address), "results": rows}

    def after(self) -> int | None:
        """Read the cursor."""
        cursor = self.request.query_params.get("cursor", "")
        if not cursor:
            return None
        try:
            text = urlsafe_b64decode(cursor.encode()).decode()
            place = int(text.removeprefix("after:"))
        except (ValueError, binascii.Error):
            place = -1
        if not 0 <= place < _MOST:
            raise ValidationError(
                {"cursor": _("Not a cursor of this list: take it from `next`.")}
            )
        return place

    def number(self, name: str) -> int | None:
        """Read a number among the filters."""
        text = self.request.query_params.get(name, "")
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and int(text[:20]) < _MOST):
            raise ValidationError({name: _("Write a number.")})
        return int(text)

    def permission_denied(
        self,
        request: Request,  # noqa: ARG002  # the base's signature
        message: str | None = None,  # noqa: ARG002  # the same
        code: str | None = None,  # noqa: ARG002  # the same
    ) -> NoReturn:
        """Say what to send."""
        raise NotAuthenticated(
            "Sign in, or send an API token as `Authorization: Bearer …`."
        )

    def handle_exception(self, exc: Exception) -> Response:
        """Answer what a service refuses, and what cannot be read, with its sentence."""
        if isinstance(exc, Refusal):
            return refused(exc)
        if isinstance(exc, ValidationError):
            field, sentence = _first(exc.detail)
            return Response({"field": field, "sentence": sentence}, status=400)
        if isinstance(exc, ParseError):
            return Response({"field": "", "sentence": str(exc.detail)}, status=400)
        return super().handle_exception(exc)

    @staticmethod
    def most_bytes() -> int:
        """Return how large a body may be."""
        return int(settings.FORM_MAX_BYTES)

    def read(self, takes: type[Plain]) -> Given:
        """Return what was sent, or say what is wrong with it."""
        size = self.request.META.get("CONTENT_LENGTH") or "0"
        if size.isdecimal() and int(size) > self.most_bytes():
            raise TooMuch
        sent = takes(data=self.request.data, partial=self.request.method == "PATCH")
        if not sent.is_valid():
            raise Unfit(*_first(sent.errors))
        return cast("Given", sent.validated_data)


def refused(refusal: Refusal) -> Response:
    """Return what a service refused: 422 with the field, or 409."""
    field = getattr(refusal, "field_name", None)
    if field is not None:
        said = {"field": field, "sentence": refusal.sentence}
        return Response(said, status=422)
    newest = getattr(refusal, "newest", None)
    more = {} if newest is None else {"newest": newest}
    return Response({"sentence": refusal.sentence, **more}, status=409)


def operation(
    name: str,
    summary: str,
    *,
    needs: access.Verb,
    somewhere: bool = False,
    says: str = "",
    takes: type[Plain] | None = None,
    gives: type[Plain] | Mapping[tuple[int, str], Any] | None = None,
    many: bool = False,
    status: int = 200,
    sent: object = None,
    told: object = None,
    filters: Sequence[OpenApiParameter] = (),
) -> Callable[[Callable[..., Any]], Callable[..., HttpResponseBase]]:
    """Make an operation of a method: permission, body, answer and description.

    `takes` reads the body, which the method gets as `given`; `gives` writes what the
    method returns; `sent` and `told` are examples of the two. Without `gives` there
    is nothing to return: 204. A response that the method made itself stays as it is.
    """

    def wrap(method: Callable[..., Any]) -> Callable[..., HttpResponseBase]:
        @wraps(method)
        def opened(
            self: Room,
            request: Request,  # noqa: ARG001  # the room has it
            workspace_slug: str,  # noqa: ARG001  # the room read it
            **place: Any,
        ) -> HttpResponseBase:
            self.admit(needs, somewhere=somewhere)
            if takes is not None:
                place["given"] = self.read(takes)
            found = method(self, **place)
            if isinstance(found, HttpResponseBase):
                return found
            if not isinstance(gives, type):
                return Response(status=204)
            context = {"request": self.request, "me": self.me, **place}
            return Response(gives(found, many=many, context=context).data, status)

        return cast(
            "Callable[..., HttpResponseBase]",
            extend_schema(
                operation_id=name,
                summary=summary,
                description=says or None,
                tags=[name.split("_")[0]],
                parameters=list(filters),
                request=takes,
                responses=telling.answers(
                    gives, status=status, many=many, writes=telling.is_write(method)
                ),
                examples=telling.examples(
                    sent=sent, told=told, status=status, writes=telling.is_write(method)
                ),
            )(opened),
        )

    return wrap


_MOST = 2**63 - 1


def _first(errors: object, place: str = "") -> tuple[str, str]:
    """Return the first thing that is wrong: where, and in a sentence."""
    if isinstance(errors, dict):
        key, inner = next((key, one) for key, one in errors.items() if one)
        return _first(inner, f"{place}.{key}".removeprefix("."))
    if isinstance(errors, list):
        found = [(at, one) for at, one in enumerate(errors) if one]
        at, inner = found[0]
        deeper = isinstance(inner, dict | list)
        return _first(inner, f"{place}.{at}".removeprefix(".") if deeper else place)
    return place.removesuffix("non_field_errors").removesuffix("."), str(errors)
