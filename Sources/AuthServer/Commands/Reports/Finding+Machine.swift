package import AuthCore

extension Finding {
    /// Below it no start and no login is to be counted on.
    private static let leastRoom: Int64 = 32 << 20
    /// Beyond the database's own size, which a backup beside it takes.
    private static let goodRoom: Int64 = 128 << 20
    /// Such a difference no network makes.
    private static let tolerance: Duration = .seconds(1)

    /// Who may read and write the files.
    /// - Parameters:
    ///   - data: the database's files and `.env`, which are for their owner alone, and which the server writes.
    ///   - secrets: files that hold a secret, which may belong to somebody else and be read-only.
    package static func files(data: [FileCondition], secrets: [FileCondition]) -> [Finding] {
        var findings: [Finding] = []
        for file in data {
            if !file.isWritable {
                findings.append(
                    Finding(
                        "files", .wrong,
                        "\(file.path) cannot be read and written by this user: run doctor as the server's user, or give"
                            + " the file to that"))
            }
            findings += exposure(of: file, isData: true)
        }
        for file in secrets { findings += exposure(of: file, isData: false) }
        guard findings.isEmpty else { return findings }
        return [Finding("files", .ok, (data + secrets).map(\.path).joined(separator: ", ") + ": for their owner alone")]
    }

    private static func exposure(of file: FileCondition, isData: Bool) -> [Finding] {
        guard file.mode & 0o077 != 0 else { return [] }
        let isForOthers = file.mode & 0o007 != 0
        // Containers hand out secrets that everybody in them may read.
        let verdict: Verdict = isForOthers && isData ? .wrong : .warning
        return [
            Finding(
                "files", verdict,
                "\(file.path) has mode 0\(String(file.mode, radix: 8)), which \(isForOthers ? "everybody" : "its group") on"
                    + " this machine can use: chmod 600 \(file.path)")
        ]
    }

    /// Whether there is room to write.
    /// - Parameters:
    ///   - room: bytes for this user beside the database.
    ///   - size: bytes of the database.
    package static func disk(room: Int64?, size: Int64) -> Finding {
        guard let room else { return Finding("disk", .warning, "the system does not say how much room there is") }
        let text = "\(room >> 20) MiB are free beside a database of \((size + 1 << 20 - 1) >> 20) MiB"
        guard room >= leastRoom else { return Finding("disk", .wrong, "\(text): make room, or nothing can be written") }
        guard room >= size + goodRoom else {
            return Finding("disk", .warning, "\(text): make room for what is to come and for a backup")
        }
        return Finding("disk", .ok, text)
    }

    /// Whether tokens get the right time.
    /// - Parameters:
    ///   - isSynchronised: what the kernel says.
    ///   - databaseAhead: how far the database's clock is ahead of `now`.
    ///   - lastWritten: the youngest row's moment.
    ///   - skew: what verifiers are expected to forgive.
    package static func clock(
        now: Timestamp, isSynchronised: Bool, databaseAhead: Duration?, lastWritten: Timestamp?, skew: Duration
    ) -> [Finding] {
        var findings: [Finding] = []
        if let ahead = databaseAhead, max(ahead, .zero - ahead) > tolerance {
            let distance = max(ahead, .zero - ahead)
            findings.append(
                Finding(
                    "clock", distance > max(skew, tolerance) ? .wrong : .warning,
                    "the database's clock is \(distance.milliseconds) ms \(ahead > .zero ? "ahead of" : "behind") this"
                        + " one: synchronise both"))
        }
        if let lastWritten, lastWritten - now > tolerance {
            findings.append(
                Finding(
                    "clock", .wrong,
                    "it says \(utcText(now)) UTC, and the database has rows of \(utcText(lastWritten)) UTC: set it right"
                ))
        }
        if !isSynchronised {
            findings.append(
                Finding(
                    "clock", .warning,
                    "the kernel does not know that it is right: run systemd-timesyncd or chrony on this machine"))
        }
        return findings.isEmpty ? [Finding("clock", .ok, "\(utcText(now)) UTC, synchronised")] : findings
    }
}
