/// Remembers, for one batch of units of work, that the write-ahead log holds what a key's row used to hold.
final class SecretErasure {
    var isRequired = false
}
