"""Exports: every collection as a flat table, as a data package, and as a hub of model output."""
