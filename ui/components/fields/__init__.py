"""Inputs for values, made from the schemas that describe them."""
