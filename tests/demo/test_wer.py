import unittest

import places  # noqa: F401
from wer import differences, error_rate, words


class Words(unittest.TestCase):
    def test_case_and_punctuation_do_not_count(self):
        self.assertEqual(words("He was NOT an ill-disposed man, unless..."), "he was not an ill disposed man unless".split())

    def test_an_apostrophe_belongs_to_its_word(self):
        self.assertEqual(words("Don't 'quote' the dogs’ owner’s"), ["don't", "quote", "the", "dogs", "owner's"])

    def test_abbreviations_are_what_they_sound_like(self):
        self.assertEqual(words("Mr. Smith"), words("mister smith"))

    def test_letters_of_other_languages_are_letters(self):
        self.assertEqual(words("¡Buenos días, señor!"), ["buenos", "días", "señor"])


class Differences(unittest.TestCase):
    def test_the_same_words_differ_in_nothing(self):
        self.assertEqual(differences("a b c", "A, b. C!"), [])

    def test_each_kind_is_told(self):
        self.assertEqual(differences("one two three", "one too three"), [("two", "too")])
        self.assertEqual(differences("one two three", "one three"), [("two", "")])
        self.assertEqual(differences("one three", "one two three"), [("", "two")])

    def test_the_fewest_that_explain_it(self):
        found = differences("more a amiable woman he might", "more amiable woman she might be")
        self.assertEqual(found, [("a", ""), ("he", "she"), ("", "be")])

    def test_nothing_on_one_side(self):
        self.assertEqual(differences("", "a b"), [("", "a"), ("", "b")])
        self.assertEqual(differences("a b", ""), [("a", ""), ("b", "")])


class ErrorRate(unittest.TestCase):
    def test_per_word_of_the_reference(self):
        self.assertEqual(error_rate("a b c d", "a x c"), 0.5)

    def test_invented_words_count_too(self):
        self.assertEqual(error_rate("a", "b c d"), 3.0)

    def test_nothing_said(self):
        self.assertEqual(error_rate("", ""), 0.0)
        self.assertEqual(error_rate("", "boo"), 1.0)


if __name__ == "__main__":
    unittest.main()
