"""The screens, one page each: layout only."""
