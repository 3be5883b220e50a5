"""What the calculator takes: wide enough for every real claim, narrow enough for exact arithmetic and short answers."""

from datetime import date
from decimal import Decimal

EARLIEST_DAY, LATEST_DAY = date(2000, 1, 1), date(2099, 12, 31)
LEAST_AMOUNT, AMOUNT_DIGITS = Decimal("0.01"), 16
MOST_TERM_DAYS = 3650
MOST_RATE, RATE_DIGITS, RATE_PLACES = Decimal(100), 7, 4
MOST_PAYMENTS = 200
MOST_DEPOSITS = 20
DAY_COUNTS = (365, 360)
