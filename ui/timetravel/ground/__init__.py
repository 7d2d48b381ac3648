"""What every other folder of the engine may use: words for numbers and times, secrets, this machine's files, memory,
limits.
"""
