import AuthCore

/// An IMF-fixdate (RFC 9110 §5.6.7), such as `Mon, 23 Nov 2026 14:52:36 GMT`.
func httpDate(_ moment: Timestamp) -> String {
    let text = utcText(moment)
    let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let days = moment.seconds / 86_400
    let date = text.prefix(10).split(separator: "-")
    let month = months[(Int(date[1]) ?? 1) - 1]
    return "\(weekdays[Int(days % 7)]), \(date[2]) \(month) \(date[0]) \(text.suffix(8)) GMT"
}
