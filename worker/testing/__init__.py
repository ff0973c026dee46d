"""
What the Kafka tests and the benchmarks share. The worker itself never imports it.

`stories` writes synthetic wire copy, `plant` is a set of topics on a broker with workers to start on it, `process` is one worker to
stop, kill or freeze, `oracle` says whether what was published is what had to be, `hurt` runs a worker with a fault built in.
"""
