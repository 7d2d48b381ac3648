"""The parts of a page: each draws one thing from its data, with Streamlit elements."""
