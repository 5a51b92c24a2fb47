extension Collection<UInt8> {
    /// Whether every byte is a character of ASCII. What is more is compared as text only where it has to be: in Unicode a
    /// crafted text takes tens of milliseconds.
    package var isASCII: Bool {
        // Every byte is looked at, so that many are at once.
        (withContiguousStorageIfAvailable { bytes in bytes.reduce(0) { $0 | $1 } } ?? reduce(0) { $0 | $1 }) < 0x80
    }
}
