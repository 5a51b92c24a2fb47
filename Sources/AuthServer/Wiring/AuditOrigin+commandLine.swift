import AuthCore
import Foundation
import Glibc

extension AuditOrigin {
    /// Whoever runs this process, as the operating system knows it; and who had sudo run it, as sudo says.
    static var commandLine: AuditOrigin {
        let name = getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) } ?? "uid \(getuid())"
        let sudo = ProcessInfo.processInfo.environment["SUDO_USER"] ?? ""
        return .operatingSystem(sudo.isEmpty || sudo == name ? name : "\(name) (sudo by \(sudo))")
    }
}
