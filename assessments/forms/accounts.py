"""The form of signing in."""

from __future__ import annotations

from allauth.account.forms import LoginForm
from django.conf import settings
from django.utils.translation import gettext_lazy as _

_SENDS_NO_MAIL = "django.core.mail.backends.console.EmailBackend"


class SignIn(LoginForm):  # type: ignore[misc]  # allauth is untyped
    """Signing in, in our words; a link to reset by mail only where mail is sent."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
        self.fields["login"].label = _("User name or e-mail")
        self.fields["remember"].label = _("Stay signed in on this device")
        if settings.EMAIL_BACKEND == _SENDS_NO_MAIL:
            self.fields["password"].help_text = ""
