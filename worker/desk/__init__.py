"""
The desk: what an item is to those before it, and where it goes.

Pure: a function of the prepared items in their order. `decide` is the place to read the order of the rules, `memory` holds what
is remembered, `near` finds texts that are alike, `records` writes what is published.
"""
