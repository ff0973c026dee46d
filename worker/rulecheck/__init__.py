"""
Check rules as an editor needs it: run their examples, and find rules that overlap, never fire, or may not be linear in time.

`worker.rules` reads the files, the stages use them; here they are only looked at.
"""
