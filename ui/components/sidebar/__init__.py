"""The sidebar: the store, its threads, and the controls to walk along a thread's branches."""
