"""Many reports become one roll-up: who filed, what was returned, what was summed.  Pure but for the ledger file."""
