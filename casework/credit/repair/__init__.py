"""Credit repair: asked for with proof, decided on a clock, and what it ends."""
