"""
Replay: a bounded range of the raw topics through the same pipeline.

`bounds` says what a run reads, `merge` gives the records in one order that does not depend on timing, `manifest` remembers how far a
run has come, `run` does the work: into the live desk, or isolated with a desk and topics of its own; `diff` compares.
"""
