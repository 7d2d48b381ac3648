"""Which types may be built from a store's bytes, and the refusal of all others."""
