"""The steps of intake, one file each, in the order of `worker.pipeline.stages`."""
