"""One drawing each: data in, Streamlit elements out."""
