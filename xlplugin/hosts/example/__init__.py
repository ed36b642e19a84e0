"""The bundled example county."""
