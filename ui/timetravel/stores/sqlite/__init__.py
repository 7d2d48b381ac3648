"""SQLite files with LangGraph's tables."""
