"""
Copydesk beside what could be taken instead, on the same broker and input: `python -m bench.peers`.

Each peer is a program of its own, written as its documentation would have it: `aiokafka_loop`, `quix_app`, `bytewax_flow`, and
`streams/Decide.java` for Kafka Streams. There are two tasks:

* `decide`: prepared items of 1,000 bytes, some of them again. Is the key new? Pass the item on to one topic or another, and remember the
  key so that a kill forgets nothing. Copydesk's part is its desk as it is: it also looks for near-duplicates, versions and kills.
* `whole`: raw items to published records, all of Copydesk's pure work called from the peer. What is compared is what lies around it.

`run` starts them in turn and measures, `report` prints the table and draws.
"""
