extension String {
    /// Whether it is a value of `Authorization` of this scheme (RFC 9110 §11.1), in letters of either case.
    /// - Parameter scheme: in small letters.
    func isAuthorization(of scheme: String) -> Bool {
        var rest = utf8.makeIterator()
        for wanted in scheme.utf8 {
            guard let found = rest.next(), found == wanted || found == wanted & 0xDF else { return false }
        }
        return rest.next() == UInt8(ascii: " ")
    }
}
