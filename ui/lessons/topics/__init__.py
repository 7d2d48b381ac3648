"""One lesson each: its steps, and what must hold in the store at its end."""
