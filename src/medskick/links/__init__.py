"""Matches with what is described elsewhere: proposed, accepted or denied by a person, exchanged as SSSOM."""
