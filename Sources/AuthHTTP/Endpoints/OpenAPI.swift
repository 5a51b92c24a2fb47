extension Document {
    /// `GET`, `HEAD /openapi.json`: every path in OpenAPI 3.1, the same bytes as the file beside this one. It holds for
    /// every issuer: its server is wherever it was fetched from.
    static func openAPI(longestMaxAge: Duration) -> Document {
        let content = Content(constant: PackageResources.openapi_json, maxAge: longestMaxAge)
        return Document(paths: ["/openapi.json"], origins: .any) { _, _ in content }
    }
}
