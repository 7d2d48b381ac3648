"""Which types may be built of a store's bytes, and the refusal of the others."""
