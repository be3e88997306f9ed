"""What Wenbao says of itself and of its archive, and to what no newspaper answers."""
