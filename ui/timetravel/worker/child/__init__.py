"""What runs inside the worker process, and nowhere else: it imports LangGraph and the user's code.

Imported by main.py under a private package name, hence the relative imports, which the rest of the project avoids.
"""
