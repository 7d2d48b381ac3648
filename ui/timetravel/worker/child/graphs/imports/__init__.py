"""What an import of the user's code did, and the processes that stay with it."""
