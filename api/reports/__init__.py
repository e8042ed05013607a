"""Reports: gathered from the ledger, built as values, laid out in every form and language."""
