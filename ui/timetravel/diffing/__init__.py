"""How `ui.timetravel.diff` works, one part a file. Import from there, not from here."""
