"""Measures the importer and the nodes against recorded cases of another product.

    python -m tests.conformance --cases FOLDER [--json FILE] [--suite NAME] [--only TEXT] [-v]

The cases belong to their authors and stay outside: nothing of them is kept here.
"""
