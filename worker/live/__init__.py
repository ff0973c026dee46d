"""
The live worker: two Faust apps around the pure core.

`consumer` is the only module that touches private parts of Faust and aiokafka. `lane` is one owned partition with its
transactional producer, `lanes` owns them across rebalances, `intake` and `desk` say what a lane does with its records.
"""
