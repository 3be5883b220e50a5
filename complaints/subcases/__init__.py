"""Side matters with their own clocks, whose result flows back: disputes about size, confirmation of receivables."""
