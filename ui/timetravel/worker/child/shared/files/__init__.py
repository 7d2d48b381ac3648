"""What SQLite files and the files of a project are known by, for both sides."""
