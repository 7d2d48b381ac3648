"""What all components are built on: texts, errors, scripts of the browser."""
