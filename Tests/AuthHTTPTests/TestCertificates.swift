/// Certificates that sign themselves, for localhost, until 2126; their keys protect nothing.
enum TestCertificates {
    /// When the first two end, in seconds.
    static let ends: Int64 = 4_949_427_917

    /// P-256, number a1.
    static let one = """
        -----BEGIN CERTIFICATE-----
        MIIBbjCCAROgAwIBAgICAKEwCgYIKoZIzj0EAwIwFDESMBAGA1UEAwwJbG9jYWxo
        b3N0MCAXDTI2MTEyODAxMDUxN1oYDzIxMjYxMTA0MDEwNTE3WjAUMRIwEAYDVQQD
        DAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATClJyCbRLqoSDv
        3XkJKoVC+ZxUx/vHyCPkAKopY32e+wH1OnsLd/Ad6eaI/bPt/4LGk8UlwRASSHi9
        mHT008mPo1MwUTAdBgNVHQ4EFgQU7Vf7P9I7ziqEUVed5oMJBogP57QwHwYDVR0j
        BBgwFoAU7Vf7P9I7ziqEUVed5oMJBogP57QwDwYDVR0TAQH/BAUwAwEB/zAKBggq
        hkjOPQQDAgNJADBGAiEAgNj6esXtEiE/MBV3wLivwMRWnrrQcaJSxWQbbdD4IsAC
        IQDEh7txAgIneUsMKMYlewTTexHr4MirZWWMZ1SmKIeWPw==
        -----END CERTIFICATE-----
        """

    /// Its key.
    static let oneKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgL/jUzyibnRjc8FoW
        Tqj9glTmaWOeDjejd4J8TZpQon2hRANCAATClJyCbRLqoSDv3XkJKoVC+ZxUx/vH
        yCPkAKopY32e+wH1OnsLd/Ad6eaI/bPt/4LGk8UlwRASSHi9mHT008mP
        -----END PRIVATE KEY-----
        """

    /// The same, under a password.
    static let oneKeyEncrypted = """
        -----BEGIN ENCRYPTED PRIVATE KEY-----
        MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAgSQ9Fd7SKIoAICCAAw
        DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEELoxbEvpaTLJIl3BhJvOjE8EgZDn
        QIzQ7XwhltntdN2TUqP+u/az599bcxvGHuyc0ZmlcYDee0GwtKMsnn5mYokr8F/V
        z4IPxCw2RmxhZJNcgqI6lAbqlV1pSzLvGo38p2dIjcJe3zPhVJz1jfYjNZx2nM/m
        xkr5Xe7j9UOW8FMdPdheg312SnzpIz63Xwt2d5J1wueefdvV+/j6BJ2guAGYe9I=
        -----END ENCRYPTED PRIVATE KEY-----
        """

    /// P-256, number b2.
    static let two = """
        -----BEGIN CERTIFICATE-----
        MIIBbDCCAROgAwIBAgICALIwCgYIKoZIzj0EAwIwFDESMBAGA1UEAwwJbG9jYWxo
        b3N0MCAXDTI2MTEyODAxMDUxN1oYDzIxMjYxMTA0MDEwNTE3WjAUMRIwEAYDVQQD
        DAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQIRh1WaWeePYqw
        9Ft0OPZf8dgt3LNXYSAnveX2QtX15IExLDJFcfiU8vlhGlaCHWkTtz9hV1UFeDeY
        hrvjBk8Bo1MwUTAdBgNVHQ4EFgQUiMZtEY/m2hI5zHcGr4TuUKzAe5gwHwYDVR0j
        BBgwFoAUiMZtEY/m2hI5zHcGr4TuUKzAe5gwDwYDVR0TAQH/BAUwAwEB/zAKBggq
        hkjOPQQDAgNHADBEAiApScg5BxOchlMElUUpRNHi6N/5aZNVTCZcoRq7nQFsyAIg
        YT4zPGBJgo22r/Vtw1XljeDGq2uhKRlo9WlMeqeEW2Q=
        -----END CERTIFICATE-----
        """

    /// Its key.
    static let twoKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgTHYstgIHsXYfHe/S
        KkAvRh2o9gLw8ujpSAnhW8zZQQmhRANCAAQIRh1WaWeePYqw9Ft0OPZf8dgt3LNX
        YSAnveX2QtX15IExLDJFcfiU8vlhGlaCHWkTtz9hV1UFeDeYhrvjBk8B
        -----END PRIVATE KEY-----
        """

    /// Ed25519.
    static let edwards = """
        -----BEGIN CERTIFICATE-----
        MIIBPjCB8aADAgECAhRIlLTLIA2fQ+5twpS3Hy836tPz9TAFBgMrZXAwFDESMBAG
        A1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyODAxMDUxN1oYDzIxMjYxMTA0MDEwNTE3
        WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwKjAFBgMrZXADIQCVvjHH91zYDXgyOvkE
        TQLPwWtn4OtkJZRyTpcP6I28sqNTMFEwHQYDVR0OBBYEFPLFcfn8yuGkpC4SUAKj
        Kk5tT5kmMB8GA1UdIwQYMBaAFPLFcfn8yuGkpC4SUAKjKk5tT5kmMA8GA1UdEwEB
        /wQFMAMBAf8wBQYDK2VwA0EAjKhiyzNrngFBOfmdUFPYi+m713+dStZrti+18QB3
        UOhvhDBbN+Ur6M+GY37YGNpDCJQKWbbSfMyGkyXq5fR9DQ==
        -----END CERTIFICATE-----
        """

    /// Its key.
    static let edwardsKey = """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEICAzlrxl4O5TcOu+znb4WJwNnPmoQzrY6J8hSQepZ6Oq
        -----END PRIVATE KEY-----
        """
}
