"""The settings of the project, for tests: whatever calls pytest, it is never the demo's or production's data."""

import os
import tempfile

os.environ["CASEWORK_ENV"] = "test"
# Playwright's synchronous API keeps an event loop in the thread that the other tests of this worker run in.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

from casework.settings import *

# Argon2 is slow on purpose; tests log in hundreds of times.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
_folder = tempfile.TemporaryDirectory(prefix="casework-test-")
STORAGES["default"] = embedded.storage_config(f"file://{_folder.name}/files")
EMAIL_FILE_PATH = f"{_folder.name}/mail"
# Each test client would read the names of all static files otherwise.
WHITENOISE_AUTOREFRESH = True
