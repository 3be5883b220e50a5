"""Monitoring points: enterprises that report every quarter what they paid to whom (国办函〔2025〕30号, point 2(4))."""
