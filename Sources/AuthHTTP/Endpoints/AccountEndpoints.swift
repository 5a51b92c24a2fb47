/// The account's own pages.
package struct AccountEndpoints: Sendable {
    let overview: AccountEndpoint
    let password: ChangePasswordPageEndpoint

    /// These endpoints.
    package init(overview: AccountEndpoint, password: ChangePasswordPageEndpoint) {
        self.overview = overview
        self.password = password
    }
}
