import AuthCore

/// One unit of work on a driver. Each slice of the port is implemented in a file of `Statements/`, for every database at
/// once; parameters are always bound, never part of a text.
struct SQLTransaction<Driver: SQLDriver> {
    let driver: Driver

    /// A moment as the three tables of the original hold it, to the second.
    static func moment(_ moment: Timestamp) -> SQLValue { Driver.dialect.moment(moment) }
}

extension SQLTransaction: ReadTransaction, WriteTransaction {}
