import AuthServer

await JWKSServer.start()
