"""Numbers that stand together without a space, taken apart where the balances leave one way."""
