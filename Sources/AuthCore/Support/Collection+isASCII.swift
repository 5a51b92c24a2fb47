extension Collection<UInt8> {
    /// Whether every byte is a character of ASCII. What is more is compared as text only where it has to be: in Unicode a
    /// crafted text takes tens of milliseconds.
    package var isASCII: Bool { allSatisfy { $0 < 0x80 } }
}
