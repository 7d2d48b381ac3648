"""After a failure, a crash, a question: how runs go on."""
