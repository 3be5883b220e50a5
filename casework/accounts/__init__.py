"""Accounts of enterprises, their firms and their agents. Nobody needs one: a case is filed and followed without."""
