import AuthHTTP
import Foundation

/// Targets of requests. The value of a parameter is what stands in the query first under that name, its escapes undone.
struct QueriesTarget: FuzzTarget {
    let name = "queries"
    let longest = 1_024

    let seeds = [
        "/auth?expired=true", "/auth?expired=%74rue", "/auth?a=b&expired=published&expired=false", "/auth?expired",
        "/auth?expired=", "/auth#?expired=true", "/auth??expired=true", "/auth?&&expired=a=b", "/auth", "",
        "/auth?xexpired=1&expired=%zz", "/auth?expired=true#x&expired=false",
    ].map { Array($0.utf8) }
    let dictionary = [
        "?", "&", "=", "#", "%", "%74", "%00", "%C3%A9", "%e", "expired", "expired=", "true", "é", "+", "\u{0}", "//",
    ]

    func check(_ input: [UInt8]) async -> FuzzOutcome {
        let target = String(decoding: input, as: UTF8.self)
        let value = target.utf8.queryValue(of: "expired")
        let expected = reference(target)
        guard value == expected else {
            return .finding("\(value.debugDescription) for \(expected.debugDescription)")
        }
        return value.map { .accepted($0 == "?" ? "not ours" : "\(min($0.utf8.count, 8)) bytes") } ?? .refused()
    }

    private func reference(_ target: String) -> String? {
        let bytes = Array(target.utf8)
        guard let mark = bytes.firstIndex(of: 0x3F) else { return nil }
        let query = bytes[(mark + 1)...].split(separator: 0x23, omittingEmptySubsequences: false)[0]
        let parameter = query.split(separator: 0x26).first {
            $0.elementsEqual("expired".utf8) || $0.starts(with: "expired=".utf8)
        }
        guard let value = parameter?.dropFirst("expired=".utf8.count) else { return nil }
        let text = String(decoding: value, as: UTF8.self).removingPercentEncoding
        guard value.count <= 64, let text, text.utf8.allSatisfy({ $0 < 0x80 }) else { return "?" }
        return text
    }
}
