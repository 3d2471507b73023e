"""The phones over HTTP: the chat page, and the addresses that the page and tests in other processes use."""
