"""Runs on a LangGraph server."""
