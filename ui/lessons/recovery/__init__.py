"""How runs continue after a failure, a crash, or a question."""
