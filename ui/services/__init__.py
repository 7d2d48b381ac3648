"""What all browser tabs of one app share: opened stores, runs, deletions, the app's own files. No Streamlit."""
