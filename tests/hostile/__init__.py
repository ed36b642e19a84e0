"""Makers of files that are legal but odd (dialects) and of files that mean harm or are broken (files)."""
