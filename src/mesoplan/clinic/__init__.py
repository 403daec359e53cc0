"""The clinic: a Django project with the record and its web pages. The library never imports it."""
