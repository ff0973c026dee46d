"""
Show people what the pipeline did: an item in the terminal, many items on one page.

Everything is read from published records, so that what is shown is what was published. Nothing here decides.
"""
