"""Commands given by several clients at the same moment, each on its own connection."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection

from casework.cases.errors import CaseError


def at_once(*commands: Callable[[], Any]) -> list[Any]:
    """Run the commands in threads that start together; an error of ours is a result too."""
    barrier = Barrier(len(commands))

    def run(command: Callable[[], Any]) -> Any:
        try:
            barrier.wait(timeout=30)
            return command()
        except CaseError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(commands)) as pool:
        return list(pool.map(run, commands))


def errors(results: list[Any]) -> list[type]:
    """The kinds of refusals among them."""
    return [type(result) for result in results if isinstance(result, CaseError)]
