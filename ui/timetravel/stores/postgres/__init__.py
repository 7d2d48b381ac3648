"""PostgreSQL databases with LangGraph's tables."""
