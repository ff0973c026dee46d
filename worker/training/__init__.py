"""Train topic models (needs `requirements/train.txt`; the worker itself never imports this)."""
