"""Numbers, times and signs as a person reads them."""
