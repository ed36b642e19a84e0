"""Door to published reports.  Each medium only yields grids of strings; the official labels do the rest."""

from xlplugin.published.importing import read_all_published, read_published

__all__ = ["read_all_published", "read_published"]
