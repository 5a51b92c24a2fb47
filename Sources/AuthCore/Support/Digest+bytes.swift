package import Crypto
import Foundation

extension Digest {
    /// Its bytes, copied at once: as a sequence they are taken one after the other.
    package var bytes: [UInt8] { withUnsafeBytes { Array($0) } }
}
