"""The time-travel debugger: the command, the screens, and (in `ui.timetravel`) the engine that they use."""
