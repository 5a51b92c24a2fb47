"""The example service, which verifies tokens with the library JWKSVerifier, against the real server."""
