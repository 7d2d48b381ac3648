"""What an import of the user's code read and left open, and the processes that stay after it."""
