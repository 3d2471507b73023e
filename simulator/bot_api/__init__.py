"""The Bot API over HTTP: `endpoint` takes each request, and `methods` carries it out."""
