package import Logging

extension Logger.MetadataProvider {
    /// `request_id` on every line that is logged while a request is answered, by whichever module, as long as it is the
    /// request's own task: what threads log, or those who watch for many, is of no request.
    package static let requestID = Logger.MetadataProvider {
        guard let id = RequestID.current else { return [:] }
        return ["request_id": "\(id)"]
    }
}
