import Glibc

/// Where a command's words go, and what it means that they cannot go there.
enum CommandOutput {
    /// Of all lines: they come in their order, however late somebody reads them.
    private static let standardError = LogWriter()

    /// Writes a line to standard error. One that takes nothing does not hold up what the command does: the line waits for
    /// ``end(_:isServer:)`` then.
    static func report(_ line: String) async {
        standardError.write(Array("\(line)\n".utf8))
        await standardError.flush()
    }

    /// Writes lines to standard output, at once.
    /// - Returns: false where they cannot be written.
    @discardableResult
    static func print(_ lines: [String]) -> Bool {
        for line in lines { Swift.print(line) }
        return lines.isEmpty || fflush(nil) == 0
    }

    /// Whether somebody may still read standard output: a pipe has no reader once that is gone.
    static var hasReader: Bool {
        var output = pollfd(fd: STDOUT_FILENO, events: 0, revents: 0)
        return poll(&output, 1, 0) == 0
    }

    /// Ends the process, once all that was reported is written: what a command says last may be all that it says. A server
    /// does not wait for who reads its log. A result that could not be written is a failure, unless its reader wanted no
    /// more of it (`keys list | head -1`).
    static func end(_ code: Int32, isServer: Bool = false) async -> Never {
        var code = code
        if fflush(nil) != 0, errno != EPIPE {
            await report("jwks-server: standard output cannot be written: \(String(cString: strerror(errno)))")
            if code == 0 { code = 1 }
        }
        if !isServer { await standardError.flush(isPatient: true) }
        // Not exit(3): OpenSSL would put its tables away while a thread that closes a connection still reads them.
        _exit(code)
    }
}

extension String {
    /// With each control character, and each that ends a line or turns its direction, as `\u001b`.
    func escapingControlCharacters(exceptLineEnds: Bool = false) -> String {
        var text = ""
        for scalar in unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control where exceptLineEnds && scalar == "\n": text.unicodeScalars.append(scalar)
            case .control, .format, .lineSeparator, .paragraphSeparator:
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
