"""What staff write while they work on a case, whichever kind it is: notes among themselves, tasks, who has it."""
