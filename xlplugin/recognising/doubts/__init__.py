"""What makes a number that could be read doubtful: marks, lists, shifted rows, sums; and what a sum makes sure again."""
