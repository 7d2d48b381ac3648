"""How worker processes are started: forked from a template, or spawned."""
