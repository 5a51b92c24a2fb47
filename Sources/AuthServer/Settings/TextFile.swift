import Foundation

/// A file that a person may have written with any editor.
package enum TextFile {
    /// Its text, without the byte order mark and with LF for CR LF, so that a secret is the same whatever wrote it down;
    /// nil where there is none or it is not UTF-8.
    package static func read(_ path: String) -> String? {
        guard let bytes = FileManager.default.contents(atPath: path) else { return nil }
        let text = String(validating: bytes, as: UTF8.self)
        return text.map { text in
            // By scalars: Swift sees CR LF as one character.
            var scalars = text.unicodeScalars
            if scalars.first == "\u{FEFF}" { scalars.removeFirst() }
            return String(scalars).split(omittingEmptySubsequences: false) { $0 == "\r\n" || $0 == "\n" }
                .joined(separator: "\n")
        }
    }
}
