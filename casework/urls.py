"""Addresses: admin for staff, the portal for everybody, the API under /api/v1/."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from casework.documents.views import attachment_file, letter_file

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("casework.health")),
    path("admin/", admin.site.urls),
    path("api/v1/", include("complaints.api.urls")),
    path("api/v1/", include("casework.api.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("files/<int:pk>/", attachment_file, name="attachment_file"),
    path("letters/<int:pk>/", letter_file, name="letter_file"),
    path("", include("complaints.urls")),
]
handler500 = "casework.api.problems.server_error"
