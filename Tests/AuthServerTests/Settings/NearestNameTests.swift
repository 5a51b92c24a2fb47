import AuthServer
import Testing

@Suite("Nearest name") struct NearestNameTests {
    @Test("is the one with the fewest edits") func nearest() {
        #expect(nearestName(to: "JWKS_PROT", among: ["JWKS_HOST", "JWKS_PORT", "JWKS_ISSUER"]) == "JWKS_PORT")
        #expect(nearestName(to: "x", among: []) == nil)
    }
}
