"""A row of the form: which label it has in the copy, which of its numbers belongs to which column, and what was read."""
