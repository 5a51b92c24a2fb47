extension Collection<UInt8> {
    /// Whether it is `wanted`, which is in small letters, in letters of either case (ASCII).
    func equalsIgnoringCase(_ wanted: some Sequence<UInt8>) -> Bool {
        elementsEqual(wanted) { $0 == $1 || (0x41...0x5A).contains($0) && $0 | 0x20 == $1 }
    }
}
