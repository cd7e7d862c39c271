"""What is wrong: rules over templates, and what they find."""
