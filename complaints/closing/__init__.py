"""After the result: satisfaction, new facts, reopening."""
