"""Written forms of questions, evidence and resolutions: for banks, the API and the ledger alike."""
