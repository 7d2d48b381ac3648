"""The graphs of each named shape, without a saver, as a server serves them."""

from graphs import NAMES, compiled

globals().update({name: compiled(name) for name in NAMES})
