"""Who uses the API: a member's token, or the session of the browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission

from assessments.services import api_tokens

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from drf_spectacular.openapi import AutoSchema
    from rest_framework.request import Request
    from rest_framework.views import APIView


class MemberToken(BaseAuthentication):
    """`Authorization: Bearer <API token>`; no session, so no CSRF token either."""

    def authenticate(self, request: Request) -> tuple[User, api_tokens.Opened] | None:
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
        return opened.user, opened

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002  # the base's signature
        """Answer 401, not 403, where nobody is known."""
        return 'Bearer realm="api"'


class Known(BasePermission):
    """A token or a session says who asks."""

    def has_permission(self, request: Request, view: APIView) -> bool:  # noqa: ARG002  # the base's signature
        """Say whether somebody is known."""
        return bool(request.user.is_authenticated)


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
