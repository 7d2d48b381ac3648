"""What all sessions of one app share: opened stores, runs, deletions, the app's own files. No Streamlit."""
