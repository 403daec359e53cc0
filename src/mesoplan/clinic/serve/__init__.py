"""Starting the clinic: migrations, first start, TLS, the server."""
