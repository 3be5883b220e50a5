"""Puts our admin site in the place of Django's; apart from `apps.py`, where Django takes the app's own config."""

from django.contrib.admin.apps import AdminConfig


class StaffAdminConfig(AdminConfig):
    """The admin, with the site that roles open."""

    default_site = "casework.staff_site.StaffSite"
