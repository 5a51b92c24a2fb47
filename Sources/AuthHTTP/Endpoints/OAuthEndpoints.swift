/// What OAuth clients and resource servers use, but for what a user sees.
package struct OAuthEndpoints: Sendable {
    let token: TokenEndpoint
    let revoke: RevokeEndpoint
    let introspect: IntrospectEndpoint
    let userInfo: UserInfoEndpoint

    /// These endpoints.
    package init(
        token: TokenEndpoint, revoke: RevokeEndpoint, introspect: IntrospectEndpoint, userInfo: UserInfoEndpoint
    ) {
        self.token = token
        self.revoke = revoke
        self.introspect = introspect
        self.userInfo = userInfo
    }
}
