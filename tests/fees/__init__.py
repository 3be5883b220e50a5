"""Tests of fee catalogues and verdicts."""
