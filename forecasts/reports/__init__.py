"""Quarterly reports as frozen values: sentences, tables and figures, made once for all forms."""
