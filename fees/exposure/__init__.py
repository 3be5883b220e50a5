"""Typical cases of unlawful fees made public (国办函〔2025〕30号, point 2(5))."""
