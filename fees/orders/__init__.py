"""What the payee is ordered to do: put its fees right, and give back what it took."""
