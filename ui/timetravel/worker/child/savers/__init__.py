"""Savers: opened, read, adapted, for every LangGraph."""
