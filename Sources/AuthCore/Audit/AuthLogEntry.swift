/// One attempt whose password was checked, as `auth_logs` keeps it.
package struct AuthLogEntry: Equatable, Sendable {
    /// The whole client address as text, without port.
    package let clientAddress: String
    package let moment: Timestamp
    /// The account on success, nil on failure.
    package let userID: UserID?

    package init(clientAddress: String, moment: Timestamp, userID: UserID?) {
        self.clientAddress = clientAddress
        self.moment = moment
        self.userID = userID
    }
}
