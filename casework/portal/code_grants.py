"""Pages that a code opens without an account: which rows this browser proved, and how often one may guess.

A session keeps the row's id and the code that it was opened with in hashed form: a renewed code closes it.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac

from casework.headers import client_address

MOST_GRANTS = 20
WINDOW_SECONDS = 15 * 60
TRIES_PER_ADDRESS = 10
TRIES_PER_REFERENCE = 30


@dataclass(frozen=True, slots=True)
class CodeGrants:
    """The grants of one kind of page.

    Attributes:
        session_key: under which the session keeps them.
        salt: keeps marks and counters of this kind from those of others.
    """

    session_key: str
    salt: str

    def grant(self, request: HttpRequest, pk: int, code_hash: str) -> None:
        """Let this browser write for the row; the session gets a new id, as after a login."""
        request.session.cycle_key()
        granted = {**request.session.get(self.session_key, {}), str(pk): self._mark(code_hash)}
        request.session[self.session_key] = dict(list(granted.items())[-MOST_GRANTS:])

    def revoke(self, request: HttpRequest, pk: int) -> None:
        """Forget the row in this browser."""
        granted = request.session.get(self.session_key, {})
        request.session[self.session_key] = {key: mark for key, mark in granted.items() if key != str(pk)}

    def holds(self, request: HttpRequest, pk: int, code_hash: str) -> bool:
        """Whether this browser proved the row's present code."""
        mark = request.session.get(self.session_key, {}).get(str(pk), "")
        return constant_time_compare(mark, self._mark(code_hash))

    def is_blocked(self, request: HttpRequest, reference: str) -> bool:
        """Whether this address has guessed too often.

        A reference that many addresses guess at is closed only to those who already tried wrongly, so that nobody can
        lock its owner out.
        """
        by_address = cache.get(self._key("address", client_address(request)), 0)
        by_reference = cache.get(self._reference_key(reference), 0)
        return by_address >= TRIES_PER_ADDRESS or (by_address > 0 and by_reference >= TRIES_PER_REFERENCE)

    def count_wrong_try(self, request: HttpRequest, reference: str) -> None:
        """Count a wrong code; the 15 minutes run from the last one."""
        for key in (self._key("address", client_address(request)), self._reference_key(reference)):
            cache.set(key, cache.get(key, 0) + 1, WINDOW_SECONDS)

    def _mark(self, code_hash: str) -> str:
        return salted_hmac(f"{self.salt}.session", code_hash).hexdigest()

    def _reference_key(self, reference: str) -> str:
        return self._key("reference", reference.strip().upper())

    def _key(self, kind: str, value: str) -> str:
        # Hashed: neither addresses nor whatever was typed shall stand in the cache.
        return f"{self.session_key}-{kind}-{salted_hmac(self.salt, value).hexdigest()}"
