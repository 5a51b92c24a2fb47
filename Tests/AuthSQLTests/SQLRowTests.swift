import AuthCore
import AuthSQL
import Testing

@Suite("SQLRow") struct SQLRowTests {
    private enum Colour: String { case red, green }

    @Test("answers values of the right kind") func values() throws {
        let row = SQLRow([.integer(7), .text("red"), .bytes([1, 2]), .null, .text("\u{E9}")])
        #expect(try row.integer(0, "t.id") == 7)
        #expect(try row.moment(0, "t.id") == Timestamp(milliseconds: 7))
        #expect(try row.text(1, "t.colour") == "red")
        let colour: Colour = try row.word(1, "t.colour")
        #expect(colour == .red)
        #expect(try row.bytes(2, "t.key") == [1, 2])
        #expect(try row.bytesOrText(2, "t.key") == [1, 2])
        #expect(try row.bytesOrText(4, "t.key") == [0xC3, 0xA9])
        #expect(row.isNull(3) && !row.isNull(2))
        #expect(try row.optionalMoment(3, "t.end") == nil)
        #expect(try row.optionalMoment(0, "t.end") == Timestamp(milliseconds: 7))
    }

    @Test(
        "refuses a value of another kind, and one that would overflow",
        arguments: [
            .null, .real(1.5), .text("7"), .bytes([7]), .integer(.max), .integer(.min), .integer(1 << 53 + 1),
        ] as [SQLValue])
    func wrongNumbers(_ value: SQLValue) {
        let row = SQLRow([.integer(3), value])
        #expect(throws: OperatorError.self) { try row.integer(1, "t.n") }
        #expect(throws: OperatorError.self) { try row.moment(1, "t.n") }
    }

    @Test(
        "refuses a moment from the year 10000 on, a number out of its range, bytes of another length",
        arguments: [253_402_300_800, -253_402_300_800, 1 << 40] as [Int64])
    func ranges(_ seconds: Int64) throws {
        let row = SQLRow([.integer(3), .integer(seconds), .integer(seconds * 1_000), .bytes([1, 2])])
        #expect(throws: OperatorError.self) { try row.unixSeconds(1, "keys.exp") }
        #expect(throws: OperatorError.self) { try row.moment(2, "t.at") }
        #expect(throws: OperatorError.self) { try row.integer(1, "t.n", in: 1...64) }
        #expect(throws: OperatorError.self) { try row.bytes(3, "t.salt", count: 16) }
        #expect(try row.bytes(3, "t.salt", count: 2) == [1, 2])
        #expect(try row.integer(0, "t.n", in: 3...3) == 3)
        #expect(try SQLRow([.integer(253_402_300_799)]).unixSeconds(0, "keys.exp") == 253_402_300_799)
    }

    @Test("tells that a key's row may be deleted") func keyRemedy() {
        for column in ["keys.exp", "key_states.state"] {
            let error = #expect(throws: OperatorError.self) { try SQLRow([.integer(3)]).text(1, column) }
            #expect(error?.description.hasSuffix(", or delete the row: a new key takes its place") == true)
        }
    }

    @Test("refuses what is no text, no bytes, and a column that is not there") func wrongKinds() {
        let row = SQLRow([.integer(3), .integer(1), .text("x")])
        #expect(throws: OperatorError.self) { try row.text(1, "t.name") }
        #expect(throws: OperatorError.self) { try row.bytes(2, "t.key") }
        #expect(throws: OperatorError.self) { try row.bytesOrText(1, "t.key") }
        #expect(throws: OperatorError.self) { try row.text(3, "t.name") }
        #expect(throws: OperatorError.self) { try row.integer(-1, "t.n") }
    }

    @Test("names table, column, row and what to do, in one line and without the value") func message() {
        let row = SQLRow([.integer(3), .text("secret")])
        #expect(
            throws: OperatorError.damaged(
                "t.n of the row 3: a text stands where a whole number should; restore the database from a backup")
        ) { try row.integer(1, "t.n") }
        #expect(
            throws: OperatorError.damaged(
                "t.colour of the row 3 says what this jwks-server does not know: a newer one wrote it, run that one;"
                    + " if none did, restore the database from a backup")
        ) { () throws in
            let _: Colour = try row.word(1, "t.colour")
        }
    }

    @Test(
        "is named by its first value, whatever that is",
        arguments: [
            (.integer(-1), "-1"), (.text("a\nb"), #""a\nb""#), (.null, "without a name"),
            (.bytes([1]), "without a name"),
            (.text(String(repeating: "x", count: 99)), "\"\(String(repeating: "x", count: 64))\""),
        ] as [(SQLValue, String)])
    func names(_ first: SQLValue, _ name: String) throws {
        let error = try #require(throws: OperatorError.self) { try SQLRow([first]).text(9, "t.x") }
        #expect(error.description.hasPrefix("t.x of the row \(name): "))
        #expect(!error.description.contains("\n"))
    }
}
