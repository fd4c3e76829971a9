"""Data that ships with whipcount: rulebooks and contests, each fact with its source."""
