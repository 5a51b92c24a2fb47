// jwks-server owns the start of the process and nothing else: what can be tested is in AuthServer, and this must not
// grow.

import AuthServer

ProcessSignals.hold()
JWKSServer.start()
