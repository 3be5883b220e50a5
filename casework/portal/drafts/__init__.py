"""Filings in the making: kept as they are typed, taken up again on another device, gone when filed or forgotten."""
