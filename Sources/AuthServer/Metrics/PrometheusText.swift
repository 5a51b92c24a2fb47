/// Writes metrics in the text format 0.0.4 of Prometheus: `HELP` and `TYPE` once for each, samples in a group, a line
/// end behind the last line.
struct PrometheusText {
    private(set) var bytes: [UInt8] = []

    init() { bytes.reserveCapacity(32 * 1024) }

    /// What stands between the braces.
    static func labels(_ dimensions: [(String, String)]) -> String {
        dimensions.map { name, value in "\(name)=\"\(escaped(value, alsoQuotes: true))\"" }.joined(separator: ",")
    }

    mutating func begin(_ definition: MetricDefinition) {
        line("# HELP ", definition.name, " ", Self.escaped(definition.help, alsoQuotes: false))
        line("# TYPE ", definition.name, " ", definition.kind.text)
    }

    mutating func sample(_ name: String, _ labels: String, _ value: Int64) {
        line(name, Self.braced(labels), " ", String(value))
    }

    mutating func sample(_ name: String, _ labels: String, _ value: Double) {
        line(name, Self.braced(labels), " ", Self.number(value))
    }

    mutating func histogram(_ name: String, _ labels: String, _ histogram: HistogramValue) {
        let counts = histogram.cumulative
        let prefix = labels.isEmpty ? "" : labels + ","
        for (limit, count) in zip(histogram.limits.map(Self.number) + ["+Inf"], counts) {
            line(name, "_bucket{", prefix, "le=\"", limit, "\"} ", String(count))
        }
        line(name, "_sum", Self.braced(labels), " ", Self.number(histogram.sum))
        line(name, "_count", Self.braced(labels), " ", String(counts.last ?? 0))
    }

    /// Whole numbers as such; Swift writes the others as Go reads them.
    private static func number(_ value: Double) -> String { Int64(exactly: value).map(String.init) ?? "\(value)" }

    private static func braced(_ labels: String) -> String { labels.isEmpty ? "" : "{\(labels)}" }

    private static func escaped(_ text: String, alsoQuotes: Bool) -> String {
        text.unicodeScalars.reduce(into: "") { escaped, scalar in
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where alsoQuotes: escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
    }

    private mutating func line(_ parts: String...) {
        for part in parts { bytes.append(contentsOf: part.utf8) }
        bytes.append(0x0A)
    }
}
