"""From the bytes of a store to plain values, and back."""
