"""Who may use the app: the gate before every request and WebSocket."""
