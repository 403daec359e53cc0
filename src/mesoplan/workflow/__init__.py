"""The calls that the command line, the web app and a notebook all use."""
