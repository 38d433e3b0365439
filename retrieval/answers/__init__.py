"""A question and its passages become an Answer whose every statement is proven."""
