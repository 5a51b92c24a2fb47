/// Use case: an operator looks at the accounts.
package struct ListUsers: Sendable {
    /// In one unit of work: millions of accounts hold up nobody.
    private static let page = 1_000
    private let store: any Store

    /// Of this store.
    package init(store: any Store) { self.store = store }

    /// Every account, in the order in which they were opened.
    package func callAsFunction() async throws -> [Account] {
        var accounts: [Account] = []
        while true {
            let last = accounts.last?.id ?? .min
            let more = try await store.read { transaction in try transaction.accounts(after: last, limit: Self.page) }
            accounts += more
            if more.count < Self.page { return accounts }
        }
    }

    /// The account of this name, in any of the spellings that a login takes.
    /// - Throws: ``OperatorError/refused(_:)`` when there is none.
    package func account(named username: String) async throws -> Account {
        let found = try await store.read { transaction in
            try transaction.user(named: Username.forms(of: username)).flatMap { try transaction.account($0.id) }
        }
        guard let found else {
            throw OperatorError.refused("there is no user \(username): users list shows those that there are")
        }
        return found
    }
}
