"""Addresses: admin for staff, the portal for everybody, the API under /api/v1/."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from casework.accounts import oidc
from casework.documents.views import attachment_file, letter_file

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("casework.health")),
    # Browsers ask for it on pages that name no icon: the admin's, and PDFs.
    path("favicon.ico", RedirectView.as_view(url=f"{settings.STATIC_URL}portal/icon.svg")),
    path("admin/", admin.site.urls),
    path("api/v1/", include("complaints.api.urls")),
    path("api/v1/", include("fees.api_urls")),
    path("api/v1/", include("casework.credit.api_urls")),
    path("api/v1/", include("casework.api.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("files/<int:pk>/", attachment_file, name="attachment_file"),
    path("letters/<int:pk>/", letter_file, name="letter_file"),
    path("reports/", include("casework.reports.urls")),
    path("credit/", include("casework.credit.urls")),
    path("fees/", include("fees.urls")),
    path("account/", include("casework.accounts.urls")),
    # Two names that the OpenID Connect library looks for; of its other pages none is reachable.
    path("account/oidc/<str:provider_id>/", oidc.begin, name="openid_connect_login"),
    path("account/oidc/<str:provider_id>/callback/", oidc.callback, name="openid_connect_callback"),
    path("", include("complaints.urls")),
]
handler500 = "casework.api.problems.server_error"
