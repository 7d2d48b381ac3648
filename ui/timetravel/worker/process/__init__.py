"""How worker processes come to be: forked from a template, or spawned."""
