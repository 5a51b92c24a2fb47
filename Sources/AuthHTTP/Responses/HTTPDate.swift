import AuthCore
import Glibc

/// An IMF-fixdate (RFC 9110 §5.6.7), such as `Mon, 23 Nov 2026 14:52:36 GMT`.
func httpDate(_ moment: Timestamp) -> String {
    var seconds = time_t(moment.seconds)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    // The names are English because the program never leaves the C locale.
    return String(unsafeUninitializedCapacity: 32) { buffer in
        buffer.withMemoryRebound(to: CChar.self) { text in
            strftime(text.baseAddress, text.count, "%a, %d %b %Y %H:%M:%S GMT", &parts)
        }
    }
}
