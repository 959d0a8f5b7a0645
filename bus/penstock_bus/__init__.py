"""The bus contract and its in-memory twin."""
