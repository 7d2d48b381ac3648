"""Beside the screens: the store, its threads, the way through the time of one."""
