"""
What the chaos run does not do: disk, network, clock, memory and topics, hurt one after another: `python -m bench.faults`.

`scenes` are the faults, each on a broker of its own with a fleet that is looked after as a service manager would (`fleet`): what ends is
started again. Behind each the oracle judges all that was published, as behind a chaos run.
"""
