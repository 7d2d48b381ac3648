"""One promise of docs/security.md in each module, as its PROMISE, by what it is about."""
