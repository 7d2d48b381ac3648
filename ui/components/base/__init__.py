"""What all components use: safe texts, errors, scripts for the browser."""
