"""Objections: marked at once, decided here or forwarded, on clocks."""
