"""Deletes from a store: choose a rule, see a preview, delete."""
