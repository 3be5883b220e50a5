"""The public side of a case, whatever its kind: who may follow it in this browser, and what is shown of its way."""
