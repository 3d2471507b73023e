"""What the simulator knows: people, chats, messages, files, and what people received."""
