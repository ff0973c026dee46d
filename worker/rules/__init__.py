"""Rules as data: footers, distributors, providers, regions, topics, routes. The only code is the loader."""
