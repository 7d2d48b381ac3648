"""Values that a person types, by the schema that describes them."""
