"""One-time codes: six digits, ten minutes, five tries, one use, only in the browser that asked.

Whether an address has an account is told to nobody: a code is sent to whoever asks, and its use begins the account.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta
from hashlib import sha256

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.accounts.addresses import masked
from casework.accounts.models import OneTimeCode, SignInAddress, Way
from casework.cases.errors import InvalidInput
from casework.cases.outbox import outbox_put
from casework.parties.models import User

CHANNEL = "account_code"
VALID = timedelta(minutes=10)
MOST_TRIES = 5
# For one address, known or not: six codes of five tries an hour are 30 guesses at a million.
MOST_ASKED, ASKED_WITHIN = 6, timedelta(hours=1)
KEPT = timedelta(days=1)


def code_of(key: str) -> str:
    """The six digits, from what is stored and the server's FILING_KEY."""
    digest = hmac.new(settings.FILING_KEY.encode(), f"one-time-code|{key}".encode(), sha256).digest()
    return f"{int.from_bytes(digest[:8], 'big') % 1_000_000:06d}"


def _hash(key: str, code: str) -> str:
    # Without the server's key a million codes could be tried against a stolen table at once.
    return hmac.new(settings.FILING_KEY.encode(), f"one-time-code-hash|{key}|{code}".encode(), sha256).hexdigest()


def code_ask(*, way: Way, value: str, user: User | None = None) -> OneTimeCode:
    """Make a code for an address and have it sent; earlier ones that this account or nobody asked for stay valid.

    Args:
        value: in the form of `clean_address`.
        user: who wants the address as its own; None for signing in.
    Raises:
        InvalidInput: too many were asked for this address within the hour.
    """
    now, key = timezone.now(), secrets.token_urlsafe(24)
    with transaction.atomic():
        _one_at_a_time(f"{way}|{value}")
        asked = OneTimeCode.objects.filter(way=way, value=value, made_at__gt=now - ASKED_WITHIN)
        if asked.count() >= MOST_ASKED:
            raise InvalidInput({"address": [_("Many codes were sent to this address. Wait an hour, then ask again.")]})
        row = OneTimeCode.objects.create(
            key=key, way=way, value=value, user=user, code_hash=_hash(key, code_of(key)),
            made_at=now, expires_at=now + VALID,
        )  # fmt: skip
        # The digits are derived as the message leaves: no table holds them.
        outbox_put(channel=CHANNEL, key=f"account-code-{row.pk}-{key[:8]}", payload={"code": row.pk})
    return row


def _one_at_a_time(name: str) -> None:
    """Two requests for one address wait for each other, though there is no row to lock yet."""
    number = int.from_bytes(sha256(f"accounts|{name}".encode()).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])


def code_use(*, key: str, typed: str, user: User | None = None) -> OneTimeCode:
    """Use a code, once. A wrong try counts even though it is refused.

    Args:
        key: what the browser that asked was given.
        user: the one who asked for it; None for signing in.
    Raises:
        InvalidInput: for `code`; wrong, used, too old or tried too often.
    """
    with transaction.atomic():
        row = OneTimeCode.objects.select_for_update().filter(key=key, user=user).first()
        fault = _fault(row, "".join(typed.split()))
        if row is not None:
            row.tries += 1
            row.used_at = row.used_at or (None if fault else timezone.now())
            row.save(update_fields=["tries", "used_at"])
    if fault or row is None:
        raise InvalidInput({"code": [fault]})
    return row


def _fault(row: OneTimeCode | None, typed: str) -> str:
    if row is None or row.used_at or row.tries >= MOST_TRIES or timezone.now() >= row.expires_at:
        return _(
            "This code is no longer valid: it was used, is older than 10 minutes, or was tried too often. Ask anew."
        )
    if not hmac.compare_digest(row.code_hash, _hash(row.key, typed)):
        left = MOST_TRIES - row.tries - 1
        return _("The code is not right. Look at the newest message; tries left: %(left)s.") % {"left": left}
    return ""


def account_of(*, code: OneTimeCode) -> User:
    """The account of the address that a used code proved; a new one where the address had none.

    It never finds a staff user: those have no sign-in address, whatever e-mail stands in their row.

    Raises:
        InvalidInput: the account was closed by the administration.
    """
    assert code.used_at is not None and code.user_id is None
    with transaction.atomic():
        _one_at_a_time(f"{code.way}|{code.value}")
        known = SignInAddress.objects.select_related("user").filter(way=code.way, value=code.value).first()
        if known is None:
            user = account_begin(display_name=masked(code.way, code.value))
            address_keep(user=user, way=code.way, value=code.value)
            return user
    if not known.user.is_active or known.user.is_staff:
        raise InvalidInput({"code": [_("This account is closed. Write to the receiving department.")]})
    return known.user


def account_begin(*, display_name: str) -> User:
    """A new account: without password, role or access to the administration."""
    user = User(username=f"account-{secrets.token_hex(8)}", display_name=display_name[:60])
    user.set_unusable_password()
    user.save()
    return user


def address_keep(*, user: User, way: str, value: str) -> None:
    """Make a proved address the account's own, in the place of the one before it.

    Raises:
        InvalidInput: it is another account's.
    """
    with transaction.atomic():
        _one_at_a_time(f"{way}|{value}")
        if SignInAddress.objects.filter(way=way, value=value).exclude(user=user).exists():
            raise InvalidInput(
                {"code": [_("This address belongs to another account. Sign in there and delete it first.")]}
            )
        SignInAddress.objects.update_or_create(
            user=user, way=way, defaults={"value": value, "proved_at": timezone.now()}
        )
        setattr(user, way, value)
        user.save(update_fields=[way])


def codes_purge() -> int:
    """Delete codes that nobody can use any more; they hold addresses.

    Returns:
        how many went.
    """
    removed, _rows = OneTimeCode.objects.filter(expires_at__lt=timezone.now() - KEPT).delete()
    return removed
