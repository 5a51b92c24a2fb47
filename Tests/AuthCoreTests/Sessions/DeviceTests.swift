import AuthCore
import Testing

@Suite("Device") struct DeviceTests {
    @Test(
        "is what people would call it, or what a program calls itself",
        arguments: [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox", "Linux"),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
                "Chrome", "Windows"
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
                "Edge", "Windows"
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15",
                "Safari", "macOS"
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
                "Safari", "iPhone"
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0 Mobile/15E148 Safari/604.1",
                "Chrome", "iPhone"
            ),
            (
                "Mozilla/5.0 (Linux; Android 14; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/26.0 Chrome/122.0.0.0 Mobile Safari/537.36",
                "Samsung Internet", "Android"
            ),
            ("curl/8.5.0", "curl", nil), ("my program", "my", nil), ("Mozilla/5.0 (something)", nil, nil),
            ("", nil, nil), ("\u{202E}Firefox/1", nil, nil), ("<b>x</b>", "<b>x<", nil),
        ] as [(String, String?, String?)])
    func device(_ userAgent: String, _ browser: String?, _ system: String?) {
        let device = Device(userAgent: userAgent)
        #expect(device.browser == browser && device.system == system)
    }

    @Test("is no longer than a name") func long() {
        #expect(Device(userAgent: String(repeating: "x", count: 256)).browser?.count == 32)
    }
}
