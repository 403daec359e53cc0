"""Landmarks of a face: pages in a browser, the server on this machine behind them."""
