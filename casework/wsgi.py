"""The web server's entry; refuses to start on a machine or a database that lacks what the system needs."""

import os

from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "casework.settings")
application = get_wsgi_application()
call_command("check", databases=["default"])
