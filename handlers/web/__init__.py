"""Pages for browsers: one module per feature, request -> service -> page."""
