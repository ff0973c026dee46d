"""
The demonstration: Kafka, the worker and a few sample items, and what became of each, in words for an editor.

`samples/` holds the items and `script.toml`, their order; `samples/expected.json` the row that each must give. `stand` starts
Kafka and the worker as a user would, `live` feeds and gathers, `dry` does the same without Kafka, `rows` puts results into words
and `show` draws them.
"""
