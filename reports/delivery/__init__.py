"""E-mail, files, notifications: take a finished message, know nothing of deals."""
