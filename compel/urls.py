"""Addresses of the whole site."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

# One way to sign in: the look-up pages of staff ask for the second factor too.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("", include("assessments.urls")),
]
handler400 = "assessments.views.errors.unreadable"
handler500 = "assessments.views.errors.broken"
