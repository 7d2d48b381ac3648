"""Runs graphs on a LangGraph server."""
