"""What every room stands on: words for numbers and times, secrets, this machine's files, memory and limits."""
