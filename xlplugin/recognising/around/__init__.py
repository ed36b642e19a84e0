"""What is said around the tables: which form, which of several versions, unit, year, date and the prose."""
