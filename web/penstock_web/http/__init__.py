"""The typed layer between HTTP and what answers: declared once, checked and documented from it."""
