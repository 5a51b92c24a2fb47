import AuthCore
import AuthHTTP
import AuthTestSupport
import Testing

extension CertificatePair {
    init(_ certificate: String, _ key: String, at now: Timestamp = Sample.now) throws(CertificateError) {
        try self.init(certificate: Array(certificate.utf8), key: Array(key.utf8), at: now)
    }
}

@Suite("A certificate and a key") struct CertificatePairTests {
    @Test("serve where they belong together")
    func good() throws {
        let pair = try CertificatePair(TestCertificates.one, TestCertificates.oneKey)
        #expect(pair.serial == "a1")
        #expect(pair.expires == Timestamp(seconds: TestCertificates.ends))
        #expect(throws: Never.self) { try CertificatePair(TestCertificates.edwards, TestCertificates.edwardsKey) }
    }

    @Test("may come in one text, with others behind and words between")
    func together() throws {
        let all = "-- ours\n\(TestCertificates.oneKey)\n\n\(TestCertificates.one)\n-- theirs\n\(TestCertificates.two)\n"
        #expect(
            try CertificatePair(all, all).serial
                == CertificatePair(TestCertificates.one, TestCertificates.oneKey).serial)
    }

    @Test(
        "are refused where they cannot serve",
        arguments: [
            ("", TestCertificates.oneKey, CertificateError.noCertificate),
            ("no certificate", TestCertificates.oneKey, .noCertificate),
            (TestCertificates.oneKey, TestCertificates.oneKey, .noCertificate),
            (String(TestCertificates.one.prefix(200)), TestCertificates.oneKey, .noCertificate),
            (TestCertificates.one, "", .noKey), (TestCertificates.one, TestCertificates.one, .noKey),
            (TestCertificates.one, String(TestCertificates.oneKey.prefix(100)), .noKey),
            (TestCertificates.one, TestCertificates.oneKeyEncrypted, .keyIsEncrypted),
            (TestCertificates.one, "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n", .keyIsEncrypted),
            (TestCertificates.one, TestCertificates.twoKey, .mismatched),
            (TestCertificates.one, TestCertificates.edwardsKey, .mismatched),
            // The server's own has to come first.
            (TestCertificates.two + "\n" + TestCertificates.one, TestCertificates.oneKey, .mismatched),
        ])
    func bad(certificate: String, key: String, error: CertificateError) {
        #expect(throws: error) { try CertificatePair(certificate, key) }
    }

    @Test("serve until the last second, and not after it")
    func expiry() throws {
        let end = Timestamp(seconds: TestCertificates.ends)
        let lastMoment = end - .milliseconds(1)
        #expect(throws: Never.self) {
            try CertificatePair(TestCertificates.one, TestCertificates.oneKey, at: lastMoment)
        }
        #expect(throws: CertificateError.expired(end)) {
            try CertificatePair(TestCertificates.one, TestCertificates.oneKey, at: end)
        }
    }
}
