import AuthCore
import AuthServer
import AuthTestSupport
import Logging
import Testing

@Suite("The end of a certificate") struct CertificateExpiryTests {
    @Test(
        "is spoken of when it is near",
        arguments: [
            (Duration.seconds(90 * 86_400), nil as Logger.Level?), (.seconds(14 * 86_400), nil),
            (.seconds(14 * 86_400 - 1), .warning), (.milliseconds(1), .warning), (.zero, .error),
            (.seconds(-86_400), .error),
        ])
    func levels(left: Duration, level: Logger.Level?) {
        #expect(CertificateExpiry(Sample.now + left, at: Sample.now)?.level == level)
    }
}
