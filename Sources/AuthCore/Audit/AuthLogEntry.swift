/// One attempt whose password was checked, as `auth_logs` keeps it.
package struct AuthLogEntry: Equatable, Sendable {
    /// The whole client address as text, without port.
    package let clientAddress: String
    /// When the password had been checked.
    package let moment: Timestamp
    /// The account on success, nil on failure.
    package let userID: UserID?

    /// - Parameter userID: of a login that succeeded.
    package init(clientAddress: String, moment: Timestamp, userID: UserID?) {
        self.clientAddress = clientAddress
        self.moment = moment
        self.userID = userID
    }
}
