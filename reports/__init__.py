"""From domain objects to HTML, e-mail and web pages."""
