"""The engine: reads checkpoint stores, diffs state, walks time, runs graphs in a worker. Knows nothing of Streamlit."""
