"""Forms made from JSON schemas: their fields, their values, and whether the values fit."""
