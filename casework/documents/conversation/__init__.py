"""What the one who filed a case and the department write to each other beside letters and moves."""
