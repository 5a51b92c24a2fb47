import AuthCore
import AuthHTTP
import Foundation

/// Bodies of requests. Foundation reads them beside us: what we take, it takes with the same texts; what we call malformed,
/// it does not take; what we write of it, we read again.
struct JSONTarget: FuzzTarget {
    let name = "json"
    let longest = 8_192

    let seeds = [
        #"{"username":"bob","email":"bob@example.org"}"#,
        #" { "a" : [1, -2.5e+3, true, false, null, {}] , "b" : "" } "#,
        #"{"":"\"\\\/\b\f\n\r\t\u0041\u00e9\ud83d\udd11"}"#, #"{"username":"é🔑\u2028","password":"\u0000"}"#, "{}",
        "[]", "1",
        #"{"a":{"a":{"a":{"a":[[[[{"a":0}]]]]}}}}"#, #"{"a":1,"b":2,"c":3,"a":4}"#, #"{"a":-0,"b":0.0,"c":1E1}"#,
    ].map { Array($0.utf8) }
    let dictionary = [
        "{", "}", "[", "]", ":", ",", "\"", "\\", "\\u", "\\ud83d", "\\udd11", "\\u0000", "\\n", "true", "false",
        "null",
        "\"a\":1,", ",\"b\":\"x\"", "[[[[[[[[", "]]]]]]]]", "{\"a\":", "-", "0", "1.5", "e5", "\u{FEFF}", "é",
        "e\u{301}", "🔑",
        "\u{2028}", "\r\n", "\t", " ", "username", "//", "/**/", "NaN", "Infinity", "0x1", "'",
    ]

    func check(_ input: [UInt8]) async -> FuzzOutcome {
        do {
            let ours = try JSONObject(input)
            if isGuessed(input) { return .accepted("a guess of Foundation's") }
            if let theirs = foundation(input) { return compare(ours, theirs) }
            // It holds numbers in a Double, and refuses those that none can hold.
            return holdsLongNumber(input) ? .accepted("a number of its own") : .finding("taken, and by nobody else")
        } catch .invalidRequest(let reason) {
            let isMalformed = reason == "the body is not well-formed JSON" && !hasSpareComma(input) && !isGuessed(input)
            return isMalformed && foundation(input) != nil
                ? .finding("called malformed, and taken by others") : .refused(reason)
        } catch {
            return .finding("another error: \(error)")
        }
    }

    private func compare(_ ours: JSONObject, _ theirs: [String: Any]) -> FuzzOutcome {
        var texts: [(name: String, value: JSONValue)] = []
        for (name, value) in theirs {
            // A name of theirs may stand for several of ours, which differ in their bytes alone.
            guard ours.has(name) else { continue }
            let read = Result { () throws(AuthError) in try ours.optionalString(name) }
            switch (value, read) {
            case (let value as String, .success(let text?)) where text.utf8.elementsEqual(value.utf8):
                texts.append((name, .string(value)))
            case (is NSNull, .success(nil)), (is NSNumber, .failure), (is [Any], .failure),
                (is [String: Any], .failure):
                break
            default: return .finding("another value")
            }
        }
        guard theirs.isEmpty || theirs.keys.contains(where: { ours.has($0) }) else {
            return .finding("none of the names")
        }
        guard let again = try? JSONObject(JSONText.object(texts)) else {
            return .finding("what we write we do not read")
        }
        for case (let name, .string(let text)) in texts {
            guard let read = try? again.optionalString(name), read.utf8.elementsEqual(text.utf8) else {
                return .finding("what we write we read otherwise")
            }
        }
        return .accepted("\(min(theirs.count, 3)) members, \(min(texts.count, 3)) texts")
    }

    /// nil for what is no object to Foundation.
    private func foundation(_ input: [UInt8]) -> [String: Any]? {
        (try? JSONSerialization.jsonObject(with: Data(input))) as? [String: Any]
    }

    /// Whether Foundation would guess at the encoding, which RFC 8259 §8.1 leaves no choice of, or drop what it takes for a
    /// mark of it in a text.
    private func isGuessed(_ input: [UInt8]) -> Bool {
        input.contains(0) || input.contains(0xEF) || input.first.map { $0 >= 0xFE } ?? true
    }

    /// Foundation takes a comma with nothing behind it.
    private func hasSpareComma(_ input: [UInt8]) -> Bool {
        let dense = input.filter { ![9, 10, 13, 32].contains($0) }
        return zip(dense, dense.dropFirst()).contains { $0 == 0x2C && [0x5D, 0x7D].contains($1) }
    }

    private func holdsLongNumber(_ input: [UInt8]) -> Bool {
        // From 1e308 on, by digits or by exponent.
        let text = String(decoding: input, as: UTF8.self)
        return text.contains(/[0-9]{30}|[eE][+-]?0*[0-9]{3}/)
    }
}
