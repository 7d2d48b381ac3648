"""Sample graphs. langgraph.json lists them; the debugger loads them as it loads anybody's."""
