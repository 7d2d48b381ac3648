"""Forms that schemas describe: their values, and whether these fit."""
