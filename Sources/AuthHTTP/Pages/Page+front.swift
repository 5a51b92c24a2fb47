extension Page {
    /// The first page: what this server is, and the three requests to begin with.
    static func front(_ issuer: IssuerIdentifier) -> Page {
        Page(title: "jwks-server", style: style, main: main(issuer))
    }

    private static func main(_ issuer: IssuerIdentifier) -> HTML {
        """
        <h1>jwks-server</h1>
        <p>This server registers users, checks their passwords and issues JSON Web Tokens. It publishes the keys with which
        any other service verifies them.</p>
        <h2>Open an account</h2>
        <pre tabindex="0"><code>curl \(issuer.origin)/register -H 'Content-Type: application/json' \\
          -d '{"username":"alice","email":"alice@example.com"}'</code></pre>
        <p>The answer is its password, shown this once.</p>
        <h2>Get a token</h2>
        <pre tabindex="0"><code>curl \(issuer.origin)/auth -H 'Content-Type: application/json' \\
          -d '{"username":"alice","password":"PASSWORD"}'</code></pre>
        <h2>Fetch the keys</h2>
        <pre tabindex="0"><code>curl \(issuer.keySetURI)</code></pre>
        <p>Tokens are issued by <code>\(issuer.text)</code>.</p>
        """
    }

    // Both colour schemes come from the browser; only the blocks of code have a shade of their own.
    private static let style: HTML = """
        body{margin:0;font:1rem/1.5 system-ui,sans-serif}
        main{max-width:48rem;margin:0 auto;padding:2rem 1rem}
        h1{font-size:1.6rem;margin:0}
        h2{font-size:1.1rem;margin:1.5rem 0 .5rem}
        pre{margin:0;padding:.75rem;overflow-x:auto;border-radius:.4rem;background:rgb(128 128 128/.15)}
        code{font:.9rem/1.5 ui-monospace,monospace}
        """
}
