"""A resident worker, which serves requests on the saver that it holds."""
