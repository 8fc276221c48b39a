"""Who calls the API: the push token of a source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission

from assessments.services import receiving

if TYPE_CHECKING:
    from drf_spectacular.openapi import AutoSchema
    from rest_framework.request import Request
    from rest_framework.views import APIView


class SourceToken(BaseAuthentication):
    """`Authorization: Bearer <push token>`; no session, so no CSRF token either."""

    def authenticate(
        self, request: Request
    ) -> tuple[AnonymousUser, receiving.Pushed] | None:
        """Return the source that the token opens."""
        scheme, _space, token = (
            get_authorization_header(request).decode("latin-1").partition(" ")
        )
        if scheme.lower() != "bearer":
            return None
        source = receiving.opened_by(token=token.strip())
        if source is None:
            raise AuthenticationFailed(
                _("This token opens no source: make a new one on the source's page.")
            )
        return AnonymousUser(), source

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002  # the base's signature
        """Answer 401, not 403, where no token came."""
        return 'Bearer realm="events"'


class OpensSource(BasePermission):
    """The request carries the token of a source."""

    message = _("Send the push token of a source as `Authorization: Bearer …`.")

    def has_permission(self, request: Request, view: APIView) -> bool:  # noqa: ARG002  # the base's signature
        """Say whether a token opened a source."""
        return isinstance(request.auth, receiving.Pushed)


class SourceTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # the library registers subclasses in an untyped hook
    """How the token is told of in the schema."""

    target_class = "assessments.api.authentication.SourceToken"
    name = "sourceToken"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:  # noqa: ARG002  # the base's signature
        """Return the OpenAPI security scheme."""
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "The push token of one source, made on the source's page.",
        }
