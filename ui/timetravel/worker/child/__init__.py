"""What runs inside a worker process, and nowhere else: it imports LangGraph and the user's code.

main.py imports it under a private package name. That is why it uses relative imports, which the rest of the project
avoids.
"""
