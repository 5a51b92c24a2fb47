"""Small damage to bytes."""

import random

from fuzz.corpus import FIELDS, WORDS


def mutated(chance: random.Random, data: bytes) -> bytes:
    for _ in range(chance.choice([0, 1, 1, 1, 2, 3, 6])):
        data = _damage(chance, data)
    return data


def _damage(chance: random.Random, data: bytes) -> bytes:
    at = chance.randint(0, len(data))
    end = min(len(data), at + chance.choice([1, 1, 2, 4, 16, 256]))
    match chance.randrange(8):
        case 0:
            return data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]
        case 1:
            return data[:at] + chance.choice(WORDS) + data[at:]
        case 2:
            return data[:at] + chance.choice(WORDS) + data[end:]
        case 3:
            return data[:at] + data[end:]
        case 4:
            return data[:end] + data[at:end] * chance.choice([1, 2, 50]) + data[end:]
        case 5:
            return data[:at]
        case 6:
            lines = data.split(b"\r\n")
            lines.insert(chance.randint(1, len(lines)), chance.choice(FIELDS).encode())
            return b"\r\n".join(lines)
        case _:
            lines = data.split(b"\r\n")
            chance.shuffle(lines)
            return b"\r\n".join(lines)
