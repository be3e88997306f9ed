"""ROOM 3: chat in the browser, command line. Everything it says comes from the qa room."""
