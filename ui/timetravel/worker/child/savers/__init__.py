"""Savers of every kind and LangGraph version: opened, read, and adapted for runs."""
