"""The settings of the guard, read by casework/settings.py; nothing that reads settings itself may be imported here."""

from __future__ import annotations

from dataclasses import dataclass

from environ import Env

# What one address may send, by the name of the form. Each can be set by GUARD_RATE_<NAME>; empty switches it off.
RATES = {
    "arrears": "20/hour",  # complaints, by the kind of case
    "fee_report": "20/hour",  # reports of fees
    "message": "60/hour",  # what a filer sends later: answers, evidence, new facts
    "subscription": "10/hour",
    "evidence": "300/hour",  # forms that come with files, of whatever kind
    "unproved": "6/hour",  # of these, forms confirmed by hand instead of the calculation
}
# Tests file faster than people; a test of the guard sets its own rate.
TEST_RATE = "100000/hour"
SECONDS = {"min": 60, "hour": 3600, "day": 86_400}


@dataclass(frozen=True)
class Rate:
    """So many within so many seconds."""

    most: int
    seconds: int


@dataclass(frozen=True)
class GuardSettings:
    """What the guard asks for.

    Attributes:
        rates: by the name of the form; what has none is not counted.
        proof_bits: leading zero bits of the proof of work; each one doubles the work, 0 asks for none.
        most_bits: how far the work rises for an address that nears its rate.
        challenge_seconds: how long a page may stay open before its proof is too old.
    """

    rates: dict[str, Rate]
    proof_bits: int
    most_bits: int
    challenge_seconds: int


def guard(env: Env, *, is_test: bool) -> GuardSettings:
    """The GUARD setting.

    Args:
        is_test: raises every rate and asks for no proof where the environment doesn't.
    """
    rates = {
        name: env.str(f"GUARD_RATE_{name.upper()}", default=TEST_RATE if is_test else rate)
        for name, rate in RATES.items()
    }
    bits = env.int("GUARD_PROOF_BITS", default=0 if is_test else 15)
    return GuardSettings(
        rates={name: parsed_rate(text) for name, text in rates.items() if text},
        proof_bits=bits,
        most_bits=max(bits, env.int("GUARD_MOST_BITS", default=20)),
        challenge_seconds=env.int("GUARD_CHALLENGE_SECONDS", default=12 * 3600),
    )


def parsed_rate(text: str) -> Rate:
    """A rate such as 20/hour.

    Raises:
        KeyError: another word than min, hour or day.
    """
    most, _slash, word = text.partition("/")
    return Rate(int(most), SECONDS[word])
