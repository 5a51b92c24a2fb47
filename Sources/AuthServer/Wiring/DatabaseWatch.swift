import AuthCore
import Logging
import ServiceLifecycle

/// Watches that the database's files stay those that were opened. While they are not, the store refuses everything; when
/// they do not come back, the process ends, for a start to find out what there is now.
struct DatabaseWatch: Service {
    /// So long a file may be away, moved by a person who notices and moves it back.
    private static let patience: Duration = .seconds(10)

    let database: OpenDatabase
    let time: any TimeSource
    let logger: Logger

    func run() async throws {
        var lostSince: Duration?
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            switch (await database.loss(), lostSince) {
            case (let loss?, nil):
                lostSince = time.uptime
                logger.error(
                    "the database is lost: nothing is written any more, and this server ends unless it comes back",
                    metadata: ["reason": "\(loss)", "within": "\(Self.patience.secondsRoundedUp) s"])
            case (let loss?, let since?) where time.uptime - since >= Self.patience:
                await database.foldLogIn()
                throw OperatorError.refused(
                    "\(loss) while the server ran: put the file back, or a backup of the database,"
                        + " and start again")
            case (nil, _?):
                lostSince = nil
                logger.notice("the database is back")
            case (_?, _?), (nil, nil): break
            }
            await cancelWhenGracefulShutdown { try? await Task.sleep(for: .seconds(1)) }
        }
    }
}
