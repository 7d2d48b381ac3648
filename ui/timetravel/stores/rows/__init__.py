"""What all stores do alike with the rows that a read returned."""
