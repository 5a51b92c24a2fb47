import HTTPTypes
import Hummingbird

extension Request {
    /// Of the person in front of the browser.
    /// - Parameter wishes: as of ``Language/init(wishes:accepted:)``; nil where nobody had any.
    func language(wishes: String? = nil) -> Language {
        Language(wishes: wishes, accepted: headers[values: .acceptLanguage])
    }
}
