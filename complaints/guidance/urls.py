"""Addresses of help and of the statements."""

from django.urls import path

from complaints.guidance import views

urlpatterns = [
    path("help/", views.index, name="help"),
    path("help/counting-days/", views.counting_days, name="help_days"),
    path("help/who-is-competent/", views.competent, name="help_competent"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("privacy/", views.privacy, name="privacy"),
]
