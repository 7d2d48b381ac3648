"""Numbers, times and unusual characters in the form in which a person reads them."""
