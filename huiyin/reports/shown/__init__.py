"""Issued reports as people read them: said in a language, set as a page, files and letters."""
