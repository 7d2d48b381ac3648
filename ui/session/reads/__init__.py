"""What a page reads of a store, kept for as long as the store stays as it is."""
