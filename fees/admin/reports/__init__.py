"""The caseworker's side of the fee report: queue, case page, one form for each action, registration."""
