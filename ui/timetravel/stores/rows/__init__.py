"""What all stores do alike with rows that a read has brought out."""
