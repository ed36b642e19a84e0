"""Where the official labels stand in a document: one stream of text, every label in it, and what stands behind each."""
