import AuthCore
import Hummingbird
import NIOCore

extension Request {
    private static let formType = "application/x-www-form-urlencoded"

    /// Whether the body says that it is a form.
    var hasForm: Bool { isOf(Self.formType) }

    /// A form, as it was sent.
    /// - Throws: ``RequestError``.
    func formBody() async throws -> ByteBuffer { try await smallBody(of: Self.formType) }

    /// A form.
    /// - Parameter repeatable: as of ``FormFields/init(_:repeatable:)``.
    /// - Throws: ``RequestError``, ``AuthError/invalidRequest(_:)``.
    func form(repeatable: Set<String> = []) async throws -> FormFields {
        try FormFields(await formBody().readableBytesView, repeatable: repeatable)
    }

    /// The handle of the flow that the address names; nil where it names none.
    var flow: BrowserSecret? { head.path?.utf8.queryValue(of: "flow").flatMap(BrowserSecret.init) }
}
