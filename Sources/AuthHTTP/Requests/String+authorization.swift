extension String {
    /// Whether it is a value of `Authorization` of this scheme (RFC 9110 §11.1), in letters of either case.
    /// - Parameter scheme: in small letters.
    func isAuthorization(of scheme: String) -> Bool {
        let found = utf8.prefix(scheme.utf8.count + 1)
        return found.last == UInt8(ascii: " ")
            && found.dropLast().elementsEqual(scheme.utf8) { $0 == $1 || (0x41...0x5A).contains($0) && $0 | 0x20 == $1 }
    }
}
