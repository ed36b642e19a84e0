"""The tables of one report, with every doubt: row by row, and table four in one line."""
