"""
Propose footer rules for a feed: what recurs at the ends of its stories, and today's rules leave in.

Lines are read (`lines`), those of one form are brought together (`mine`), made into rules (`propose`), and the rules are tried on
the feed (`trial`). An editor decides.
"""
