import Glibc

/// A file that holds one input. What was written is there when the process dies of it: the kernel keeps it.
struct InputFile {
    private let descriptor: Int32

    /// Makes the file, or empties it; nil where that cannot be.
    init?(_ path: String) {
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        guard descriptor >= 0 else { return nil }
    }

    /// Writes `input` over what was there.
    func write(_ input: [UInt8]) {
        _ = pwrite(descriptor, input, input.count, 0)
        _ = ftruncate(descriptor, input.count)
    }

    /// What a file holds; nil where it cannot be read.
    static func read(_ path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var (bytes, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 65_536))
        while case let count = Glibc.read(descriptor, &buffer, buffer.count), count > 0 {
            bytes += buffer.prefix(count)
        }
        return bytes
    }
}
