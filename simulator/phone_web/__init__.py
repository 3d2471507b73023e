"""The people's side over HTTP: the chat page, and what it and tests in other processes ask for."""
