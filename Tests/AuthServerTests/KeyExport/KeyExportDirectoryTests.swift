import AuthCore
import AuthServer
import Foundation
import Glibc
import Testing

@Suite("KeyExportDirectory") struct KeyExportDirectoryTests {
    private static let list = ".jwks-server-export"

    private func set(_ ids: Int64...) throws -> JWKSet {
        try JWKSet(ids.map { (id: KeyID($0), material: try KeyMaterial.generate(.es256, bits: 0)) })
    }

    /// What is there, by name, the list aside.
    private func files(_ path: String) throws -> [String: String] {
        var found: [String: String] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: path) where !name.hasPrefix(".") {
            if let data = FileManager.default.contents(atPath: "\(path)/\(name)") {
                found[name] = String(decoding: data, as: UTF8.self)
            }
        }
        return found
    }

    @Test("has the set and each key twice, and follows it") func follows() throws {
        try withDirectory([:]) { path in
            let directory = try KeyExportDirectory(path)
            var (last, names): (JWKSet?, Set<String>) = (nil, [])
            for set in try [set(1), set(1, 2), set(2, 3), set(10)] {
                let changes = try directory.write(set)
                let expected = Set(set.keys.flatMap { ["\($0.id).pem", "default/ES256/\($0.id)"] } + ["jwks.json"])
                #expect(Set(changes.written) == expected)
                #expect(Set(changes.removed) == names.subtracting(expected))
                let found = try files(path)
                #expect(Set(found.keys) == expected)
                #expect(found["jwks.json"] == String(decoding: set.body, as: UTF8.self))
                for key in set.keys {
                    #expect(found["\(key.id).pem"] == key.pem && found["default/ES256/\(key.id)"] == key.pem)
                }
                (last, names) = (set, expected)
            }
            #expect(try directory.write(try #require(last)).isEmpty)
        }
    }

    @Test("can be read by everybody, whatever the umask") func mode() throws {
        try withDirectory([:]) { path in
            _ = try KeyExportDirectory(path).write(set(1))
            for name in ["jwks.json", "1.pem", "default/ES256/1"] {
                let attributes = try FileManager.default.attributesOfItem(atPath: "\(path)/\(name)")
                #expect(attributes[.posixPermissions] as? Int == 0o644)
            }
        }
    }

    @Test("goes on where a process was killed", arguments: ["1.pem.new", ".jwks-server-export.new"])
    func killed(left: String) throws {
        try withDirectory([left: "half"]) { path in
            _ = try KeyExportDirectory(path).write(set(1))
            #expect(try Set(files(path).keys) == ["jwks.json", "1.pem", "default/ES256/1"])
            #expect(!FileManager.default.fileExists(atPath: "\(path)/\(Self.list).new"))
        }
    }

    @Test("leaves alone what it did not write", arguments: ["jwks.json", "2.pem"]) func foreign(_ name: String) throws {
        try withDirectory([name: "theirs"]) { path in
            let directory = try KeyExportDirectory(path)
            let refusal = OperatorError.refused(
                "\(path)/\(name) was not written by jwks-server: remove it, or give another directory")
            #expect(throws: refusal) { try directory.write(set(1, 2)) }
            #expect(try files(path) == [name: "theirs"])
        }
        try withDirectory(["7.pem": "theirs", "theirs": "too"]) { path in
            let directory = try KeyExportDirectory(path)
            _ = try directory.write(set(1))
            _ = try directory.write(set(2))
            #expect(try files(path)["7.pem"] == "theirs" && files(path)["theirs"] == "too")
        }
    }

    @Test("removes no file that only its list names, unless it is one of its own by name") func list() throws {
        let names = ["theirs", "default/ES256/x", "default/XX/1", "1.pem.new.pem", "x.pem", ".pem", "/etc/1.pem"]
        try withDirectory([Self.list: (names + ["9.pem"]).joined(separator: "\n"), "x.pem": "", "9.pem": ""]) { path in
            for name in ["theirs", "1.pem.new.pem", ".pem"] {
                try Data().write(to: URL(fileURLWithPath: "\(path)/\(name)"))
            }
            let changes = try KeyExportDirectory(path).write(set(1))
            #expect(changes.removed == ["9.pem"])
            #expect(try Set(files(path).keys).isSuperset(of: ["theirs", "x.pem", "1.pem.new.pem"]))
        }
    }

    @Test("follows no link that somebody put in the place of a file") func link() throws {
        try withDirectory(["victim": "theirs"]) { path in
            #expect(symlink("\(path)/victim", "\(path)/1.pem.new") == 0)
            _ = try KeyExportDirectory(path).write(set(1))
            #expect(try files(path)["victim"] == "theirs")
        }
    }

    @Test("is refused where it is none") func none() throws {
        try withDirectory(["file": ""]) { path in
            #expect(throws: OperatorError.refused("cannot use \(path)/no: No such file or directory")) {
                try KeyExportDirectory(path + "/no")
            }
            #expect(throws: OperatorError.refused("cannot use \(path)/file: Not a directory")) {
                try KeyExportDirectory(path + "/file")
            }
        }
    }
}
