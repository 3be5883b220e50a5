"""What is claimed, disputed, paid, promised and still owed: always the sum of rows."""
