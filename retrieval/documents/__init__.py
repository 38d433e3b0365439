"""A file becomes Documents: text as people see it, the facts it states, and the spans to leave out."""
