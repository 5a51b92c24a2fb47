extension Page {
    /// The first page: what this server is, the three requests to begin with, and how an application logs users in.
    /// - Parameter offersOAuth: whether applications can.
    static func front(_ issuer: IssuerIdentifier, offersOAuth: Bool) -> Page {
        Page(title: "jwks-server", style: style, main: main(issuer, offersOAuth ? applications(issuer) : ""))
    }

    private static func applications(_ issuer: IssuerIdentifier) -> HTML {
        """
        <h2>Log users in to a web app</h2>
        <pre tabindex="0"><code>sudo apt install apache2 libapache2-mod-auth-openidc
        sudo a2enmod auth_openidc proxy_http
        jwks-server clients create "My app" --like mod_auth_openidc --url http://127.0.0.1</code></pre>
        <p>The last line is for whoever operates this server, and prints Apache&#39;s configuration. Any other OpenID Connect
        client needs the issuer below, an id and a secret.</p>
        <p>Users see their browsers and applications, and change their password, at
        <code>\(issuer.origin)/account</code>.</p>
        """
    }

    private static func main(_ issuer: IssuerIdentifier, _ applications: HTML) -> HTML {
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
        \(applications)
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
