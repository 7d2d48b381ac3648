"""The threads of a LangGraph server, read over its API."""
