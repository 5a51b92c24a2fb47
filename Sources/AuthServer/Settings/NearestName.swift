/// The name in `names` that takes the fewest edits to reach from `name` (Levenshtein distance).
package func nearestName(to name: String, among names: [String]) -> String? {
    names.min { distance($0, name) < distance($1, name) }
}

private func distance(_ left: String, _ right: String) -> Int {
    let right = Array(right)
    var row = Array(0...right.count)
    for (i, character) in left.enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        for j in right.indices {
            let substitution = diagonal + (right[j] == character ? 0 : 1)
            diagonal = row[j + 1]
            row[j + 1] = min(substitution, row[j] + 1, row[j + 1] + 1)
        }
    }
    return row[right.count]
}
