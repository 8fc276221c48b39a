"""Who reads the API: a member's token, or the session of the browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import (
    BaseAuthentication,
    SessionAuthentication,
    get_authorization_header,
)
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated
from rest_framework.permissions import BasePermission
from rest_framework.views import APIView

from assessments import access
from assessments.queries import members
from assessments.services import api_tokens

if TYPE_CHECKING:
    from drf_spectacular.openapi import AutoSchema
    from rest_framework.request import Request

    from assessments.queries.members import Membership


class MemberToken(BaseAuthentication):
    """`Authorization: Bearer <API token>`; no session, so no CSRF token either."""

    def authenticate(
        self, request: Request
    ) -> tuple[AnonymousUser, api_tokens.Opened] | None:
        """Return whom the token speaks for."""
        scheme, _, token = (
            get_authorization_header(request).decode("latin-1").partition(" ")
        )
        if scheme.lower() != "bearer":
            return None
        opened = api_tokens.opened_by(token=token.strip(), now=timezone.now())
        if opened is None:
            raise AuthenticationFailed(
                "This token opens nothing: make a new one under “Your API tokens”."
            )
        return AnonymousUser(), opened

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002  # the base's signature
        """Answer 401, not 403, where nobody is known."""
        return 'Bearer realm="api"'


class Known(BasePermission):
    """A token or a session says who asks."""

    def has_permission(self, request: Request, view: APIView) -> bool:  # noqa: ARG002  # the base's signature
        """Say whether somebody is known."""
        return isinstance(request.auth, api_tokens.Opened) or bool(
            request.user.is_authenticated
        )


class MemberTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # the library registers subclasses in an untyped hook
    """How the token is told of in the schema."""

    target_class = "assessments.api.tokens.MemberToken"
    name = "memberToken"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:  # noqa: ARG002  # the base's signature
        """Return the OpenAPI security scheme."""
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A member's API token, made under “Your API tokens”.",
        }


class Room(APIView):
    """A read-only door of one workspace; everybody else's answers 404."""

    authentication_classes = (MemberToken, SessionAuthentication)
    permission_classes = (Known,)
    me: Membership

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Find the membership, or say that there is no such workspace."""
        super().initial(request, *args, **kwargs)
        slug = kwargs["workspace_slug"]
        user_id = self._user_id(slug)
        if user_id is None:
            raise Http404
        me = members.membership(user_id=user_id, workspace_slug=slug)
        if me is None or not access.allows(me.role, access.Verb.READ):
            raise Http404
        self.me = me

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

    def _user_id(self, slug: str) -> int | None:
        """Return who asks; a token opens its own workspace only."""
        opened: object = self.request.auth
        if not isinstance(opened, api_tokens.Opened):
            return self.request.user.pk
        return opened.user_id if opened.workspace_slug == slug else None
