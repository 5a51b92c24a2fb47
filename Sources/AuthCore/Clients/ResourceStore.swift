/// The resources' slice of the store: what may be read. Read like clients: in the unit of work that decides.
package protocol ResourceReads {
    /// The resource that was registered under exactly this URI.
    func resource(_ uri: ResourceURI) throws -> Resource?
    /// Every resource, by its URI.
    func resources() throws -> [Resource]
    /// The clients that may ask for tokens for a resource, by their ids.
    func clients(of resource: ResourceURI) throws -> [ClientID]
}

/// The resources' slice of the store: what may be changed.
package protocol ResourceWrites: ResourceReads {
    /// Adds a resource.
    /// - Returns: false when the URI is taken, and nothing was added.
    func insert(_ resource: Resource) throws -> Bool
    /// Removes a resource, takes it from every client that has it, and forgets what users agreed to of it.
    /// - Returns: false when there is no such resource.
    func deleteResource(_ uri: ResourceURI) throws -> Bool
}
