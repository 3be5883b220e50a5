"""Addresses: admin for staff, the portal for everybody, the API under /api/v1/."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("casework.health")),
    path("admin/", admin.site.urls),
]
