"""One hook per HTTP client. A transport knows nothing of providers; it hands over exchanges."""
