"""Word error rate: the share of the reference's words that were recognised wrongly, omitted or added."""

import re

# A transcript spells these out, a recogniser does not; they sound the same.
ABBREVIATIONS = {"mr": "mister", "mrs": "missus", "dr": "doctor"}


def words(text):
    """Lower case, without punctuation; an apostrophe inside a word is part of it, a hyphen separates two."""
    found = re.findall(r"\w+(?:'\w+)*", text.lower().replace("’", "'").replace("_", " "))
    return [ABBREVIATIONS.get(word, word) for word in found]


def differences(reference, heard):
    """(said, heard) of every word that differs, in order, with the fewest changes; "" for a missing word."""
    said, got = words(reference), words(heard)
    rest = distances(said, got)
    found, i, j = [], 0, 0
    while i < len(said) or j < len(got):
        if i < len(said) and j < len(got) and said[i] == got[j] and rest[i][j] == rest[i + 1][j + 1]:
            i, j = i + 1, j + 1
        elif i < len(said) and j < len(got) and rest[i][j] == rest[i + 1][j + 1] + 1:
            found.append((said[i], got[j]))
            i, j = i + 1, j + 1
        elif i < len(said) and rest[i][j] == rest[i + 1][j] + 1:
            found.append((said[i], ""))
            i += 1
        else:
            found.append(("", got[j]))
            j += 1
    return found


def distances(said, got):
    """At [i][j]: the smallest number of changes from said[i:] to got[j:]."""
    rest = [[0] * (len(got) + 1) for _ in range(len(said) + 1)]
    for i in range(len(said), -1, -1):
        for j in range(len(got), -1, -1):
            if i == len(said) or j == len(got):
                rest[i][j] = len(said) - i + len(got) - j
            else:
                changed = rest[i + 1][j + 1] + (said[i] != got[j])
                rest[i][j] = min(changed, rest[i + 1][j] + 1, rest[i][j + 1] + 1)
    return rest


def error_rate(reference, heard):
    """Changed, missing and added words per word of the reference; 0.0 is perfect, more than 1.0 is possible."""
    wrong, total = len(differences(reference, heard)), len(words(reference))
    return wrong / total if total else float(wrong > 0)
