"""What may be deleted from a store: chosen, seen before, deleted."""
