"""A worker that serves requests on a saver of its own."""
