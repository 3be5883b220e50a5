"""`/healthz`: the process is alive. `/readyz`: it can do its work; 503 with the reasons when it can't.

Rooms add what they need by `register_ready_check`, usually in their AppConfig.ready().
"""

from collections.abc import Callable
from functools import lru_cache

from celery import current_app
from django.db import Error as DatabaseError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError as BrokerError

from casework.checks import ctype_fault

# Returns why it is not ready, in a few words without secrets (the page is public); empty when it is.
ReadyCheck = Callable[[], str]
_checks: dict[str, ReadyCheck] = {}


def register_ready_check(name: str, check: ReadyCheck) -> None:
    """Let `/readyz` also ask `check`; a second registration under the same name replaces the first."""
    _checks[name] = check


def database_fault() -> str:
    """The database answers, and finds Chinese text."""
    return ctype_fault()


@lru_cache(maxsize=1)
def _applied() -> bool:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise LookupError("migrations are not applied")
    return True


def migrations_fault() -> str:
    """All migrations of this code are applied; once they are they stay so for the life of the process."""
    try:
        _applied()
    except LookupError as error:
        return str(error)
    return ""


def broker_fault() -> str:
    """The broker takes a connection."""
    try:
        with current_app.connection_for_write() as broker:
            broker.ensure_connection(max_retries=1, timeout=2)
    except (BrokerError, OSError):
        return "the broker does not answer"
    return ""


def fault_of(check: ReadyCheck) -> str:
    """Ask one check; a database that is away is a reason, not a crash."""
    try:
        return check()
    except DatabaseError:
        return "the database does not answer"


@never_cache
@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    """Alive; asks nobody else, so that a broken database does not get web processes restarted."""
    return JsonResponse({"status": "alive"})


@never_cache
@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    """Ready for requests, or which part is not and why."""
    faults = {name: fault_of(check) for name, check in _checks.items()}
    ready = not any(faults.values())
    body = {
        "status": "ready" if ready else "not ready",
        "checks": {name: fault or "ok" for name, fault in faults.items()},
    }
    return JsonResponse(body, status=200 if ready else 503)


register_ready_check("database", database_fault)
register_ready_check("migrations", migrations_fault)
register_ready_check("broker", broker_fault)

urlpatterns: list[URLPattern] = [path("healthz", healthz, name="healthz"), path("readyz", readyz, name="readyz")]
