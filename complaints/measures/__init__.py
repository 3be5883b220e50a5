"""What follows silence: supervisory letter, interview, circular, order; and the supervision of departments."""
