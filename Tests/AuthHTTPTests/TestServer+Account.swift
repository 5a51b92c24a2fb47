import AuthCore
import AuthHTTP
import AuthTestSupport

extension TestServer {
    /// The account's own pages, over the same store and clock.
    static func account(
        _ store: TestStore, hasher: any PasswordHasher, _ log: LoginLog, _ delays: LoginDelays, _ authorize: Authorize,
        _ pages: Pages, _ time: ManualTimeSource
    ) -> AccountEndpoints {
        let account = OwnAccount(store: store, time: time)
        return AccountEndpoints(
            overview: AccountEndpoint(account: account, authorize: authorize, pages: pages),
            password: ChangePasswordPageEndpoint(
                changePassword: ChangePassword(store: store, hasher: hasher, log: log, delays: delays, time: time),
                account: account, pages: pages))
    }
}
