extension String {
    /// Whether it is a value of `Authorization` of this scheme (RFC 9110 §11.1), in letters of either case.
    /// - Parameter scheme: in small letters.
    func isAuthorization(of scheme: String) -> Bool {
        let found = utf8.prefix(scheme.utf8.count + 1)
        return found.last == UInt8(ascii: " ")
            && found.dropLast().equalsIgnoringCase(scheme.utf8)
    }
}
