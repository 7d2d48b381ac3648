"""Threads of a LangGraph server."""
