"""Importers: markets of other platforms, and files of forecasts, as one kind of record."""
