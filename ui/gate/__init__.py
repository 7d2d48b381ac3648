"""Decides who may use the app: the gate that every request and WebSocket passes first."""
