"""Lessons: the steps each does with real threads, its texts, and its Python program. No Streamlit."""
