"""How the bundled encoder is made. Nothing that runs for a user imports this package."""
