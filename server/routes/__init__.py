"""What each address answers: parse, authorise, call, render."""
