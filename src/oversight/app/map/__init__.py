"""The Map tab: what the solver says over two parameters of the running policy."""
