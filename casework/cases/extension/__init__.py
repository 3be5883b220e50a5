"""More time for a clock: a caseworker asks, the head of the department decides."""
