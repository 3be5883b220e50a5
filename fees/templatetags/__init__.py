"""What the templates of fees need."""
