"""A running LangGraph server: the connection to it, and the runs that it does for us."""
