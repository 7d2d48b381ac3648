"""Lessons: what each does with real threads, its texts, and the same as a Python program. No Streamlit."""
