extension Array {
    /// Removes the first elements, `most` of them where there are so many, and returns them.
    mutating func takeFirst(_ most: Int) -> [Element] {
        defer { removeFirst(Swift.min(most, count)) }
        return Array(prefix(most))
    }
}
